"""The table of what can be told."""

import re

import pytest

from erec.members.catalogue import CATALOGUE, EVERY_GRANT, Tick
from erec.notices.models import Notice
from erec.notices.what import BOTH, KINDS, Importance, What, audience, seen_with

# The manuals' steps (domain facts §2.5, §7): who is mailed, and what is of high importance.
MAILED_TO = {
    What.APPROVAL_ASKED: {Tick.CHECKER},
    What.APPROVED: {Tick.MAKER},
    What.SENT_BACK: {Tick.MAKER},
    What.CONSENT_ASKED: {Tick.MAKER, Tick.CHECKER},
    What.CLAIM_RECEIVED: set(Tick),
    What.MONEY_RECEIVED: set(Tick),
    What.DEBIT_COMING: set(Tick),
}
HIGH = {
    "consent_asked",
    "denied",
    "answer_lapsed",
    "approval_error",
    "record_error",
    "claim_cancelled",
    "claim_changed",
    "guaranteed",
    "debit_coming",
    "defaulted",
    "halted",
    "sanctioned",
    "expiring_soon",
}


def test_every_kind_has_a_row_that_can_be_stored_and_shown() -> None:
    assert set(KINDS) == set(What)
    width = Notice._meta.get_field("what").max_length
    assert width == 30
    for what in What:
        assert re.fullmatch(r"[a-z_]{1,30}", what.value)
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", what.label)
    assert len({what.label for what in What}) == len(What)


def test_the_manuals_receivers_are_mailed() -> None:
    assert {what: (set(KINDS[what].ticks), KINDS[what].mail) for what in MAILED_TO} == {
        what: (ticks, True) for what, ticks in MAILED_TO.items()
    }


def test_importance_is_high_for_what_must_be_answered_or_went_wrong() -> None:
    assert {what.value for what in What if what.importance is Importance.HIGH} == HIGH


def test_who_gets_a_kind_is_a_tick_of_its_business() -> None:
    assert audience(What.SENT_BACK, "accrual") == {("accrual", Tick.MAKER)}
    assert audience(What.CONSENT_ASKED, "accrual") == {("accrual", tick) for tick in BOTH}
    assert audience(What.MONEY_RECEIVED, "inquiry") == {("inquiry", Tick.USE)}
    assert audience(What.SENT_BACK, "inquiry") == frozenset()


def test_whoever_holds_everything_sees_everything_that_can_be_told() -> None:
    can_be = {b.code: {what for what in What if audience(what, b.code)} for b in CATALOGUE}
    assert {code: set(whats) for code, whats in seen_with(EVERY_GRANT).items()} == can_be


def test_without_a_grant_nothing_is_seen_unless_nobody_holds_it() -> None:
    assert seen_with(frozenset()) == {}
    held = EVERY_GRANT - {("accrual", Tick.CHECKER)}
    only_checkers = [w for w in What if audience(w, "accrual") == {("accrual", Tick.CHECKER)}]
    assert only_checkers == [What.APPROVAL_ASKED, What.EXPIRING_SOON, What.PULLED_BACK]
    assert seen_with(frozenset(), held) == {"accrual": tuple(only_checkers)}


@pytest.mark.parametrize("tick", [Tick.MAKER, Tick.CHECKER])
def test_one_tick_shows_its_kinds_of_its_business_only(tick: Tick) -> None:
    seen = seen_with(frozenset({("assignment", tick)}))
    assert seen == {"assignment": tuple(what for what in What if tick in KINDS[what].ticks)}
