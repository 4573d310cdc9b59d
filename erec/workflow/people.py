"""Who of a company can approve what, and where nobody can: said before somebody waits in vain."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from erec.members.catalogue import BY_CODE, CATALOGUE, Tick
from erec.members.models import Member
from erec.notices.receivers import active_members
from erec.workflow import access
from erec.workflow.models import Controls, Decision, FinalChecker, Request
from erec.workflow.policy import APPROVALS_NEEDED
from erec.workflow.states import Move
from erec.workflow.types import TYPES


@dataclass(frozen=True)
class Approvers:
    """How a company approves in one business, as it is now. `finals`: ids of the 最終承認者."""

    business: str
    controls: Controls
    checkers: Sequence[Member]
    finals: frozenset[int]

    @property
    def names(self) -> str:
        return "、".join(f"{member.name}さん" for member in self.checkers)


def approvers_of(company_id: int, business: str) -> Approvers:
    return Approvers(
        business,
        access.controls_of(company_id),
        holders(company_id, business, Tick.CHECKER),
        finals_of(company_id),
    )


def holders(company_id: int, business: str, tick: Tick) -> list[Member]:
    """Who holds the tick and can come and use it."""
    rows = active_members().filter(
        company_id=company_id, business_rights__business=business, business_rights__tick=tick
    )
    return list(rows.order_by("pk"))


def checkers_of_any(company_id: int) -> list[Member]:
    """Who is 承認者 of at least one business: who may become 最終承認者."""
    rows = active_members().filter(company_id=company_id, business_rights__tick=Tick.CHECKER)
    return list(rows.distinct().order_by("pk"))


def finals_of(company_id: int) -> frozenset[int]:
    rows = FinalChecker.objects.filter(company_id=company_id)
    return frozenset(rows.values_list("member_id", flat=True))


def approvals_of(request: Request) -> list[Decision]:
    """Those of the version as it is now."""
    return list(request.decisions.filter(version=request.version, move=Move.APPROVE).order_by("pk"))


def can_be_approved(approvers: Approvers, maker_id: int, given: Collection[int] = ()) -> bool:
    """Whether the people who are there can give all approvals that are missing for this maker's entry.

    `given`: members who have approved already. Worked example: with ダブル承認（順序なし） and one checker
    it is False, before and after he has approved. One approval is missing as long as the request waits, also
    if fewer are needed since: nobody approves twice.
    """
    free = {member.pk for member in approvers.checkers} - set(given)
    if approvers.controls.own_approval_refused:
        free.discard(maker_id)
    missing = max(1, APPROVALS_NEEDED[Controls.Approvals(approvers.controls.approvals)] - len(given))
    if approvers.controls.approvals != Controls.Approvals.DOUBLE_ORDERED:
        return len(free) >= missing
    return bool(free & approvers.finals) and len(free - approvers.finals) >= missing - 1


def stuck(request: Request, approvers: Approvers, approvals: Sequence[Decision]) -> str:
    """Why nobody can bring this request to its end, and what to do; empty if somebody can."""
    if can_be_approved(approvers, request.maker_id, [decision.member_id for decision in approvals]):
        return ""
    name = BY_CODE[approvers.business].name
    if not approvers.checkers:
        return f"{name}の承認者がいません。マスターユーザに、承認者の権限の設定を依頼してください。"
    return (
        f"今の設定（{approvers.controls.get_approvals_display()}"
        f"{'・同一ユーザによる承認の抑止' if approvers.controls.own_approval_refused else ''}）では、"
        f"{name}の承認者（{approvers.names}）だけではこの請求の承認を終えられません。"
        "マスターユーザに、承認者の追加か、企業情報の変更を依頼してください。"
    )


def makers_without_approver(company_id: int, controls: Controls, finals: frozenset[int]) -> list[str]:
    """Under these settings: of each business that has requests, whose entries nobody could approve."""
    found = []
    used = {typ.business for typ in TYPES.values()}
    for business in CATALOGUE:
        if business.code not in used:
            continue
        checkers = holders(company_id, business.code, Tick.CHECKER)
        approvers = Approvers(business.code, controls, checkers, finals)
        makers = holders(company_id, business.code, Tick.MAKER)
        left = [maker.name for maker in makers if not can_be_approved(approvers, maker.pk)]
        if left:
            names = "、".join(f"{name}さん" for name in left)
            found.append(f"{business.name}: {names}が仮登録した請求を、承認できる人がいません。")
    return found
