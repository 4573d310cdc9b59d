"""Who sees what: by the permissions of the moment, one's own company's only, unread for each person."""

from datetime import timedelta

import pytest

from accounts.models import User
from erec.members import access as members
from erec.members.catalogue import EVERY_GRANT, Tick
from erec.members.models import BusinessRight, Member
from erec.notices import access
from erec.notices.actions import Telling, choose_mails, mark_all_read, mark_read, tell_many
from erec.notices.models import NoticeRead
from erec.notices.what import KINDS, What
from tests import cast
from tests.erec.members.cast_members import give
from tests.erec.notices.cast_notices import INQUIRER, MAKER, Company

pytestmark = pytest.mark.django_db

LATER = cast.AT + timedelta(minutes=5)


@pytest.fixture
def company() -> Company:
    return Company()


def seen(member: Member) -> list[str]:
    rows = access.visible_to(member, members.grants_of(member)).order_by("pk")
    return list(rows.values_list("key", flat=True))


def unread(member: Member, at: object = cast.AT) -> list[str]:
    rows = access.unread_by(member, members.grants_of(member), at).order_by("pk")  # type: ignore[arg-type]
    return list(rows.values_list("key", flat=True))


def test_each_sees_what_his_ticks_are_told(company: Company) -> None:
    company.say(What.SENT_BACK, "to makers")
    company.say(What.APPROVAL_ASKED, "to checkers")
    company.say(What.CONSENT_ASKED, "to both")
    company.say(What.MONEY_RECEIVED, "to inquirers", business="inquiry")
    give(company.checker, INQUIRER, accounts=False)
    assert seen(company.maker) == ["to makers", "to both"]
    assert seen(company.checker) == ["to checkers", "to both", "to inquirers"]
    assert seen(company.master) == []


def test_the_same_tick_of_another_business_shows_nothing(company: Company) -> None:
    company.say(What.SENT_BACK, "a", business="assignment")
    assert seen(company.maker) == []


def test_a_removed_right_hides_it_and_a_new_one_shows_it(company: Company) -> None:
    company.say(What.SENT_BACK, "to makers")
    BusinessRight.objects.filter(member=company.maker).delete()
    give(company.checker, MAKER, accounts=False)
    assert (seen(company.maker), seen(company.checker)) == ([], ["to makers"])


def test_a_master_sees_what_nobody_else_could_until_somebody_can(company: Company) -> None:
    company.say(What.MONEY_RECEIVED, "money", business="inquiry")
    assert (seen(company.master), seen(company.maker)) == (["money"], [])
    give(company.maker, INQUIRER, accounts=False)
    assert (seen(company.master), seen(company.maker)) == ([], ["money"])
    User.objects.filter(pk=company.maker.user_id).update(status=User.Status.SUSPENDED)
    assert seen(company.master) == ["money"]


def test_another_company_sees_nothing_whatever_it_may(company: Company) -> None:
    notice = company.say()
    stranger = Company().colleague(*EVERY_GRANT)
    assert (seen(stranger), unread(stranger)) == ([], [])
    with pytest.raises(type(notice).DoesNotExist):
        access.notice_for(stranger, EVERY_GRANT, notice.code)


def test_reading_is_each_person_s_own(company: Company) -> None:
    notice = company.say(What.CONSENT_ASKED, "consent")
    mark_read([notice], member=company.maker, at=LATER)
    assert (unread(company.maker), unread(company.checker)) == ([], ["consent"])
    row = NoticeRead.objects.get()
    assert (row.company_id, row.notice_id, row.member_id, row.read_at) == (
        company.pk,
        notice.pk,
        company.maker.pk,
        LATER,
    )


def test_the_first_reading_stays(company: Company) -> None:
    notice = company.say()
    for minutes in range(3):
        mark_read([notice], member=company.maker, at=LATER + timedelta(minutes=minutes))
    assert list(NoticeRead.objects.values_list("read_at", flat=True)) == [LATER]


def test_all_read_is_all_that_the_page_knew_and_one_may_see(company: Company) -> None:
    company.say(What.SENT_BACK, "a")
    known = company.say(What.CONSENT_ASKED, "b")
    company.say(What.APPROVAL_ASKED, "not his")
    company.say(What.SENT_BACK, "came meanwhile", at=LATER)
    company.say(What.SENT_BACK, "same moment, later")
    mark_all_read(up_to=known, member=company.maker, at=LATER)
    assert unread(company.maker, LATER) == ["came meanwhile", "same moment, later"]
    assert unread(company.checker, LATER) == ["b", "not his"]
    assert NoticeRead.objects.count() == 2


def test_what_is_old_counts_as_read(company: Company) -> None:
    company.say()
    assert unread(company.maker, cast.AT + timedelta(days=90)) == ["r1"]
    assert unread(company.maker, cast.AT + timedelta(days=90, seconds=1)) == []


def test_the_count_ends_at_a_hundred(company: Company) -> None:
    grants = members.grants_of(company.maker)
    tell_many(
        [Telling(What.SENT_BACK, f"r{n}", company.pk, "accrual", "差戻し") for n in range(101)], at=cast.AT
    )
    assert access.unread_count(company.maker, grants, cast.AT) == 100
    assert access.unread_count(company.checker, members.grants_of(company.checker), cast.AT) == 0


def test_a_choice_goes_before_the_table_s_default(company: Company) -> None:
    assert access.mail_choices_of(company.maker) == {what: kind.mail for what, kind in KINDS.items()}
    choose_mails(
        company.maker,
        {What.PULLED_BACK: True, What.SENT_BACK: False},
        acting_user=company.maker.user,
        at=cast.AT,
        origin=cast.ORIGIN,
    )
    chosen = access.mail_choices_of(company.maker)
    assert {what for what in What if chosen[what] != KINDS[what].mail} == {What.PULLED_BACK, What.SENT_BACK}


def test_one_chooses_among_what_one_may_be_told(company: Company) -> None:
    worker = company.colleague()
    assert access.kinds_for(worker, frozenset()) == []
    of_maker = access.kinds_for(company.maker, members.grants_of(company.maker))
    assert of_maker == [what for what in What if Tick.MAKER in KINDS[what].ticks]
    assert access.kinds_for(company.master, frozenset()) == list(What)
