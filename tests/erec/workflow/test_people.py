"""Who can approve, and where nobody can."""

import pytest

from accounts.models import User
from erec.members.catalogue import Tick
from erec.members.models import BusinessRight, Member
from erec.workflow import access, people
from erec.workflow.models import Controls, FinalChecker
from erec.workflow.people import Approvers, can_be_approved
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
    assert (
        can_be_approved(Approvers("accrual", settings, checkers, frozenset(finals)), maker, given) is possible
    )


@pytest.mark.django_db
def test_a_request_that_nobody_can_bring_to_its_end_says_why() -> None:
    own, other = cast_w.trader(), cast_w.trader()
    request = cast_w.submitted(own, "accrual_by_obligor", cast_w.accrual(own, other))
    assert people.stuck(request, people.approvers_of(own.company.pk, "accrual"), []) == ""
    controls(own, approvals=ANY)
    assert people.stuck(request, people.approvers_of(own.company.pk, "accrual"), []) == (
        "今の設定（ダブル承認（順序なし））では、"
        f"債権発生請求の承認者（{own.checker.name}さん）だけではこの請求の承認を終えられません。"
        "マスターユーザに、承認者の追加か、企業情報の変更を依頼してください。"
    )
    BusinessRight.objects.filter(member=own.checker).delete()
    assert people.stuck(request, people.approvers_of(own.company.pk, "accrual"), []) == (
        "債権発生請求の承認者がいません。マスターユーザに、承認者の権限の設定を依頼してください。"
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
