"""指定許可: who may send what to whom, the contract, and the registrations."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from erec.partners import designated, policy
from erec.partners.actions.designations import Setting, registered, room, set_designations
from erec.partners.designated import Sending, refused
from erec.partners.errors import Changed, LimitReached
from erec.partners.models import Designation, DesignationContract
from erec.partners.policy import AREAS, Area
from erec.trail.models import Entry
from tests import cast
from tests.erec.workflow.cast_designation import chooses, key_of, takes
from tests.erec.workflow.cast_workflow import TODAY, Trader, trader

pytestmark = pytest.mark.django_db


def sending(to: Trader, area: Area, sender: Trader, index: int = 0) -> Sending:
    account = sender.accounts[index]
    number = key_of(sender).account if index == 0 else type(key_of(sender).account)(*_parts(account))
    return Sending(to.company.pk, area, sender.company.user_number, number)


def _parts(account: Any) -> list[str]:
    return [getattr(account, name) for name in ("bank_code", "branch_code", "kind", "number")]


def test_a_company_without_the_contract_takes_everything() -> None:
    own, other = trader(), trader()
    takes(own, other, Area.ASSIGNMENT)
    assert refused([sending(own, Area.CHANGE, other)]) == set()


def test_with_the_contract_only_what_is_registered_is_taken() -> None:
    own, other, third = trader(), trader(), trader()
    chooses(own.company)
    takes(own, other, Area.ASSIGNMENT, Area.GUARANTEE)
    asked = {
        "registered": sending(own, Area.ASSIGNMENT, other),
        "other area": sending(own, Area.ACCRUAL_BY_OBLIGOR, other),
        "other account": sending(own, Area.ASSIGNMENT, other, index=1),
        "other company": sending(own, Area.ASSIGNMENT, third),
        "to one without": sending(third, Area.ACCRUAL_BY_OBLIGOR, own),
    }
    no = refused(list(asked.values()))
    assert [name for name, one in asked.items() if one in no] == [
        "other area",
        "other account",
        "other company",
    ]


def test_what_one_company_registered_counts_for_no_other() -> None:
    own, careful, other = trader(), trader(), trader()
    chooses(own.company)
    chooses(careful.company)
    takes(own, other, *Area)
    assert refused([sending(careful, Area.CHANGE, other)]) == {sending(careful, Area.CHANGE, other)}


def test_many_are_asked_in_three_queries(django_assert_num_queries: Any) -> None:
    own, others = trader(), [trader() for _ in range(3)]
    chooses(own.company)
    with django_assert_num_queries(3):
        assert len(refused([sending(own, area, other) for other in others for area in Area])) == 18


def test_every_area_has_its_words_in_the_tables_order() -> None:
    assert list(AREAS) == list(Area)
    assert designated.words(["assignment", "accrual_by_obligor"]) == "発生記録（債務者請求）、譲渡記録"
    assert designated.words([]) == "なし"


def test_the_contract_is_kept_when_it_ends_and_may_begin_again() -> None:
    own = trader().company
    assert [chooses(own), chooses(own), chooses(own, False), chooses(own, False), chooses(own)] == [
        *(True, False, True, False, True)
    ]
    rows = DesignationContract.objects.filter(company=own).order_by("pk")
    assert list(rows.values_list("started_on", "ended_on")) == [(TODAY, TODAY), (TODAY, None)]
    told = Entry.objects.filter(company_id=own.pk, event="designation.contract_changed").order_by("pk")
    assert [entry.detail["used"] for entry in told] == [True, False, True]


def test_a_contract_is_open_once_and_never_deleted_by_the_application() -> None:
    own = trader().company
    chooses(own)
    with pytest.raises(IntegrityError), transaction.atomic():
        DesignationContract.objects.create(company=own, started_on=TODAY)
    with pytest.raises(ProgrammingError), transaction.atomic():
        DesignationContract.objects.filter(company=own).delete()


@pytest.mark.parametrize("areas", [[], ["everything"]])
def test_the_database_keeps_no_registration_without_a_known_area(areas: list[str]) -> None:
    own, other = trader(), trader()
    key = key_of(other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Designation.objects.create(
            company=own.company,
            user_number=key.user_number,
            **vars(key.account),
            name="x",
            areas=areas,
            changed_at=cast.AT,
        )


def test_what_is_not_as_it_was_seen_changes_nothing() -> None:
    own, first, second = trader(), trader(), trader()
    takes(own, first, Area.CHANGE)
    settings = [
        Setting(key_of(second), "新しい相手先", frozenset({Area.PAYMENT}), frozenset()),
        Setting(key_of(first), "前の相手先", frozenset({Area.PAYMENT}), frozenset({Area.ASSIGNMENT})),
    ]
    with pytest.raises(Changed), transaction.atomic():
        set_designations(own.company.pk, settings, cast.AT)
    assert list(Designation.objects.values_list("user_number", "areas")) == [
        (first.company.user_number, ["change"])
    ]


def test_a_registration_without_an_area_is_taken_out() -> None:
    own, other = trader(), trader()
    takes(own, other, Area.CHANGE, Area.ASSIGNMENT)
    assert registered(own.company.pk, {key_of(other)})[key_of(other)].areas == ["assignment", "change"]
    takes(own, other)
    assert registered(own.company.pk, {key_of(other)}) == {}


def test_one_registration_too_many_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    own, other, third = trader(), trader(), trader()
    monkeypatch.setattr("erec.partners.actions.designations.DESIGNATIONS_MAX", 1)
    takes(own, other, Area.CHANGE)
    assert (room(own.company.pk), policy.DESIGNATIONS_MAX) == (0, 2_000)
    with pytest.raises(LimitReached), transaction.atomic():
        takes(own, third, Area.CHANGE)
    assert Designation.objects.count() == 1


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("designated_permission", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_sets_the_contract_and_says_what_holds() -> None:
    own = trader().company
    said = f"{own.user_number} {own.name} の指定許可機能は「{{}}」です。\n"
    already = "すでにそのとおりです。何も変わっていません。\n"
    assert run(own.user_number) == said.format("利用なし")
    assert run(own.user_number, "--on") == said.format("利用中")
    assert run(own.user_number, "--on") == already + said.format("利用中")
    assert run(own.user_number, "--off") == said.format("利用なし")
    events = Entry.objects.filter(company_id=own.pk, event="designation.contract_changed")
    assert [(entry.door, entry.user_id) for entry in events] == [("command", None)] * 2


def test_the_command_refuses_an_unknown_number_and_both_at_once() -> None:
    with pytest.raises(CommandError, match=re.escape("利用者番号 X99999999 の企業は登録されていません。")):
        run("X99999999", "--on")
    own = trader().company
    with pytest.raises(CommandError):
        run(own.user_number, "--on", "--off")
    assert not DesignationContract.objects.exists()
