"""The form of a request about one claim (その他請求): which one, and what it is now."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from erec.workflow.forms.base import EntryForm, Setting, Texts
from erec.workflow.forms.fields import RecordNumberField
from erec.workflow.types.base import Content
from erec.workflow.types.of_claim import OneClaim, Part, part_in


class ClaimForm(forms.Form):
    """The claim."""

    record_number = RecordNumberField(label="記録番号")


class OneClaimEntry(EntryForm):
    Line: ClassVar = ClaimForm

    def __init__(self, texts: Texts, setting: Setting, *, judged: bool = False) -> None:
        self.part = self.part_of(texts, setting)
        if self.part is not None and not judged:
            self.fill_in(texts.shared, self.part)
        super().__init__(texts, setting, judged=judged)

    @classmethod
    def part_of(cls, texts: Texts, setting: Setting) -> Part | None:
        """The claim that stands in the form, if the company may ask this for it."""
        typ = cls.request_type()
        if not isinstance(typ, OneClaim) or not texts.lines:
            return None
        number = texts.lines[0].get("record_number", "").strip().upper()
        return part_in(setting.company.pk, number, typ.roles)

    @classmethod
    def fill_in(cls, shared: dict[str, str], part: Part) -> None:
        """What is usual for this claim, where nothing was typed."""

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        super().tidy(texts, setting)
        texts.lines = texts.lines[:1] or [cls.blank()]
        part = cls.part_of(texts, setting)
        if part is not None:
            cls.fill_in(texts.shared, part)

    @classmethod
    def usual_shared(cls) -> Mapping[str, str]:
        return {}

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        blank = dict.fromkeys(cls.Shared.base_fields, "")
        return Texts({**blank, **cls.usual_shared()}, [cls.blank()])

    def shown(self) -> dict[str, Any]:
        return {"claim": self.part.claim if self.part else None, "part": self.part}

    def lines_content(self) -> list[dict[str, Any]]:
        return [{"record_number": form.cleaned_data.get("record_number", "")} for form in self.lines]

    @classmethod
    def lines_texts(cls, content: Content) -> list[dict[str, str]]:
        return [{"record_number": line["record_number"]} for line in content["lines"]]
