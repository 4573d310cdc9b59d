"""月の締め, and the settings: what they refuse, and what they do to entries that are there."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accounts.errors import NotAllowed
from erec.journals import access
from erec.journals.actions import closing, exporting, making, settings
from erec.journals.actions.settings import Chosen
from erec.journals.errors import Changed, Refused
from erec.journals.models import AccountOfRole, Entry, JournalSettings
from erec.journals.rules import Method
from erec.members.models import BusinessRight
from erec.parameters import business_day
from erec.trail.models import Entry as Trail
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.journals.cast_journals import BEGINNING, Desk, desk, partner

pytestmark = pytest.mark.django_db
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
CODES = {"code": "133", "name": "電子記録債権", "sub_code": "", "department_code": "", "tax_code": "00"}


def chosen(own: Desk, **changed: Any) -> Chosen:
    """The settings as they are, with these instead."""
    now = JournalSettings.objects.get(pk=own.company_id)
    same = {name: getattr(now, name) for name in settings.PLAIN}
    accounts = {
        role: {name: getattr(row, name) for name in CODES}
        for role, row in access.accounts_of(own.company_id).items()
    }
    return replace(Chosen(version=now.version, accounts=accounts, **same), **changed)


def closed(own: Desk) -> date | None:
    return JournalSettings.objects.get(pk=own.company_id).closed_until


def a_month_that_left() -> Desk:
    own = desk()
    c.claim(partner(), own.party)
    own.exports()
    business_day.move_to(DECEMBER, cast.AT)
    return own


def test_a_month_whose_entries_have_left_is_closed_and_opened_again() -> None:
    own = a_month_that_left()
    closing.close(NOVEMBER, **own.who)
    assert closed(own) == date(2026, 11, 30)
    closing.reopen(**own.who)
    assert closed(own) == date(2026, 10, 31)
    assert list(Trail.objects.filter(event__contains="month").values_list("event", "target")) == [
        ("journals.month_closed", "2026-11"),
        ("journals.month_reopened", "2026-11"),
    ]


def test_a_month_with_entries_that_have_not_left_is_not_closed() -> None:
    own = a_month_that_left()
    c.claim(partner(), own.party, record_on=DECEMBER, due_on=c.DUE)
    exporting.cancel(1, "受入に失敗", **own.who)
    with pytest.raises(Refused, match="まだ出力していない仕訳が1伝票あるため"):
        closing.close(NOVEMBER, **own.who)
    assert closed(own) is None


def test_a_month_that_is_not_over_or_closed_already_is_refused() -> None:
    own = a_month_that_left()
    with pytest.raises(Refused, match="まだ終わっていない月"):
        closing.close(DECEMBER, **own.who)
    closing.close(NOVEMBER, **own.who)
    with pytest.raises(Refused, match="すでに締められています"):
        closing.close(NOVEMBER, **own.who)
    assert closed(own) == date(2026, 11, 30)


def test_what_is_found_after_the_closing_comes_on_the_first_open_day() -> None:
    own = a_month_that_left()
    c.claim(partner(), own.party, record_on=DECEMBER)
    closing.close(NOVEMBER, **own.who)
    making.make(own.company_id, at=cast.AT)
    assert Entry.objects.get(export=None).on == DECEMBER


def test_nothing_is_opened_where_nothing_is_closed() -> None:
    own = desk()
    with pytest.raises(Refused, match="締めた月はありません"):
        closing.reopen(**own.who)


def test_before_the_first_export_another_method_makes_everything_anew() -> None:
    own = desk()
    supplier = partner()
    c.assign(c.claim(partner(), own.party).record_number, own.party, supplier)
    making.make(own.company_id, at=cast.AT)
    settings.save(chosen(own, method=Method.CONTRA), **own.who)
    assert not Entry.objects.exists()
    making.make(own.company_id, at=cast.AT)
    assert Entry.objects.get(moment="endorsed").lines.get().credit == "endorsed"


def test_after_an_export_what_has_left_stays_and_the_beginning_is_fixed() -> None:
    own = desk()
    c.claim(partner(), own.party)
    own.exports()
    with pytest.raises(Refused, match="仕訳の開始日は変えられません"):
        settings.save(chosen(own, starts_on=date(2026, 12, 1)), **own.who)
    settings.save(chosen(own, method=Method.CONTRA), **own.who)
    assert Entry.objects.count() == 1
    assert JournalSettings.objects.get().starts_on == BEGINNING


def test_who_saves_over_settings_he_has_not_seen_is_told() -> None:
    own = desk()
    old = chosen(own)
    settings.save(old, **own.who)
    with pytest.raises(Changed):
        settings.save(old, **own.who)
    assert JournalSettings.objects.get().version == 2


def test_accounts_are_added_changed_and_taken_away_and_the_trail_names_them() -> None:
    own = desk()
    wanted = {"receivable": {**CODES, "code": "134"}, "loan": {**CODES, "name": "借入金", "code": "320"}}
    settings.save(chosen(own, accounts=wanted), **own.who)
    assert dict(AccountOfRole.objects.values_list("role", "code")) == {"receivable": "134", "loan": "320"}
    detail = Trail.objects.get(event="journals.settings_changed").detail
    assert detail["changed"].split("、")[:3] == ["bank", "discount_loss", "discounted"]


def test_without_the_right_nothing_is_saved_or_closed() -> None:
    own = a_month_that_left()
    BusinessRight.objects.filter(member__user=own.user).delete()
    with pytest.raises(NotAllowed):
        settings.save(chosen(own), **own.who)
    with pytest.raises(NotAllowed):
        closing.close(NOVEMBER, **own.who)
    with pytest.raises(NotAllowed):
        closing.reopen(**own.who)
    assert (closed(own), JournalSettings.objects.get().version) == (None, 1)
