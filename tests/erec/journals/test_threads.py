"""Two people at once: every entry leaves in one file, and none is left behind."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from erec.journals import access
from erec.journals.actions import closing, exporting, making
from erec.journals.errors import Refused
from erec.journals.models import Entry, Export
from erec.members.actions.entering import copy_of
from erec.parameters import business_day
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.journals.cast_journals import Desk, desk, partner
from tests.erec.members.cast_members import give
from tests.erec.workflow.cast_threads import Act, together

pytestmark = pytest.mark.django_db(transaction=True)


def two(claims: int) -> tuple[Desk, dict[str, Any]]:
    """A desk with so many accruals, and a colleague with the same right."""
    own = desk()
    for _ in range(claims):
        c.claim(partner(), own.party)
    other = cast.general(own.user.company)
    give(copy_of(other, None, cast.AT), access.RIGHT)
    return own, {**own.who, "acting_user": User.objects.get(pk=other.pk)}


def told(act: Act) -> Act:
    """The name of what it came to; what is refused is an answer too."""

    def acted() -> str:
        try:
            return type(act()).__name__
        except Refused as refusal:
            return type(refusal).__name__

    return acted


def everything_is_in_one_export_or_open(company_id: int) -> None:
    """Numbers are of the day once, and what each file says it holds is what is marked."""
    entries = list(Entry.objects.filter(company_id=company_id))
    marked = Counter(entry.export_id for entry in entries if entry.export_id)
    standing = Export.objects.filter(company_id=company_id, cancelled_at=None)
    assert marked == {export.pk: export.entries_count for export in standing}
    numbers = [(entry.on, entry.voucher_number) for entry in entries if entry.voucher_number]
    assert len(numbers) == len(set(numbers))


def test_two_who_export_at_once_get_one_file() -> None:
    own, colleague = two(2)
    digest = own.sees().digest
    came = together(
        told(lambda: exporting.export(own.wish(), digest, **own.who)),
        told(lambda: exporting.export(own.wish(), digest, **colleague)),
    )
    assert sorted(came) == ["Changed", "Export"]
    everything_is_in_one_export_or_open(own.company_id)


def test_two_who_make_at_once_make_each_entry_once() -> None:
    own, _ = two(3)
    made = together(*[lambda: making.make(own.company_id, at=cast.AT)] * 3)
    assert sorted(made) == [0, 0, 3]
    assert Entry.objects.count() == 3


def test_an_export_and_its_cancellation_by_two_leave_every_entry_in_one_place() -> None:
    own, colleague = two(2)
    own.exports()
    c.claim(partner(), own.party)
    digest = own.sees().digest
    came = together(
        told(lambda: exporting.cancel(1, "受入に失敗", **own.who)),
        told(lambda: exporting.export(own.wish(), digest, **colleague)),
        told(lambda: exporting.cancel(1, "受入に失敗", **colleague)),
    )
    assert "Refused" in sorted(came)
    everything_is_in_one_export_or_open(own.company_id)
    assert Entry.objects.filter(company_id=own.company_id).count() == 3


def test_a_month_is_not_closed_over_an_entry_that_comes_back_at_the_same_moment() -> None:
    own, colleague = two(1)
    own.exports()
    business_day.move_to(date(2026, 12, 1), cast.AT)
    came = together(
        told(lambda: closing.close(date(2026, 11, 1), **own.who)),
        told(lambda: exporting.cancel(1, "受入に失敗", **colleague)),
    )
    assert came.count("Refused") == 1
    everything_is_in_one_export_or_open(own.company_id)
