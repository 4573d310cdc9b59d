"""レイアウト一覧: what each file of the general-purpose data holds, item by item, as its document prints it.

The same tables that write and read the files; where the document misprints, the page says so.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erec.audience import Audience, for_
from erec.exports.views.home import RIGHT
from erec.formats.pca import Field, Kind, Layout, Table, layouts
from erec.members.gate import densai

# The document has no chapters; these follow its order. Each begins with the title named.
GROUPS: tuple[tuple[str, str], ...] = (
    ("マスタ", "会社基本情報"),
    ("仕訳", "仕訳データ"),
    ("元帳と残高", "日計表"),
    ("手形と電子記録債権", "手形期日管理帳票"),
    ("集計と資金繰り", "スタンプ別明細書"),
    ("推移・比較・分析", "過年度実績"),
    ("キャッシュ・フロー", "キャッシュ･フロー計算項目の設定"),
    ("科目内訳と消費税", "科目内訳書"),
    ("予算", "予算入力"),
    ("振込とユーザー", "銀行振込依頼書"),
)

# The marks of the column 備考 that the document explains once for all layouts (its page 1).
MARKS: tuple[tuple[str, str], ...] = (
    ("※(部門)", "部門管理しない会社と、損益科目だけを部門管理する会社の損益科目以外では、空になります。"),
    (
        "※(部門_列非表示)",
        "部門管理しない会社では、見出しを含めて列がありません。印刷指示条件で部門を指定しないと、空になります。",
    ),
    (
        "※(集計_科目名桁数)",
        "勘定科目名は半角14桁（全角7文字）ですが、集計行や差額行のために広くなっています。",
    ),
    (
        "※(集計_勘定科目名)",
        "集計行では集計科目名です。そのため、勘定科目名の半角14桁（全角7文字）より広くなっています。",
    ),
)
READING: tuple[tuple[str, str], ...] = (
    ("桁数", "最大の桁数です。「14／7」は半角14桁、全角なら7文字まで。マイナスの記号も1桁に数えます。"),
    ("◎", "値が必要です。受入パターンを使うときは、項目の指定も必要です。"),
    ("○", "受入パターンを使うときに、項目の指定が必要です。値は空でもかまいません。"),
    ("初期値", "受け入れるファイルに項目がないときに、会計ソフトが使う値です。"),
)

FOUND_MAX = 6
SPOKEN_MAX = 100
"""Longer notes are not repeated at each item that has their mark."""
_MARK = re.compile(r"※[0-9]+")


class SearchForm(forms.Form):
    q = forms.CharField(
        label="レイアウト名・項目名",
        required=False,
        max_length=100,
        help_text="全角・半角の違いは気にせず探せます。例：記録番号",
    )


class Line(NamedTuple):
    """One layout in the list; `found` are the first items that the search met, `more` counts the rest."""

    number: int
    layout: Layout
    items: int
    importable: bool
    found: list[str]
    more: int


class Group(NamedTuple):
    name: str
    lines: list[Line]


class Item(NamedTuple):
    """One line of a table, as people read it; `sentences` is what may stand there, beside its choices."""

    field: Field
    width: str
    sentences: list[str]


class Sheet(NamedTuple):
    heading: str
    table: Table
    items: list[Item]


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def every(request: Any) -> HttpResponse:
    form = SearchForm(request.GET or None)
    words = _plain(form.cleaned_data["q"]).split() if form.is_valid() else []
    groups = _groups(words)
    context = {
        "form": form,
        "searched": bool(words),
        "groups": groups,
        "count": sum(len(group.lines) for group in groups),
    }
    return render(request, "exports/layouts.html", context)


@for_(Audience.USER)
@require_safe
@densai(right=RIGHT)
def one(request: Any, layout: int) -> HttpResponse:
    known = layouts()
    if not 1 <= layout <= len(known):
        raise Http404
    shown = known[layout - 1]
    notes = " ".join(item.note for table in shown.tables for item in table.fields)
    importable = any(table.importable for table in shown.tables)
    context = {
        "layout": shown,
        "sheets": [Sheet(_heading(shown, table), table, _items(shown, table)) for table in shown.tables],
        "importable": importable,
        "legend": [
            *(READING if importable else READING[:1]),
            *((mark, meaning) for mark, meaning in MARKS if mark in notes),
        ],
        "before": (layout - 1, known[layout - 2].title) if layout > 1 else None,
        "after": (layout + 1, known[layout].title) if layout < len(known) else None,
    }
    return render(request, "exports/layout.html", context)


def _groups(words: list[str]) -> list[Group]:
    starts = {title: name for name, title in GROUPS}
    groups: list[Group] = []
    for number, layout in enumerate(layouts(), 1):
        if layout.title in starts:
            groups.append(Group(starts[layout.title], []))
        if (line := _line(number, layout, words)) is not None:
            groups[-1].lines.append(line)
    return [group for group in groups if group.lines]


def _line(number: int, layout: Layout, words: list[str]) -> Line | None:
    """The layout if every word stands in its name, its tables' names or its items' names."""
    names = [item.name for table in layout.tables for item in table.fields]
    heads = _plain(" ".join([layout.title, *(f"{each.name or ''} {each.format}" for each in layout.tables)]))
    in_items = [word for word in words if word not in heads]
    found = [name for name in dict.fromkeys(names) if any(word in _plain(name) for word in in_items)]
    if any(not any(word in _plain(name) for name in found) for word in in_items):
        return None
    importable = any(table.importable for table in layout.tables)
    return Line(number, layout, len(names), importable, found[:FOUND_MAX], len(found[FOUND_MAX:]))


def _plain(text: str) -> str:
    """For comparing: one width, one case."""
    return unicodedata.normalize("NFKC", text).casefold()


def _heading(layout: Layout, table: Table) -> str:
    """How a table is told from the others of its layout."""
    name = (table.name or "").removeprefix("【").removesuffix("】")
    formats = {each.format for each in layout.tables}
    form = "" if len(formats) == 1 else "標準の形式" if table.format == "X" else table.format
    return "　".join(part for part in (form, name) if part) or "項目"


def _items(layout: Layout, table: Table) -> list[Item]:
    notes = chain(table.notes, *(other.notes for other in layout.tables if other is not table))
    meanings = _meanings(notes)
    return [Item(field, _width(field), list(_sentences(field, meanings))) for field in table.fields]


def _width(field: Field) -> str:
    if field.kind is Kind.UNUSED:
        return "－"
    return f"{field.half}／{field.full}" if field.full else str(field.width)


def _meanings(notes: Iterable[str]) -> dict[str, str]:
    """{"※1": "※1 合計行の場合は、空になります。"}: what each mark says, its further lines included.

    The first wins, so that a table's own notes come before those that are printed below another.
    """
    meanings: dict[str, list[str]] = {}
    lines: list[str] = []
    for note in notes:
        if mark := _MARK.match(note):
            lines = meanings.setdefault(mark[0], []) if mark[0] not in meanings else []
        elif note.startswith("※"):
            lines = []
        lines.append(note)
    return {mark: " ".join(each) for mark, each in meanings.items()}


def _sentences(field: Field, meanings: dict[str, str]) -> Iterator[str]:
    """The document's words, each mark with what it means; then what they leave unsaid."""
    said = _MARK.sub(lambda mark: _spoken(mark[0], meanings), field.note)
    if said:
        yield said
    if field.minimum is not None and field.maximum is not None and "～" not in said:
        yield f"{field.minimum}～{field.maximum}"
    if field.fixed and field.fixed not in said:
        yield f"いつも「{field.fixed}」です。"
    if field.kind is Kind.FLAGS and "加算" not in said:
        yield "いくつも選ぶときは、足した値です。"
    if field.repeat > 1 and "最大" not in said:
        yield f"最大{field.repeat}回繰り返します。"


def _spoken(mark: str, meanings: dict[str, str]) -> str:
    meaning = meanings.get(mark, mark)
    return meaning if len(meaning) <= SPOKEN_MAX else f"{mark} 下の注記にあります。"
