"""企業情報の変更: how the company approves, set by a master (domain facts §2.2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import second
from accounts.access import locked_master
from accounts.errors import Stale
from accounts.models import User
from accounts.origin import Origin, tell
from erec.members.models import Member
from erec.trail.events import Event
from erec.workflow import access, limits, mails, people
from erec.workflow.errors import WorkflowError
from erec.workflow.models import CheckerLimit, Controls, FinalChecker

NEEDS_FINAL = "ダブル承認（順序あり）では、最終承認者を1名以上選んでください。企業情報は元のままです。"
NOT_THERE = "選んだ最終承認者が、承認者ではなくなりました。企業情報は元のままです。選び直してください。"

NOT_POSITIVE = "限度額は、1円以上にしてください。企業情報は元のままです。"
NOTHING = "変更したところがありません。企業情報は元のままです。"


class ControlsRefused(WorkflowError):
    """A setting that cannot be kept; nothing was changed."""


@dataclass(frozen=True)
class Wanted:
    """What shall hold. `finals`: who is 最終承認者, by id; `checker_limits`: pairs of such an id and
    yen, for those who are checkers now. None and no pair: no limit.
    """

    own_approval_refused: bool
    approvals: Controls.Approvals
    finals: frozenset[int]
    request_limit_yen: int | None = None
    daily_limit_yen: int | None = None
    checker_limits: frozenset[tuple[int, int]] = frozenset()
    new_partner: Controls.NewPartner = Controls.NewPartner.NONE
    same_device: Controls.SameDevice = Controls.SameDevice.FLAG

    def as_controls(self, company_id: int) -> Controls:
        return Controls(company_id=company_id, **self.of_the_company)

    @property
    def of_the_company(self) -> dict[str, Any]:
        """The columns of Controls."""
        return {
            "own_approval_refused": self.own_approval_refused,
            "approvals": self.approvals,
            "request_limit_yen": self.request_limit_yen,
            "daily_limit_yen": self.daily_limit_yen,
            "new_partner": self.new_partner,
            "same_device": self.same_device,
        }


def to_json(wanted: Wanted) -> dict[str, Any]:
    """As a request keeps it that waits for the second master."""
    limits_of = sorted([pk, yen] for pk, yen in wanted.checker_limits)
    return {**asdict(wanted), "finals": sorted(wanted.finals), "checker_limits": limits_of}


def from_json(kept: Mapping[str, Any]) -> Wanted:
    return Wanted(
        own_approval_refused=kept["own_approval_refused"],
        approvals=Controls.Approvals(kept["approvals"]),
        finals=frozenset(kept["finals"]),
        request_limit_yen=kept["request_limit_yen"],
        daily_limit_yen=kept["daily_limit_yen"],
        checker_limits=frozenset((pk, yen) for pk, yen in kept["checker_limits"]),
        new_partner=Controls.NewPartner(kept["new_partner"]),
        same_device=Controls.SameDevice(kept["same_device"]),
    )


def controls_now(company_id: int) -> Wanted:
    controls = access.controls_of(company_id)
    checkers = {member.pk for member in people.checkers_of_any(company_id)}
    found = limits.of_checkers(company_id)
    return Wanted(
        controls.own_approval_refused,
        Controls.Approvals(controls.approvals),
        people.finals_of(company_id),
        controls.request_limit_yen,
        controls.daily_limit_yen,
        frozenset((pk, yen) for pk, yen in found.items() if pk in checkers),
        Controls.NewPartner(controls.new_partner),
        Controls.SameDevice(controls.same_device),
    )


@transaction.atomic
def change_controls(
    wanted: Wanted, *, version: int, acting_user: User, at: datetime, origin: Origin, approved_in: str = ""
) -> Controls:
    """Set exactly this. The master's approval password was checked before.

    Approvals that are under way end first: they hold the company's row. Who may notice is told by mail.
    Raises NotAllowed (no usable master), Stale (somebody changed it meanwhile), ControlsRefused, NeedsSecond.
    """
    master = locked_master(acting_user)
    members = check(wanted, version, master)
    second.check(second.Kind.CONTROLS, master, None, approved_in)
    controls, before = access.controls_of(master.company_id), controls_now(master.company_id)
    for name, value in wanted.of_the_company.items():
        setattr(controls, name, value)
    controls.version += 1
    controls.save()
    FinalChecker.objects.filter(company_id=master.company_id).exclude(member__in=members).delete()
    FinalChecker.objects.bulk_create(
        [FinalChecker(company_id=master.company_id, member=member) for member in members],
        ignore_conflicts=True,
    )
    _set_limits(before, wanted, master.company_id)
    mails.controls_changed(master, controls.version, changes(before, wanted, master.company_id), at)
    tell(
        Event.CONTROLS_CHANGED,
        at=at,
        origin=origin,
        acting_user=master,
        company_id=master.company_id,
        target=master.company.user_number,
        **{name: getattr(value, "value", value) for name, value in wanted.of_the_company.items()},
        finals=", ".join(member.login_id for member in members),
        checker_limits=_limits_in_words(wanted, "login_id"),
        **second.told(approved_in),
    )
    return controls


def _set_limits(before: Wanted, wanted: Wanted, company_id: int) -> None:
    """Of the people who are checkers now. Who lost the right meets his old limit when he gets it again."""
    gone = {pk for pk, _ in before.checker_limits} - {pk for pk, _ in wanted.checker_limits}
    CheckerLimit.objects.filter(company_id=company_id, member__in=gone).delete()
    for pk, yen in sorted(wanted.checker_limits):
        CheckerLimit.objects.update_or_create(
            member_id=pk,
            defaults={"limit_yen": yen},
            create_defaults={"company_id": company_id, "limit_yen": yen},
        )


def check(wanted: Wanted, version: int, master: User) -> list[Member]:
    """The 最終承認者 that were chosen, if this can be kept. Raises Stale, ControlsRefused."""
    if access.controls_of(master.company_id).version != version:
        raise Stale
    if wanted == controls_now(master.company_id):
        raise ControlsRefused(NOTHING)
    checkers = {member.pk: member for member in people.checkers_of_any(master.company_id)}
    if not wanted.finals | {pk for pk, _ in wanted.checker_limits} <= checkers.keys():
        raise ControlsRefused(NOT_THERE)
    if wanted.approvals == Controls.Approvals.DOUBLE_ORDERED and not wanted.finals:
        raise ControlsRefused(NEEDS_FINAL)
    if min([limit for limit in _yen(wanted) if limit is not None], default=1) < 1:
        raise ControlsRefused(NOT_POSITIVE)
    return [checkers[pk] for pk in sorted(wanted.finals)]


def _yen(wanted: Wanted) -> list[int | None]:
    return [wanted.request_limit_yen, wanted.daily_limit_yen, *(yen for _, yen in wanted.checker_limits)]


def words(wanted: Wanted, company_id: int) -> dict[str, str]:
    """The settings as the screens and mails say them, by their labels."""
    names = Member.objects.filter(company_id=company_id, pk__in=wanted.finals).order_by("pk")
    return {
        "同一ユーザによる承認の抑止": "抑止する" if wanted.own_approval_refused else "抑止しない",
        "承認機能区分": wanted.approvals.label,
        "最終承認者": "、".join(names.values_list("name", flat=True)) or "なし",
        "1件の限度額": _limit(wanted.request_limit_yen),
        "1日の限度額": _limit(wanted.daily_limit_yen),
        "承認者ごとの限度額": _limits_in_words(wanted, "name") or "なし",
        "初めての相手先・口座への請求": wanted.new_partner.label,
        "仮登録と同じ証明書・端末からの承認": wanted.same_device.label,
    }


@dataclass(frozen=True)
class Section:
    """Settings that belong together, and what they protect from. `labels`: those of `words`."""

    title: str
    protects: str
    labels: tuple[str, ...]


SECTIONS = (
    Section(
        "承認のしかた",
        "1人の誤りや不正が、そのまま取引にならないようにします。",
        ("同一ユーザによる承認の抑止", "承認機能区分", "最終承認者"),
    ),
    Section(
        "限度額",
        "桁の誤りや、盗まれた権限で動かせる金額を小さくします。仮登録と承認のたびに確かめます。",
        ("1件の限度額", "1日の限度額", "承認者ごとの限度額"),
    ),
    Section(
        "初めての相手先",
        "にせの請求書や、「口座が変わりました」というにせの連絡から守ります。"
        "どの設定でも、担当者と承認者に警告が表示されます。",
        ("初めての相手先・口座への請求",),
    ),
    Section(
        "同じ証明書・同じ端末",
        "1人が2人分の操作をすることや、1台のパソコンが乗っ取られることに備えます。"
        "端末は、ブラウザごとに付ける印で見分けます。",
        ("仮登録と同じ証明書・端末からの承認",),
    ),
)


def _limit(yen: int | None) -> str:
    return "なし" if yen is None else f"{yen:,}円"


def _limits_in_words(wanted: Wanted, name: str) -> str:
    yen = dict(wanted.checker_limits)
    found = Member.objects.filter(pk__in=yen).order_by("pk").values_list("pk", name)
    return "、".join(f"{called}: {yen[pk]:,}円" for pk, called in found)


def changes(before: Wanted, now: Wanted, company_id: int) -> list[str]:
    """「承認機能区分: シングル承認 → ダブル承認（順序なし）」 for each setting that differs."""
    old, new = words(before, company_id), words(now, company_id)
    return [f"{label}: {old[label]} → {new[label]}" for label in old if old[label] != new[label]]
