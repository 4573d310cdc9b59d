"""The form of 債権一括請求: rows of a file or pasted ones, a line each; read by the forms of their own types.

The columns are this service's own, version 1: the banks' fixed-length record is not public (facts §5.5).
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from erec.claims.instructions import FeeBearer
from erec.formats.text import BadText
from erec.parameters import table
from erec.partners.folding import fold
from erec.workflow.errors import Problem
from erec.workflow.forms.accrual import ByObligeeEntry, ByObligorEntry
from erec.workflow.forms.assignment import AssignmentEntry
from erec.workflow.forms.base import EntryForm, Fault, Setting, SharedForm, Texts
from erec.workflow.forms.partners import complete, kind_of
from erec.workflow.types.base import Content
from erec.workflow.types.batch import OF_LINES

# By field of the types' forms: the heading of its column.
LABELS: Mapping[str, str] = {
    "type": "種類",
    "record_on": "電子記録年月日",
    "account": "自社の決済口座",
    "user_number": "相手先の利用者番号",
    "bank_code": "金融機関コード",
    "branch_code": "支店コード",
    "kind": "口座種別",
    "number": "口座番号",
    "record_number": "記録番号",
    "amount_yen": "金額",
    "due_on": "支払期日",
    "restricted": "譲渡制限",
    "with_guarantee": "保証",
    "fee_bearer": "手数料",
    "reference": "依頼人Ref.No.",
    "received_on": "受領日",
}
ENTRIES: Mapping[str, type[EntryForm]] = {
    entry.code: entry for entry in (ByObligorEntry, ByObligeeEntry, AssignmentEntry)
}
# 種別コード of the standard's file (domain facts §5.2), and the words.
TYPES_WRITTEN: Mapping[str, str] = {
    "11": "accrual_by_obligor",
    "12": "accrual_by_obligee",
    "20": "assignment",
    "30": "assignment",
    "債務者請求": "accrual_by_obligor",
    "債権者請求": "accrual_by_obligee",
    "譲渡": "assignment",
    "分割譲渡": "assignment",
    **{typ.name: code for code, typ in OF_LINES.items()},
}
WRITTEN: Mapping[str, Mapping[str, str]] = {
    "restricted": {"有": "1", "無": "0"},
    "with_guarantee": {"あり": "1", "有": "1", "なし": "0", "無": "0"},
    "fee_bearer": {
        "依頼人": FeeBearer.REQUESTER,
        "当方": FeeBearer.REQUESTER,
        "受取人": FeeBearer.RECEIVER,
        "先方": FeeBearer.RECEIVER,
    },
}
WORDS: Mapping[str, Mapping[str, str]] = {
    name: {code: word for word, code in reversed(list(words.items()))} for name, words in WRITTEN.items()
}

NO_HEADING = "1行目に見出しがありません。「{labels}」の見出しを1行目に入れてください。"
UNREADABLE = '表として読み取れません。引用符（"）の対応を確かめてください。'
NO_ROWS = "明細の行がありません。1行目を見出し、2行目からを明細にしてください。"
TOO_MANY = "明細は{most}件までです。今は{now}件あります。ファイルを分けてください。"
WRONG_TYPE = "種類は、債務者請求・債権者請求・譲渡（または11・12・20・30）のどれかにしてください。"

Cells = dict[str, str]


@dataclass(frozen=True)
class Part:
    """Rows of one type that share everything else, in that type's form; `numbers`: the rows."""

    form: EntryForm
    numbers: Sequence[int]


def rows_of(text: str) -> list[Cells]:
    """The cells of each row by field. Raises BadText."""
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    try:
        heading, *others = csv.reader(io.StringIO(text.strip("\r\n")), delimiter=delimiter, strict=True)
    except ValueError:
        raise BadText(NO_ROWS) from None
    except csv.Error:
        raise BadText(UNREADABLE) from None
    places = _places(heading)
    rows = [row for row in others if any(cell.strip() for cell in row)]
    if not rows:
        raise BadText(NO_ROWS)
    return [
        {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}
        for row in rows
    ]


def _places(heading: Sequence[str]) -> dict[str, int]:
    titles = [fold(title) for title in heading]
    missing = [label for name, label in LABELS.items() if name == "type" and fold(label) not in titles]
    if missing:
        raise BadText(NO_HEADING.format(labels="」「".join(LABELS.values())))
    twice = [label for label in LABELS.values() if titles.count(fold(label)) > 1]
    if twice:
        raise BadText(f"見出し「{twice[0]}」の列が2つ以上あります。1つにしてください。")
    return {name: titles.index(fold(label)) for name, label in LABELS.items() if fold(label) in titles}


def as_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as the form keeps them: columns by tabs, as a spreadsheet copies them."""
    written = io.StringIO()
    csv.writer(written, delimiter="\t", lineterminator="\n").writerows(rows)
    return written.getvalue()


class BatchSharedForm(SharedForm):
    """The rows as one text."""

    file_name = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    rows = forms.CharField(
        label="明細",
        strip=False,
        widget=forms.Textarea(attrs={"rows": "12", "class": "sheet", "wrap": "off", "spellcheck": "false"}),
        error_messages={"required": "ファイルを読み込むか、表計算ソフトの行を貼り付けてください。"},
    )


class BatchLineForm(forms.Form):
    """No line has fields of its own: all of them are in the rows."""


class BatchEntry(EntryForm):
    code: ClassVar = "batch"
    purpose: ClassVar = "ファイルから、発生（債務者請求・債権者請求）と譲渡をまとめて請求します。"
    template: ClassVar = "workflow/batch.html"
    Shared: ClassVar = BatchSharedForm
    Line: ClassVar = BatchLineForm

    def __init__(self, texts: Texts, setting: Setting, *, judged: bool = False) -> None:
        super().__init__(texts, setting, judged=judged)
        self.parts: list[Part] = []
        self.found: list[Problem] = []  # what is wrong with rows, by their numbers

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        return Texts({"file_name": "", "rows": ""}, [])

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        """There are no lines beside the rows."""

    def shown(self) -> dict[str, Any]:
        return {"labels": list(LABELS.values()), "most": table.value("batch_lines_max")}

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        try:
            rows = rows_of(self.shared.cleaned_data["rows"])
            most = table.value("batch_lines_max")
            if len(rows) > most:
                raise BadText(
                    f"明細は{most}件までです。今は{len(rows)}件あります。ファイルを分けてください。"
                )
        except BadText as why:
            self.shared.add_error("rows", str(why))
            return False
        self.found = []
        self.parts = self._parts(rows)
        for part in self.parts:
            part.form.is_valid()
            self.found += _wrong(part)
        self.found.sort(key=lambda problem: problem.line)
        return not self.found

    def _parts(self, rows: Sequence[Cells]) -> list[Part]:
        """Rows that share everything but their own fields, in their type's form."""
        groups: dict[tuple[str, ...], tuple[type[EntryForm], dict[str, str], list[int]]] = {}
        lines: dict[int, dict[str, str]] = {}
        complete(self.setting.company, rows)
        for number, cells in enumerate(rows, start=1):
            entry = ENTRIES.get(TYPES_WRITTEN.get(cells["type"].strip(), ""))
            if entry is None:
                self.found.append(Problem(number, LABELS["type"], WRONG_TYPE))
                continue
            shared, lines[number] = _split(entry, cells, self.setting)
            key = (entry.code, *shared.values())
            groups.setdefault(key, (entry, shared, []))[2].append(number)
        parts = []
        for entry, shared, numbers in groups.values():
            for first in range(0, len(numbers), entry.lines_max()):
                some = numbers[first : first + entry.lines_max()]
                texts = Texts(dict(shared), [lines[number] for number in some])
                parts.append(Part(entry(texts, self.setting, judged=True), some))
        return parts

    def content(self) -> Content:
        lines: dict[int, dict[str, Any]] = {}
        for part in self.parts:
            content = part.form.content()
            shared = {name: value for name, value in content.items() if name != "lines"}
            for number, line in zip(part.numbers, content["lines"], strict=True):
                lines[number] = {"type": part.form.code, "shared": shared, "line": line}
        return {
            "file_name": self.texts.shared.get("file_name", ""),
            "lines": [lines[number] for number in sorted(lines)],
        }

    def take(self, problems: Sequence[Problem]) -> None:
        """Put what a check found beside the rows."""
        self.is_valid()
        for problem in problems:
            if problem.line:
                label = LABELS.get(problem.field, problem.field)
                self.found.append(Problem(problem.line, label, problem.sentence))
            else:
                self.shared.add_error("rows", problem.sentence)

    @property
    def count(self) -> int:
        return sum(len(part.numbers) for part in self.parts)

    @property
    def errors(self) -> bool:
        return bool(self.shared.errors or self.found)

    @property
    def faults(self) -> list[Fault]:
        of_rows = [
            Fault("id_rows", f"明細{problem.line} {problem.field}", problem.sentence)
            for problem in self.found
        ]
        return [*self._faults(), *of_rows]

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        rows = [list(LABELS.values())]
        for line in content["lines"]:
            texts = ENTRIES[line["type"]].texts_of({**line["shared"], "lines": [line["line"]]})
            cells = {**texts.shared, **texts.lines[0], "type": OF_LINES[line["type"]].name}
            rows.append([_word(name, cells.get(name, "")) for name in LABELS])
        return Texts({"file_name": content["file_name"], "rows": as_text(rows)}, [])


def _split(entry: type[EntryForm], cells: Cells, setting: Setting) -> tuple[dict[str, str], dict[str, str]]:
    """A row as its type's form has it: what is shared, with what is usual where it is empty; and the line."""
    usual = entry.empty(setting).shared
    read = {name: _read(name, text) for name, text in cells.items() if name != "type"}
    line = {name: read.get(name, "") for name in entry.Line.base_fields}
    of_all = [name for name in entry.Shared.base_fields if name not in line]
    shared = {name: read.get(name, "") or usual.get(name, "") for name in of_all}
    return shared, line


def _read(name: str, text: str) -> str:
    if name == "kind":
        return kind_of(text)
    return WRITTEN.get(name, {}).get(text, text)


def _word(name: str, text: str) -> str:
    return WORDS.get(name, {}).get(text, text)


def _wrong(part: Part) -> list[Problem]:
    """What the type's form does not understand; of shared fields once, at the first of the rows."""
    form = part.form
    of_parts = [(part.numbers[0], form.shared), *zip(part.numbers, form.lines, strict=True)]
    return [
        Problem(number, LABELS.get(name, ""), str(sentence))
        for number, fields in of_parts
        for name, sentences in fields.errors.items()
        for sentence in sentences
    ]
