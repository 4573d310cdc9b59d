"""Who of a company can approve what, and where nobody can: said before somebody waits in vain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from accounts.models import User
from erec.members import access as members
from erec.members.catalogue import BY_CODE, CATALOGUE, MASTERS, Grant, Tick
from erec.members.models import Deputy, Member
from erec.notices.receivers import active_members
from erec.workflow import access, limits
from erec.workflow.actions.second_master import usable_masters
from erec.workflow.models import Controls, FinalChecker
from erec.workflow.types import TYPES

APPROVALS_NEEDED = {
    Controls.Approvals.SINGLE: 1,
    Controls.Approvals.DOUBLE_ANY: 2,
    Controls.Approvals.DOUBLE_ORDERED: 2,
}

NO_OTHER_MASTER = (
    "今は、これを承認できるマスターユーザがほかにいません（利用停止、削除、ロック、承認パスワードの未設定）。"
    "その人が使えるようになるのを待つか、お取引店の窓口へご連絡ください。引き戻すこともできます。"
)


@dataclass(frozen=True)
class Capacity:
    """In whose place somebody approves: his own, or as a deputy in the principal's."""

    member: Member
    principal: Member | None = None

    @property
    def holder(self) -> Member:
        """Whose right it is: his limit and his place in the order count."""
        return self.principal or self.member

    @property
    def name(self) -> str:
        if self.principal is None:
            return f"{self.member.name}さん"
        return f"{self.member.name}さん（{self.principal.name}さんの代理）"


@dataclass(frozen=True)
class Approvers:
    """How a company approves in one business, as it is now. `finals`: ids of the 最終承認者.

    `checkers` hold the tick themselves; `deputies` stand in for one of them today. `limits` by member.
    """

    business: str
    controls: Controls
    checkers: Sequence[Member]
    finals: frozenset[int]
    deputies: Sequence[Deputy] = ()
    limits: Mapping[int, int] = field(default_factory=dict)

    @property
    def capacities(self) -> list[Capacity]:
        """First the people in their own place."""
        own = [Capacity(member) for member in self.checkers]
        return [*own, *(Capacity(deputy.deputy, deputy.principal) for deputy in self.deputies)]

    @property
    def names(self) -> str:
        return "、".join(capacity.name for capacity in self.capacities)

    @property
    def is_ordered(self) -> bool:
        return self.controls.approvals == Controls.Approvals.DOUBLE_ORDERED

    def needed(self, *, new_partner: bool) -> int:
        """How many approvals a request needs in all."""
        usual = APPROVALS_NEEDED[Controls.Approvals(self.controls.approvals)]
        second = new_partner and self.controls.new_partner == Controls.NewPartner.SECOND
        return max(usual, 2) if second else usual


@dataclass(frozen=True)
class Case:
    """What of a request decides who may approve it. `makers`: whose work it is, by their ids."""

    makers: frozenset[int]
    yen: int = 0
    new_partner: bool = False


def approvers_of(company_id: int, business: str) -> Approvers:
    controls = controls_in(access.controls_of(company_id), business)
    checkers = holders(company_id, business, Tick.CHECKER)
    ids = {member.pk for member in checkers}
    deputies = [d for d in members.in_force(company_id) if d.principal_id in ids and business != MASTERS.code]
    return Approvers(
        business,
        controls,
        checkers,
        finals_of(company_id),
        deputies,
        limits.of_checkers(company_id),
    )


def controls_in(controls: Controls, business: str) -> Controls:
    """What one master does is approved by one other, however the company approves its requests."""
    if business != MASTERS.code:
        return controls
    return Controls(
        company_id=controls.company_id,
        own_approval_refused=True,
        approvals=Controls.Approvals.SINGLE,
        same_device=controls.same_device,
    )


def holders(company_id: int, business: str, tick: Tick) -> list[Member]:
    """Who holds the tick and can come and use it."""
    rows = active_members().filter(company_id=company_id)
    if business == MASTERS.code:
        return list(rows.filter(kind=User.Kind.MASTER).order_by("pk"))
    rows = rows.filter(business_rights__business=business, business_rights__tick=tick)
    return list(rows.order_by("pk"))


def capacities_of(member: Member) -> list[tuple[Capacity, frozenset[str]]]:
    """Of one person: in whose place, and in which businesses, he may approve now."""
    found = [(Capacity(member), _checked(members.own_powers_of(member)))]
    for deputy in members.in_force(member.company_id).filter(deputy=member):
        found.append((Capacity(member, deputy.principal), _checked(members.lent_by(deputy.principal))))
    return found


def _checked(grants: frozenset[Grant]) -> frozenset[str]:
    return frozenset(business for business, tick in grants if tick is Tick.CHECKER)


def checkers_of_any(company_id: int) -> list[Member]:
    """Who is 承認者 of at least one business: who may become 最終承認者."""
    rows = active_members().filter(company_id=company_id, business_rights__tick=Tick.CHECKER)
    return list(rows.distinct().order_by("pk"))


def finals_of(company_id: int) -> frozenset[int]:
    rows = FinalChecker.objects.filter(company_id=company_id)
    return frozenset(rows.values_list("member_id", flat=True))


def can_be_approved(approvers: Approvers, case: Case, given: Collection[int] = ()) -> bool:
    """Whether the people who are there can give all approvals that are missing.

    `given`: members who have approved already. Worked example: with ダブル承認（順序なし） and one checker
    it is False, before and after he has approved. One approval is missing as long as the request waits, also
    if fewer are needed since: nobody approves twice.
    """
    if _above_the_company(approvers.controls, case.yen):
        return False
    free = [c for c in approvers.capacities if c.member.pk not in given and _may(c, approvers, case)]
    persons = {capacity.member.pk for capacity in free}
    missing = max(1, approvers.needed(new_partner=case.new_partner) - len(given))
    if not approvers.is_ordered:
        return len(persons) >= missing
    last = {capacity.member.pk for capacity in free if capacity.holder.pk in approvers.finals}
    first = {capacity.member.pk for capacity in free if capacity.holder.pk not in approvers.finals}
    return bool(last) and (missing == 1 or (bool(first) and len(first | last) >= missing))


def _above_the_company(controls: Controls, yen: int) -> bool:
    limits = (controls.request_limit_yen, controls.daily_limit_yen)
    return any(limit is not None and yen > limit for limit in limits)


def _may(capacity: Capacity, approvers: Approvers, case: Case) -> bool:
    return not is_own(capacity, approvers.controls, case.makers) and can_carry(capacity, approvers, case.yen)


def is_own(capacity: Capacity, controls: Controls, makers: frozenset[int]) -> bool:
    """抑止: neither who made it, nor who stands in for him: nobody lends what he has not."""
    return controls.own_approval_refused and bool({capacity.member.pk, capacity.holder.pk} & makers)


def can_carry(capacity: Capacity, approvers: Approvers, yen: int) -> bool:
    limit = approvers.limits.get(capacity.holder.pk)
    return limit is None or yen <= limit


def stuck(approvers: Approvers, case: Case, given: Collection[int]) -> str:
    """Why nobody can bring this request to its end, and what to do; empty if somebody can."""
    if approvers.business == MASTERS.code:
        usable = {member.pk for member in usable_masters(approvers.controls.company_id)}
        return "" if usable - case.makers else NO_OTHER_MASTER
    if can_be_approved(approvers, case, given):
        return ""
    name = BY_CODE[approvers.business].name
    if not approvers.checkers:
        return f"{name}の承認者がいません。マスターユーザに、承認者の権限の設定を依頼してください。"
    without_limits = replace(
        approvers,
        limits={},
        controls=_copy(approvers.controls, request_limit_yen=None, daily_limit_yen=None),
    )
    if can_be_approved(without_limits, case, given):
        return (
            f"今の限度額では、この請求（{case.yen:,}円）を承認できる人がいません。"
            "マスターユーザに限度額の変更を依頼するか、差し戻して金額を見直してもらってください。"
        )
    ways = [approvers.controls.get_approvals_display()]
    if approvers.needed(new_partner=case.new_partner) > approvers.needed(new_partner=False):
        ways.append("初めての相手先は2人の承認")
    if approvers.controls.own_approval_refused:
        ways.append("同一ユーザによる承認の抑止")
    return (
        f"今の設定（{'・'.join(ways)}）では、"
        f"{name}の承認者（{approvers.names}）だけではこの請求の承認を終えられません。"
        "マスターユーザに、承認者の追加か、企業情報の変更を依頼してください。"
    )


def _copy(controls: Controls, **values: object) -> Controls:
    same = {f.attname: getattr(controls, f.attname) for f in Controls._meta.concrete_fields}
    return Controls(**{**same, **values})


def makers_without_approver(company_id: int, controls: Controls, finals: frozenset[int]) -> list[str]:
    """Under these settings: of each business that has requests, whose entries nobody could approve.

    Deputies come and go; whoever stands in today is not counted.
    """
    found = []
    used = {typ.business for typ in TYPES.values()}
    for business in CATALOGUE:
        if business.code not in used:
            continue
        checkers = holders(company_id, business.code, Tick.CHECKER)
        approvers = Approvers(business.code, controls, checkers, finals)
        makers = holders(company_id, business.code, Tick.MAKER)
        for new_partner, what in ((False, "仮登録した請求"), (True, "仮登録した、初めての相手先への請求")):
            left = _left(approvers, makers, new_partner=new_partner)
            if left:
                found.append(f"{business.name}: {left}が{what}を、承認できる人がいません。")
                break
    return found


def _left(approvers: Approvers, makers: Sequence[Member], *, new_partner: bool) -> str:
    left = [m for m in makers if not can_be_approved(approvers, Case(frozenset({m.pk}), 0, new_partner))]
    return "、".join(f"{maker.name}さん" for maker in left)
