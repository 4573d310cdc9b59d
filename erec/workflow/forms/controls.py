"""企業情報の変更: the shape of the settings."""

from collections.abc import Sequence
from typing import Any

from django import forms

from erec.fields import ChoiceField
from erec.members.models import Member
from erec.workflow.actions.controls import SECTIONS, Section, Wanted
from erec.workflow.forms import reading
from erec.workflow.forms.deciding import GONE, VERSION_MAX
from erec.workflow.forms.fields import AmountField, yen_of
from erec.workflow.models import Controls

UNKNOWN = "選べない人が含まれています。画面を開き直して、もう一度選んでください。"


LIMIT_MAX_YEN = 999_999_999_999  # a day's sum has more digits than a claim
NO_LIMIT = "空欄のときは、限度額なしです。"


class LimitField(AmountField):
    """A limit in yen, or nothing."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def understood(self, value: str) -> str:
        return f"{reading.amount_yen(value, LIMIT_MAX_YEN):,}"


class ControlsForm(forms.Form):
    """`checkers`: who may be 最終承認者, and who may have a limit of his own."""

    own_approval_refused = forms.BooleanField(
        label="同一ユーザによる承認を抑止する",
        required=False,
        help_text="仮登録した人は、自分の請求を承認できなくなります。",
    )
    approvals = ChoiceField(
        label="承認機能区分", choices=Controls.Approvals.choices, widget=forms.RadioSelect
    )
    finals = forms.MultipleChoiceField(
        label="最終承認者",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="ダブル承認（順序あり）で、最後に承認する人です。ほかの承認者が先に承認します。",
        error_messages={"invalid_choice": UNKNOWN},
    )
    request_limit = LimitField(label="1件の限度額（円）", help_text=f"1つの請求の合計です。{NO_LIMIT}")
    daily_limit = LimitField(
        label="1日の限度額（円）", help_text=f"その日に企業全体で承認する合計です。{NO_LIMIT}"
    )
    new_partner = ChoiceField(
        label="初めての相手先・口座への請求", choices=Controls.NewPartner.choices, widget=forms.RadioSelect
    )
    same_device = ChoiceField(
        label="仮登録と同じ証明書・端末からの承認",
        choices=Controls.SameDevice.choices,
        widget=forms.RadioSelect,
    )
    version = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        max_value=VERSION_MAX,
        error_messages={"required": GONE, "invalid": GONE, "min_value": GONE, "max_value": GONE},
    )

    def __init__(self, data: Any, *, checkers: Sequence[Member], now: Wanted, version: int) -> None:
        initial = {
            "own_approval_refused": now.own_approval_refused,
            "approvals": now.approvals,
            "finals": [str(pk) for pk in now.finals],
            "request_limit": _shown(now.request_limit_yen),
            "daily_limit": _shown(now.daily_limit_yen),
            "new_partner": now.new_partner,
            "same_device": now.same_device,
            "version": version,
        }
        super().__init__(data, initial=initial)
        choices = [(str(member.pk), f"{member.name}（{member.login_id}）") for member in checkers]
        self.fields["finals"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["finals"]
        limits = dict(now.checker_limits)
        self.checkers = {f"checker_limit_{pk}": int(pk) for pk, _ in choices}
        for pk, name in choices:
            self.fields[f"checker_limit_{pk}"] = LimitField(
                label=f"{name}の限度額（円）", initial=_shown(limits.get(int(pk))), help_text=NO_LIMIT
            )

    def sections(self) -> list[tuple[Section, list[forms.BoundField]]]:
        """The fields under the headings of the company's page."""
        names = (
            ("own_approval_refused", "approvals", "finals"),
            ("request_limit", "daily_limit", *self.checkers),
            ("new_partner",),
            ("same_device",),
        )
        return [
            (section, [self[name] for name in of_section if name in self.fields])
            for section, of_section in zip(SECTIONS, names, strict=True)
        ]

    def wanted(self) -> Wanted:
        typed = self.cleaned_data
        limits = ((pk, yen_of(typed[name])) for name, pk in self.checkers.items())
        return Wanted(
            typed["own_approval_refused"],
            Controls.Approvals(typed["approvals"]),
            frozenset(int(pk) for pk in typed.get("finals", [])),
            yen_of(typed["request_limit"]),
            yen_of(typed["daily_limit"]),
            frozenset((pk, yen) for pk, yen in limits if yen is not None),
            Controls.NewPartner(typed["new_partner"]),
            Controls.SameDevice(typed["same_device"]),
        )


def _shown(yen: int | None) -> str:
    return "" if yen is None else f"{yen:,}"
