"""仕訳データ under attack: processes that die anywhere, and several people at once. Nothing leaves twice."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest

from accounts.errors import NotAllowed
from erec.journals.actions import closing, exporting, making
from erec.journals.errors import Refused
from erec.journals.models import Entry, Export
from erec.members.models import BusinessRight
from erec.trail.models import Entry as Trail
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.claims import cast_claims as c
from tests.erec.journals.cast_journals import Desk, desk, made
from tests.erec.workflow.cast_threads import together

pytestmark = pytest.mark.django_db(transaction=True)
APPS = ("journals", "accounting", "trail")
NOVEMBER, AFTER = date(2026, 11, 1), cast.AT + timedelta(days=20)


@pytest.fixture
def own() -> Desk:
    """A company with entries of three claims that wait to leave."""
    own = desk()
    debtor = c.party()
    for amount_yen in (1_000_000, 2_000_000, 3_000_000):
        c.claim(debtor, own.party, amount_yen)
    return own


def tried(act: Callable[[], object]) -> str:
    """「done」, or the refusal's name."""
    try:
        act()
    except (Refused, NotAllowed) as refusal:
        return type(refusal).__name__
    return "done"


def at_once(*acts: Callable[[], object]) -> list[str]:
    return together(*(partial(tried, act) for act in acts))


def exports(own: Desk, digest: str) -> Callable[[], object]:
    return partial(exporting.export, own.wish(), digest, **own.who)


def nothing_left_twice(own: Desk) -> None:
    """Each entry is in the one export that stands, and the exports say how many they are."""
    for export in Export.objects.filter(company_id=own.company_id):
        there = Entry.objects.filter(export=export).count()
        assert there == (0 if export.cancelled_at else export.entries_count)
    given = Entry.objects.filter(company_id=own.company_id, export__isnull=False)
    numbers = list(given.values_list("on", "voucher_number"))
    assert len(set(numbers)) == len(numbers)


def test_a_death_anywhere_in_an_export_leaves_nothing_and_the_next_one_has_all(own: Desk) -> None:
    digest = own.sees().digest
    assert every_death_leaves_nothing(exports(own, digest), *APPS) >= 5
    assert Export.objects.get().entries_count == 3
    assert every_death_leaves_nothing(partial(exporting.cancel, 1, "試験", **own.who), *APPS) >= 3
    nothing_left_twice(own)


def test_a_death_anywhere_while_entries_are_made_leaves_nothing(own: Desk) -> None:
    assert every_death_leaves_nothing(partial(making.make, own.company_id, at=cast.AT), *APPS) >= 3
    assert Entry.objects.filter(company_id=own.company_id).count() == 3
    assert made(own.party) == 0


def test_of_three_who_export_at_once_one_does(own: Desk) -> None:
    digest = own.sees().digest
    assert sorted(at_once(*[exports(own, digest)] * 3)) == ["Changed", "Changed", "done"]
    assert Export.objects.count() == Trail.objects.filter(event="journals.exported").count() == 1
    nothing_left_twice(own)


def test_entries_made_at_once_are_made_once(own: Desk) -> None:
    counts = together(*[partial(making.make, own.company_id, at=cast.AT)] * 3)
    assert sorted(counts) == [0, 0, 3]
    assert Entry.objects.filter(company_id=own.company_id).count() == 3


def test_exporting_and_closing_the_month_at_once_forgets_nothing(own: Desk) -> None:
    digest = own.sees().digest
    later = {**own.who, "at": AFTER}
    closes = partial(closing.close, NOVEMBER, **later)
    came = at_once(exports(own, digest), closes)
    assert came[0] == "done"
    assert came[1] in ("done", "Refused")
    assert not Entry.objects.filter(export__isnull=True, on__lte=date(2026, 11, 30)).exists()
    nothing_left_twice(own)


def test_cancelling_and_exporting_at_once_gives_each_entry_to_one_file(own: Desk) -> None:
    own.exports()
    c.claim(c.party(), own.party)
    digest = own.sees().digest
    came = at_once(partial(exporting.cancel, 1, "試験", **own.who), exports(own, digest))
    assert came in (["done", "done"], ["done", "Changed"])
    nothing_left_twice(own)


def test_two_who_cancel_at_once_cancel_once(own: Desk) -> None:
    own.exports()
    cancels = partial(exporting.cancel, 1, "試験", **own.who)
    assert sorted(at_once(cancels, cancels)) == ["Refused", "done"]
    assert Trail.objects.filter(event="journals.export_cancelled").count() == 1


def test_the_right_taken_away_at_the_same_moment_is_before_or_after_never_between(own: Desk) -> None:
    digest = own.sees().digest
    rights = BusinessRight.objects.filter(member__user=own.user)
    (came, _) = together(partial(tried, exports(own, digest)), rights.delete)
    assert (came, Export.objects.count()) in [("done", 1), ("NotAllowed", 0)]
    assert tried(exports(own, digest)) == "NotAllowed"
