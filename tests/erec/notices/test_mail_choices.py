"""メール通知の設定: one's own, recorded, and told to the address that gets fewer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.errors import NotAllowed
from accounts.models import User
from erec.notices import access
from erec.notices.actions import choose_mails
from erec.notices.models import MailChoice
from erec.notices.what import What
from erec.trail.events import Event
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.notices.cast_notices import Company, Died, dying_at, mailed

pytestmark = pytest.mark.django_db

WANTED = {What.SENT_BACK: False, What.APPROVED: False, What.RECORDED: True}
HERE = {"at": cast.AT, "origin": cast.ORIGIN}


@pytest.fixture
def company() -> Company:
    return Company()


def rows() -> list[object]:
    return [
        list(MailChoice.objects.order_by("pk").values_list("member", "what", "wanted")),
        mailed(""),
        Entry.objects.count(),
    ]


def test_what_differs_is_kept_told_and_recorded(company: Company) -> None:
    maker = company.maker
    changed = choose_mails(maker, WANTED, acting_user=maker.user, **HERE)  # type: ignore[arg-type]
    assert changed == {What.SENT_BACK: False, What.APPROVED: False}
    kept = MailChoice.objects.values_list("company", "member", "what", "wanted").order_by("what")
    assert list(kept) == [
        (company.pk, maker.pk, "approved", False),
        (company.pk, maker.pk, "sent_back", False),
    ]
    mail = Outbox.objects.get(key__startswith="mail-choices:")
    assert mail.to == maker.mail
    assert "\n・差戻し\n・承認\n" in mail.body
    assert "記録の完了" not in mail.body
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.event, entry.company_id, entry.target) == (
        Event.MAIL_CHOICES_CHANGED,
        company.pk,
        maker.login_id,
    )
    assert entry.detail == {"on": "", "off": "sent_back, approved"}


def test_switching_on_again_is_recorded_and_needs_no_warning(company: Company) -> None:
    maker = company.maker
    choose_mails(maker, {What.SENT_BACK: False}, acting_user=maker.user, **HERE)  # type: ignore[arg-type]
    choose_mails(maker, {What.SENT_BACK: True}, acting_user=maker.user, **HERE)  # type: ignore[arg-type]
    assert MailChoice.objects.get().wanted is True
    assert len(mailed("mail-choices:")) == 1
    assert Entry.objects.filter(event=Event.MAIL_CHOICES_CHANGED).count() == 2


def test_the_same_again_does_nothing(company: Company) -> None:
    maker = company.maker
    choose_mails(maker, WANTED, acting_user=maker.user, **HERE)  # type: ignore[arg-type]
    before = rows()
    assert choose_mails(maker, WANTED, acting_user=maker.user, **HERE) == {}  # type: ignore[arg-type]
    assert rows() == before


def test_nobody_chooses_for_another(company: Company) -> None:
    before = rows()
    for acting in (company.master, company.checker, Company().master):
        with pytest.raises(NotAllowed):
            choose_mails(company.maker, WANTED, acting_user=acting.user, **HERE)  # type: ignore[arg-type]
    assert rows()[:1] == before[:1]
    assert mailed("mail-choices:") == []


def test_who_was_stopped_meanwhile_chooses_nothing(company: Company) -> None:
    maker = company.maker
    acting = maker.user
    User.objects.filter(pk=acting.pk).update(status=User.Status.SUSPENDED)
    before = rows()
    with pytest.raises(NotAllowed):
        choose_mails(maker, WANTED, acting_user=acting, **HERE)  # type: ignore[arg-type]
    assert rows() == before


def test_wherever_the_process_dies_there_is_all_or_nothing(company: Company) -> None:
    maker = company.maker
    before = rows()

    def died_at(statement: int) -> bool:
        try:
            with dying_at(statement):
                choose_mails(maker, WANTED, acting_user=maker.user, **HERE)  # type: ignore[arg-type]
        except Died:
            return True
        return False

    statement = 1
    while died_at(statement):
        assert rows() == before
        statement += 1
    assert statement > 6
    assert Entry.objects.filter(event=Event.MAIL_CHOICES_CHANGED).count() == 1
    assert mailed("mail-choices:") == [maker.mail]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_once_each_is_whole() -> None:
    maker = Company().maker
    start = Barrier(2)

    def choose(wanted: dict[What, bool]) -> int:
        try:
            start.wait(timeout=10)
            return len(choose_mails(maker, wanted, acting_user=maker.user, **HERE))  # type: ignore[arg-type]
        finally:
            connection.close()

    off = {What.SENT_BACK: False, What.APPROVED: False}
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(choose, [off, dict(off)])) == [0, 2]
    chosen = access.mail_choices_of(maker)
    assert (chosen[What.SENT_BACK], chosen[What.APPROVED]) == (False, False)
    assert len(mailed("mail-choices:")) == 1
