"""A request's form: the fields of the whole, lines of fields, and what was typed into them as plain texts.

What was typed is kept as texts until it is entered (`Texts`), so that nothing of it is lost, understood or
not. A form is made of it again each time; nothing that a page sends back is believed but these texts.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from accounts.models import Company, SettlementAccount
from erec.parameters import table
from erec.parameters.business_day import Today
from erec.workflow.errors import Problem
from erec.workflow.types import TYPES
from erec.workflow.types.base import Content, RequestType

ERRORS_SHOWN = 20  # in the summary; the rest stand at their fields
_LINE_FIELD = re.compile(r"l([0-9]{1,3})-([a-z_]+)")


@dataclass
class Texts:
    """What was typed: the fields of the whole, and of each line."""

    shared: dict[str, str] = field(default_factory=dict)
    lines: list[dict[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {"shared": self.shared, "lines": self.lines}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Texts":
        return cls(dict(data["shared"]), [dict(line) for line in data["lines"]])


@dataclass(frozen=True)
class Setting:
    """For whom and when a form is made. `accounts`: those that the person may choose."""

    company: Company
    accounts: Sequence[SettlementAccount]
    today: Today


@dataclass(frozen=True)
class Fault:
    """One line of the summary above a form, with the field to which it leads."""

    input_id: str
    label: str
    sentence: str


class SharedForm(forms.Form):
    """The fields of the whole."""

    def __init__(self, setting: Setting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(setting)

    def offer(self, setting: Setting) -> None:
        """What may be chosen depends on for whom and when."""


class EntryForm(ABC):
    """One business type's form. `judged`: it was sent, so its errors are shown."""

    code: ClassVar[str]  # the business type's
    purpose: ClassVar[str]  # what it is for, in the words of who begins it
    template: ClassVar[str]
    Shared: ClassVar[type[SharedForm]]
    Line: ClassVar[type[forms.Form]]
    lines_parameter: ClassVar[str] = ""
    usual: ClassVar[Mapping[str, str]] = {}  # what a line holds before anybody types into it
    of_the_claim: ClassVar[tuple[str, ...]] = ()  # fields of the whole that another claim empties
    aliases: ClassVar[Mapping[str, str]] = {}  # a check's names of fields that are called otherwise here

    def __init__(self, texts: Texts, setting: Setting, *, judged: bool = False) -> None:
        self.texts, self.setting = texts, setting
        whole: dict[str, Any] = {"data" if judged else "initial": texts.shared}
        self.shared = self.Shared(setting, **whole)
        self.lines = [self._line(line, f"l{n}", judged) for n, line in enumerate(texts.lines)]

    def _line(self, texts: dict[str, str], prefix: str, judged: bool) -> forms.Form:
        if judged:
            return self.Line({f"{prefix}-{name}": text for name, text in texts.items()}, prefix=prefix)
        return self.Line(initial=texts, prefix=prefix)

    @classmethod
    def request_type(cls) -> RequestType:
        return TYPES[cls.code]

    @classmethod
    def lines_max(cls) -> int:
        return table.value(cls.lines_parameter) if cls.lines_parameter else 1

    @classmethod
    def read(cls, sent: QueryDict) -> Texts:
        """The texts of a sent form, lines in their order; NUL, which no database keeps, as a sign for it."""
        lines: dict[int, dict[str, str]] = {}
        for name in sent:
            found = _LINE_FIELD.fullmatch(name)
            if found and found[2] in cls.Line.base_fields:
                lines.setdefault(int(found[1]), {})[found[2]] = _storable(sent.get(name))
        shared = {name: _storable(sent.get(name)) for name in cls.Shared.base_fields if name in sent}
        return Texts(shared, [lines[n] for n in sorted(lines)])

    @classmethod
    def is_blank(cls, line: Mapping[str, str]) -> bool:
        return all(not text.strip() or text == cls.usual.get(name) for name, text in line.items())

    @classmethod
    def blank(cls) -> dict[str, str]:
        return {**dict.fromkeys(cls.Line.base_fields, ""), **cls.usual}

    @classmethod
    @abstractmethod
    def empty(cls, setting: Setting) -> Texts:
        """A new form, with what is usual filled in."""

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        """Before it is judged: lines in which nothing stands are left out, but for one."""
        filled = [line for line in texts.lines if not cls.is_blank(line)]
        texts.lines = filled or texts.lines[:1]

    @classmethod
    def renewed(cls, texts: Texts, setting: Setting) -> Texts:
        """A past request's texts for a new one: what can no longer be is left out."""
        return texts

    def shown(self) -> dict[str, Any]:
        """What else the template needs."""
        return {}

    @abstractmethod
    def content(self) -> Content:
        """What was understood, as the type's check wants it."""

    @classmethod
    @abstractmethod
    def texts_of(cls, content: Content) -> Texts:
        """The reverse: what would be typed for a content that was entered."""

    def draft(self) -> Content:
        """For 一時保存: what was understood, for the lists, and everything as it was typed."""
        self.is_valid()
        return {**self.content(), "typed": self.texts.to_json()}

    @classmethod
    def texts_kept_in(cls, content: Content) -> Texts:
        return Texts.from_json(content["typed"]) if "typed" in content else cls.texts_of(content)

    def is_valid(self) -> bool:
        """Also writes every understood text in its one way."""
        parts = [self.shared, *self.lines]
        valid = [part.is_valid() for part in parts]
        for texts, part in zip([self.texts.shared, *self.texts.lines], parts, strict=True):
            _write_back(part, texts)
        if len(self.lines) > self.lines_max():
            most, now = self.lines_max(), len(self.lines)
            self.shared.add_error(None, f"明細は{most}件までです。今は{now}件あります。減らしてください。")
            return False
        return all(valid)

    def take(self, problems: Sequence[Problem]) -> None:
        """Put what a check found to its fields."""
        self.is_valid()
        for problem in problems:
            in_line = 0 < problem.line <= len(self.lines)
            part = self.lines[problem.line - 1] if in_line else self.shared
            name = self.aliases.get(problem.field, problem.field)
            part.add_error(name if name in part.fields else None, problem.sentence)

    @property
    def blank_line(self) -> forms.Form:
        """What a page's script copies; its number is one that no line has."""
        return self._line(self.blank(), "l999", judged=False)

    @property
    def errors(self) -> bool:
        return any(part.errors for part in (self.shared, *self.lines))

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults())

    @property
    def first_faults(self) -> list[Fault]:
        return self.faults[:ERRORS_SHOWN]

    @property
    def more_faults(self) -> int:
        return max(0, len(self.faults) - ERRORS_SHOWN)

    def _faults(self) -> Iterator[Fault]:
        yield from _faults_of(self.shared, "", "")
        for number, line in enumerate(self.lines, start=1):
            yield from _faults_of(line, f"明細{number} ", f"line-{number}")


def _faults_of(form: forms.Form, before: str, place: str) -> Iterator[Fault]:
    for sentence in form.non_field_errors():
        yield Fault(place, before.strip(), str(sentence))
    for bound in form:
        for sentence in bound.errors:
            yield Fault(_first_input(bound), f"{before}{bound.label}", str(sentence))


def _first_input(bound: forms.BoundField) -> str:
    """Of a group of radio buttons the first."""
    return bound.subwidgets[0].id_for_label or "" if bound.use_fieldset else bound.id_for_label


def _write_back(part: forms.Form, texts: dict[str, str]) -> None:
    """What was understood, in its one way of writing: to be kept, and to stand in the page again."""
    understood = {name: str(value) for name, value in part.cleaned_data.items() if name in texts}
    texts.update(understood)
    part.data = {**part.data, **{part.add_prefix(name): text for name, text in understood.items()}}


def _storable(text: Any) -> str:
    return str(text).replace("\0", "\ufffd")
