"""What the pictures of a claim tell: every kind of record, and nobody's relatives but the company's own."""

from datetime import date

import pytest

from erec.claims import access, reading, runs, story
from erec.claims.instructions import Party
from erec.claims.models import AccountBalance, Claim, RecordEvent
from erec.claims.pictures import timeline
from erec.claims.reading import Told
from erec.claims.story import Moment
from erec.claims.views.claims import history_of
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


def told(number: str, company_id: int, today: date = c.TODAY) -> list[tuple[str, str, str]]:
    claim = access.claim_for(company_id, number)
    found = story.moments(history_of(claim, company_id), claim, today)
    return [(one.name, one.detail, one.tone.value) for one in found]


def numbers(company_id: int, number: str) -> list[tuple[int, str]]:
    return [(one.depth, one.part.record_number) for one in story.family(company_id, number)]


def test_a_claim_s_life_up_to_its_due_date(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = c.claim(obligor, obligee).record_number
    c.assign(number, obligee, assignee)
    assert told(number, assignee.company_id) == [
        ("発生記録", "債権金額 1,000,000円", "done"),
        ("譲渡記録・保証記録", f"譲受人 {assignee.name}（{assignee.user_number}）", "done"),
        ("本日", "", "now"),
        ("支払期日", "", "coming"),
    ]


def test_a_settled_claim_has_nothing_to_come(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee).record_number
    runs.settle(c.DUE, cast.AT)
    assert [name for name, _, _ in told(number, obligor.company_id)] == ["発生記録", "口座間送金決済"]


def test_a_default_is_marked_as_what_it_is(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee).record_number
    AccountBalance.objects.create(company_id=obligor.company_id, account=str(obligor.account), balance_yen=0)
    runs.settle(c.DUE, cast.AT)
    assert told(number, obligee.company_id)[-1][::2] == ("支払不能", "stopped")


def test_a_reservation_is_still_to_come(obligor: Party, obligee: Party) -> None:
    number = c.claim(obligor, obligee, record_on=c.LATER).record_number
    assert told(number, obligee.company_id) == [
        ("本日", "", "now"),
        ("記録の予約", "", "coming"),
        ("支払期日", "", "coming"),
    ]


def test_records_of_one_kind_and_day_are_one_moment(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = c.claim(obligor, obligee).record_number
    for _ in range(3):
        c.assign(number, obligee, assignee, 100_000)
    assert told(number, obligee.company_id)[1] == ("分割記録（3件）", "", "done")


def test_who_left_sees_no_moment_after_he_did(obligor: Party, obligee: Party, assignee: Party) -> None:
    number = c.claim(obligor, obligee).record_number
    c.assign(number, obligee, assignee, with_guarantee=False)
    third = c.party()
    c.assign(number, assignee, third)
    names = told(number, obligee.company_id)
    assert [name for name, _, _ in names][:2] == ["発生記録", "譲渡記録"]
    assert not any(third.name in detail for _, detail, _ in names)


def test_today_stands_before_a_record_of_the_next_business_day() -> None:
    claim = Claim(state="recorded", due_on=c.DUE)
    history = [Told(c.TODAY, "発生記録", ()), Told(c.LATER, "保証記録", ())]
    found = story.moments(history, claim, c.TODAY)
    assert [one.name for one in found] == ["発生記録", "本日", "保証記録", "支払期日"]


def test_every_kind_of_record_has_its_mark(obligor: Party, obligee: Party, assignee: Party) -> None:
    changed, divided, back = (c.claim(obligor, obligee).record_number for _ in range(3))
    c.recorded(c.change(changed, obligee, obligor, restricted=True))
    c.assign(divided, obligee, assignee, 500_000)
    c.recorded(c.guarantee(divided, obligee, c.party()))
    c.recorded(c.payment(divided, obligor, obligee, 100_000))
    c.assign(back, obligee, assignee)
    c.cancel(back, "assignment", assignee)
    kinds: set[str] = set()
    for number in (changed, divided, back):
        events = list(access.events_for(obligor.company_id, number))
        kinds |= {event.kind for event in events}
        claim = access.claim_for(obligor.company_id, number)
        moments = story.moments(history_of(claim, obligor.company_id), claim, c.TODAY)
        drawn = [mark.name for mark in timeline.drawn(moments).marks]
        for event in events:
            assert any(reading.name_of(event) in name for name in drawn)
    assert kinds == set(RecordEvent.Kind)


def test_a_family_is_the_parents_above_and_the_children_below(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    parent = c.claim(obligor, obligee).record_number
    child = c.assign(parent, obligee, assignee, 500_000).record_number
    grandchild = c.assign(child, assignee, obligee, 200_000).record_number
    sibling = c.assign(parent, obligee, assignee, 100_000).record_number
    assert numbers(obligor.company_id, child) == [(-1, parent), (0, child), (1, grandchild)]
    assert numbers(obligor.company_id, parent) == [(0, parent), (1, child), (2, grandchild), (1, sibling)]


def test_a_relative_of_others_is_not_there_nor_what_lies_behind_it(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    third = c.party()
    parent = c.claim(obligor, obligee).record_number
    child = c.assign(parent, obligee, assignee, 500_000, with_guarantee=False).record_number
    grandchild = c.assign(child, assignee, third, 200_000, with_guarantee=False).record_number
    assert numbers(third.company_id, grandchild) == [(0, grandchild)]
    assert numbers(assignee.company_id, child) == [(0, child), (1, grandchild)]
    assert numbers(obligee.company_id, parent) == [(0, parent), (1, child)]
    assert numbers(third.company_id, parent) == []


def test_a_relative_shows_the_company_s_own_part_as_it_was(
    obligor: Party, obligee: Party, assignee: Party
) -> None:
    parent = c.claim(obligor, obligee).record_number
    child = c.assign(parent, obligee, assignee, 500_000, with_guarantee=False).record_number
    c.assign(child, assignee, c.party(), 200_000)
    found = {one.part.record_number: one.part for one in story.family(obligee.company_id, parent)}
    assert (found[parent].role, found[parent].amount_yen) == ("holder", 500_000)
    assert (found[child].role, found[child].amount_yen) == ("former", 500_000)
    assert story.state_of(found[child]) == "譲渡済"


def test_of_a_large_family_one_more_than_the_page_shows_is_read(
    obligor: Party, obligee: Party, assignee: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "FAMILY_MAX", 3)
    parent = c.claim(obligor, obligee).record_number
    for _ in range(5):
        c.assign(parent, obligee, assignee, 10_000)
    assert len(story.family(obligee.company_id, parent)) == 4


def test_a_moment_without_facts_has_no_detail() -> None:
    claim = Claim(state="cancelled")
    assert story.moments([Told(c.TODAY, "変更記録", ())], claim, c.TODAY) == [Moment(c.TODAY, "変更記録")]
