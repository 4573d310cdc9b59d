"""The form of 指定許可: a line for each counterpart, with a tick for each 業務区分."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from accounts.models import SettlementAccount
from erec.partners import designated
from erec.partners.actions.designations import areas_of, registered
from erec.partners.models import Designation
from erec.partners.policy import AREAS, DESIGNATION_LINES_MAX
from erec.partners.suggestions import key_of, suggest
from erec.workflow.forms import partners
from erec.workflow.forms.accrual import PartnerFields
from erec.workflow.forms.base import EntryForm, Setting, SharedForm, Texts
from erec.workflow.forms.partners import PARTNER
from erec.workflow.types import counterparts
from erec.workflow.types.base import Content

TICKED = "1"


class AreaField(forms.BooleanField):
    """A tick as a form's texts keep it: TICKED, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def to_python(self, value: Any) -> str:  # type: ignore[override]
        return TICKED if super().to_python(value) else ""


class DesignationSharedForm(SharedForm):
    """Nothing is shared by the lines."""


class DesignationLineForm(PartnerFields):
    """One counterpart, and what it may send."""

    @property
    def ticks(self) -> list[forms.BoundField]:
        return [self[area] for area in AREAS]


DesignationLineForm.base_fields |= {area.value: AreaField(label=label) for area, label in AREAS.items()}


class DesignationEntry(EntryForm):
    code: ClassVar = "designation"
    purpose: ClassVar = "請求を受け付ける相手先と業務区分を登録します。"
    template: ClassVar = "workflow/designation.html"
    Shared: ClassVar = DesignationSharedForm
    Line: ClassVar = DesignationLineForm
    usual: ClassVar[Mapping[str, str]] = {"kind": SettlementAccount.Kind.CURRENT.value}

    @classmethod
    def lines_max(cls) -> int:
        return DESIGNATION_LINES_MAX

    @classmethod
    def empty(cls, setting: Setting) -> Texts:
        return Texts({}, [cls.blank()])

    @classmethod
    def tidy(cls, texts: Texts, setting: Setting) -> None:
        super().tidy(texts, setting)
        partners.complete(setting.company, texts.lines)

    @classmethod
    def line_of(cls, row: Designation) -> dict[str, str]:
        """What would be typed for what is registered."""
        ticks = {area: TICKED for area in row.areas}
        return {**cls.blank(), **partners.texts_of(key_of(row)), **ticks}

    def shown(self) -> dict[str, Any]:
        company = self.setting.company
        names = partners.named(company, self.texts.lines)
        keys = [counterparts.key_of({**dict.fromkeys(PARTNER, ""), **line}) for line in self.texts.lines]
        now = registered(company.pk, set(keys))
        standing = [designated.words(areas_of(now[key])) if key in now else "" for key in keys]
        return {
            "rows": list(zip(self.lines, names, standing, strict=True)),
            "suggested": [(partners.as_text(one.key), one) for one in suggest(company.pk)],
        }

    def content(self) -> Content:
        return {"lines": [_line(form.cleaned_data) for form in self.lines]}

    @classmethod
    def texts_of(cls, content: Content) -> Texts:
        return Texts({}, [_line_texts(line) for line in content["lines"]])


def _line(cleaned: Mapping[str, Any]) -> dict[str, Any]:
    areas = [area.value for area in AREAS if cleaned.get(area.value)]
    return {**{name: cleaned.get(name, "") for name in PARTNER}, "areas": areas}


def _line_texts(line: Mapping[str, Any]) -> dict[str, str]:
    ticks = {area.value: TICKED if area in line["areas"] else "" for area in AREAS}
    return {**{name: str(line.get(name) or "") for name in PARTNER}, **ticks}
