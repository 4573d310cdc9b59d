"""Who can approve, and where nobody can."""

from typing import Any

import pytest

from accounts.models import User
from erec.members.catalogue import Tick
from erec.members.models import BusinessRight, Deputy, Member
from erec.parameters import business_day
from erec.workflow import access, people
from erec.workflow.models import Controls, FinalChecker, Request
from erec.workflow.people import Approvers, Case, can_be_approved
from erec.workflow.standing import standing_of
from tests import cast
from tests.erec.workflow import cast_workflow as cast_w
from tests.erec.workflow.cast_desk import controls

A, B, C = (Member(pk=pk, name=name) for pk, name in ((1, "甲"), (2, "乙"), (3, "丙")))
SINGLE, ANY, ORDERED = Controls.Approvals


@pytest.mark.parametrize(
    ("approvals", "own_refused", "checkers", "finals", "maker", "given", "possible"),
    [
        (SINGLE, False, [], [], 9, [], False),
        (SINGLE, False, [A], [], 1, [], True),
        (SINGLE, True, [A], [], 1, [], False),
        (SINGLE, True, [A], [], 2, [], True),
        (ANY, False, [A], [], 9, [], False),
        (ANY, False, [A], [], 9, [1], False),  # he has approved, and there is no second
        (ANY, False, [A, B], [], 9, [1], True),
        (ANY, True, [A, B], [], 1, [], False),
        (ANY, True, [A, B, C], [], 1, [], True),
        (ORDERED, False, [A, B], [], 9, [], False),  # no final
        (ORDERED, False, [A, B], [1, 2], 9, [], False),  # nobody for the first
        (ORDERED, False, [A, B], [2], 9, [], True),
        (ORDERED, False, [B], [2], 9, [1], True),  # the first has approved and lost his right since
        (ORDERED, True, [A, B], [2], 2, [1], False),
    ],
)
def test_an_approval_is_possible_if_enough_of_the_right_people_are_there(
    approvals: Controls.Approvals,
    own_refused: bool,
    checkers: list[Member],
    finals: list[int],
    maker: int,
    given: list[int],
    possible: bool,
) -> None:
    settings = Controls(approvals=approvals, own_approval_refused=own_refused)
    approvers = Approvers("accrual", settings, checkers, frozenset(finals))
    assert can_be_approved(approvers, Case(frozenset({maker})), given) is possible


SECOND = Controls.NewPartner.SECOND
D_FOR_A = Deputy(pk=1, principal=A, deputy=Member(pk=4, name="丁"))


@pytest.mark.parametrize(
    ("settings", "checkers", "deputies", "limits", "case", "possible"),
    [
        ({"request_limit_yen": 10}, [A], [], {}, Case(frozenset(), 10), True),
        ({"request_limit_yen": 10}, [A], [], {}, Case(frozenset(), 11), False),
        ({"daily_limit_yen": 10}, [A], [], {}, Case(frozenset(), 11), False),  # not on any day
        ({}, [A, B], [], {1: 10}, Case(frozenset(), 11), True),
        ({}, [A, B], [], {1: 10, 2: 10}, Case(frozenset(), 11), False),
        ({}, [A], [], {2: 10}, Case(frozenset(), 11), True),
        ({"new_partner": SECOND}, [A], [], {}, Case(frozenset(), 1, new_partner=True), False),
        ({"new_partner": SECOND}, [A], [], {}, Case(frozenset(), 1), True),
        ({"new_partner": SECOND}, [A, B], [], {}, Case(frozenset(), 1, new_partner=True), True),
        ({"approvals": ANY}, [A], [D_FOR_A], {}, Case(frozenset()), True),  # two people: he and his deputy
        ({"own_approval_refused": True}, [A], [D_FOR_A], {}, Case(frozenset({9})), True),
        ({"own_approval_refused": True}, [A], [D_FOR_A], {}, Case(frozenset({1})), False),  # A's own work
        ({}, [A], [D_FOR_A], {1: 10}, Case(frozenset(), 11), False),  # the principal's limit
    ],
)
def test_limits_new_partners_and_deputies_decide_too(
    settings: dict[str, Any],
    checkers: list[Member],
    deputies: list[Deputy],
    limits: dict[int, int],
    case: Case,
    possible: bool,
) -> None:
    approvers = Approvers("accrual", Controls(**settings), checkers, frozenset(), deputies, limits)
    assert can_be_approved(approvers, case) is possible


def stuck(own: cast_w.Trader) -> str:
    return standing_of(Request.objects.get(company=own.company), business_day.today(cast.AT)).stuck


@pytest.mark.django_db
def test_a_request_that_nobody_can_bring_to_its_end_says_why() -> None:
    own, other = cast_w.trader(), cast_w.trader()
    cast_w.submitted(own, "accrual_by_obligor", cast_w.accrual(own, other))
    assert stuck(own) == ""
    controls(own, approvals=ANY)
    assert stuck(own) == (
        "今の設定（ダブル承認（順序なし））では、"
        f"債権発生請求の承認者（{own.checker.name}さん）だけではこの請求の承認を終えられません。"
        "マスターユーザに、承認者の追加か、企業情報の変更を依頼してください。"
    )
    BusinessRight.objects.filter(member=own.checker).delete()
    assert stuck(own) == (
        "債権発生請求の承認者がいません。マスターユーザに、承認者の権限の設定を依頼してください。"
    )


@pytest.mark.django_db
def test_above_every_limit_the_request_says_so() -> None:
    own, other = cast_w.trader(), cast_w.trader()
    cast_w.submitted(own, "accrual_by_obligor", cast_w.accrual(own, other))
    controls(own, request_limit_yen=999_999)
    assert stuck(own) == (
        "今の限度額では、この請求（1,000,000円）を承認できる人がいません。"
        "マスターユーザに限度額の変更を依頼するか、差し戻して金額を見直してもらってください。"
    )


@pytest.mark.django_db
def test_a_new_partner_for_whom_two_are_needed_and_one_is_there_says_so() -> None:
    own, other = cast_w.trader(), cast_w.trader()
    cast_w.submitted(own, "accrual_by_obligor", cast_w.accrual(own, other))
    controls(own, new_partner=SECOND)
    assert stuck(own).startswith("今の設定（シングル承認・初めての相手先は2人の承認）では、")
    assert people.makers_without_approver(own.company.pk, access.controls_of(own.company.pk), frozenset())[
        0
    ] == (
        f"債権発生請求: {own.maker.name}さんが仮登録した、初めての相手先への請求を、承認できる人がいません。"
    )


@pytest.mark.django_db
def test_who_is_stopped_approves_nothing() -> None:
    own = cast_w.trader()
    assert people.holders(own.company.pk, "accrual", Tick.CHECKER) == [own.checker]
    User.objects.filter(pk=own.checker.user_id).update(status=User.Status.SUSPENDED)
    assert people.holders(own.company.pk, "accrual", Tick.CHECKER) == []
    assert people.checkers_of_any(own.company.pk) == []


@pytest.mark.django_db
def test_settings_name_the_makers_whose_entries_nobody_could_approve() -> None:
    own = cast_w.trader()
    both = cast_w.person(own.company, ("accrual", Tick.MAKER), ("accrual", Tick.CHECKER))
    company_id, now = own.company.pk, access.controls_of(own.company.pk)
    assert people.makers_without_approver(company_id, now, frozenset()) == []
    BusinessRight.objects.filter(member=own.checker, business="accrual").delete()
    strict = Controls(own_approval_refused=True)
    assert people.makers_without_approver(company_id, strict, frozenset()) == [
        f"債権発生請求: {both.name}さんが仮登録した請求を、承認できる人がいません。"
    ]
    FinalChecker.objects.create(company=own.company, member=both)
    assert people.finals_of(company_id) == {both.pk}
