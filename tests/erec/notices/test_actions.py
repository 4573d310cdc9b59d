"""Telling: whoever holds the permission, by screen and mail, once, with what happened or not at all."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.actions.companies import stop_company
from accounts.models import User
from erec.members.models import BusinessRight, Member
from erec.notices.actions import Telling, tell, tell_many
from erec.notices.models import MailChoice, Notice
from erec.notices.what import What
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.members.cast_members import give
from tests.erec.notices.cast_notices import INQUIRER, MAKER, SUBJECT, Company, Died, dying_at, mailed

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def choose(member: Member, what: What, wanted: bool) -> None:
    MailChoice.objects.create(company=member.company, member=member, what=what, wanted=wanted)


def test_a_notice_says_what_happened_how_important_it_is_and_where_it_leads(company: Company) -> None:
    notice = company.say()
    assert (notice.company_id, notice.what, notice.label) == (company.pk, "sent_back", "差戻し")
    assert (notice.importance, notice.business, notice.business_name) == ("中", "accrual", "債権発生請求")
    assert (notice.subject, notice.facts, notice.sentences) == (
        SUBJECT,
        [("請求番号", "2026112000001"), ("コメント", "金額を確かめてください。")],
        [],
    )
    assert (notice.request_no, notice.record_number, notice.demand_no) == ("2026112000001", "", "")
    assert notice.created_at == cast.AT
    assert len(notice.code) == 16


@pytest.mark.parametrize(
    ("what", "receivers"),
    [
        (What.SENT_BACK, ["maker"]),
        (What.APPROVAL_ASKED, ["checker"]),
        (What.CONSENT_ASKED, ["maker", "checker"]),
        (What.MONEY_RECEIVED, ["maker", "checker"]),
        (What.PULLED_BACK, []),  # on the screen only
    ],
)
def test_the_mail_goes_to_whoever_holds_the_tick(company: Company, what: What, receivers: list[str]) -> None:
    company.say(what)
    assert mailed() == [getattr(company, name).mail for name in receivers]


def test_the_mail_says_it_to_one_person_without_a_link(company: Company) -> None:
    company.say()
    mail = Outbox.objects.get(key=f"notice:r1:{company.maker.pk}")
    assert mail.subject == f"【{settings.INSTITUTION}】{SUBJECT}"
    assert mail.body == "\n".join(
        [
            f"{company.maker.company.name}　{company.maker.name} 様（{company.maker.login_id}）",
            "",
            SUBJECT,
            "請求番号: 2026112000001",
            "コメント: 金額を確かめてください。",
            "",
            "業務：債権発生請求",
            "重要度：中",
            "",
            "くわしい内容は、いつもの手順で電子記録債権サービスにログインし、［通知情報］でご確認ください。",
            "このメールに、ログインのためのリンクはありません。",
            "メールで受け取る通知は、［管理業務］の［メール通知の設定］で選べます。",
            "",
            settings.INSTITUTION,
        ]
    )


def test_the_same_key_twice_is_one_notice_and_one_mail_each(company: Company) -> None:
    company.say(What.CONSENT_ASKED)
    give(company.master, MAKER, accounts=False)  # who came later is not mailed about what was told before
    assert company.say(What.CONSENT_ASKED, subject="別の言葉").subject == SUBJECT
    assert Notice.objects.count() == 1
    assert mailed() == [company.maker.mail, company.checker.mail]


def test_one_key_given_twice_at_once_is_one_notice(company: Company) -> None:
    same = Telling(What.SENT_BACK, "r1", company.pk, "accrual", SUBJECT)
    tell_many([same, same], at=cast.AT)
    assert Notice.objects.count() == 1
    assert mailed() == [company.maker.mail]


def test_each_person_s_choice_is_respected(company: Company) -> None:
    second = company.colleague(MAKER)
    choose(company.maker, What.SENT_BACK, False)
    choose(company.checker, What.PULLED_BACK, True)
    choose(second, What.APPROVED, False)
    company.say(What.SENT_BACK, key="a")
    company.say(What.PULLED_BACK, key="b")
    company.say(What.APPROVED, key="c")
    assert mailed("notice:a:") == [second.mail]
    assert mailed("notice:b:") == [company.checker.mail]
    assert mailed("notice:c:") == [company.maker.mail]
    assert Notice.objects.count() == 3


def test_a_permission_that_nobody_holds_tells_the_masters_and_why(company: Company) -> None:
    BusinessRight.objects.filter(member=company.checker).delete()
    company.say(What.APPROVAL_ASKED)
    mail = Outbox.objects.get(key=f"notice:r1:{company.master.pk}")
    assert mailed() == [company.master.mail]
    assert "この業務の権限を持つ人がいないため、マスターユーザにお知らせしています。" in mail.body


def test_whoever_holds_it_but_wants_no_mail_does_not_make_the_masters_told(company: Company) -> None:
    choose(company.checker, What.APPROVAL_ASKED, False)
    company.say(What.APPROVAL_ASKED)
    assert mailed() == []


@pytest.mark.parametrize("side", ["portal", "service"])
@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.DELETED])
def test_who_cannot_come_in_is_not_mailed(company: Company, side: str, status: str) -> None:
    second = company.colleague(MAKER)
    if side == "portal":
        User.objects.filter(pk=company.maker.user_id).update(status=status)
    else:
        Member.objects.filter(pk=company.maker.pk).update(status=status)
    company.say()
    assert mailed() == [second.mail]


def test_a_holder_who_cannot_come_in_is_no_holder(company: Company) -> None:
    User.objects.filter(pk=company.maker.user_id).update(status=User.Status.SUSPENDED)
    company.say()
    assert mailed() == [company.master.mail]


def test_a_stopped_company_gets_the_notice_and_no_mail(company: Company) -> None:
    stop_company(company.master.company, because="解約", at=cast.AT, origin=cast.ORIGIN)
    company.say()
    assert Notice.objects.count() == 1
    assert mailed() == []


def test_another_company_s_people_get_nothing(company: Company) -> None:
    Company()
    company.say(What.CONSENT_ASKED)
    assert mailed() == [company.maker.mail, company.checker.mail]


def test_many_are_told_with_four_statements(company: Company) -> None:
    others = [Company() for _ in range(3)]
    tellings = [
        Telling(What.CONSENT_ASKED, f"d{n}", c.pk, "accrual", "承諾依頼が届きました")
        for n, c in enumerate([company, *others])
    ]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        tell_many(tellings, at=cast.AT)
    assert Notice.objects.count() == 4
    assert mailed() == [m.mail for c in (company, *others) for m in (c.maker, c.checker)]
    assert len(asked) == 4


def test_telling_again_costs_one_statement(company: Company) -> None:
    with CaptureQueriesContext(connection) as asked:
        tell(
            What.CONSENT_ASKED,
            key="r1",
            company_id=company.pk,
            business="accrual",
            subject=SUBJECT,
            lines=[],
            at=cast.AT,
        )
    assert len(asked) == 4
    with CaptureQueriesContext(connection) as again:
        tell_many([Telling(What.CONSENT_ASKED, "r1", company.pk, "accrual", SUBJECT)], at=cast.AT)
    assert len(again) == 1


def test_telling_nobody_anything_writes_nothing(company: Company) -> None:
    tell_many([], at=cast.AT)
    assert (Notice.objects.count(), mailed()) == (0, [])


def test_a_business_in_which_nobody_could_see_it_is_a_mistake_of_the_caller(company: Company) -> None:
    with pytest.raises(ValueError, match="No tick of inquiry gets sent_back"):
        company.say(What.SENT_BACK, business="inquiry")
    with pytest.raises(KeyError):
        company.say(business="nothing")
    assert Notice.objects.count() == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("二行\r\nBcc: x@example", "二行Bcc: x@example"),
        ("空\x00文字\u2028と\ud800", "空文字と"),
        ("長" * 101, "長" * 99 + "…"),
        ("全角　空白", "全角　空白"),
    ],
)
def test_what_was_typed_cannot_stop_the_telling(company: Company, typed: str, kept: str) -> None:
    notice = company.say(subject=typed, lines=[typed])
    assert notice.subject == kept
    assert len(notice.lines) == 1
    assert Outbox.objects.get(key__startswith="notice:").subject.endswith(f"】{kept}")


def test_no_mail_program_makes_a_link_of_a_company_s_name(company: Company) -> None:
    trap = "http://evil.example/login 株式会社"
    notice = company.say(subject=f"{trap}からの承諾依頼", lines=[f"請求者: {trap}", "金額: 1,000円"])
    mail = Outbox.objects.get(key__startswith="notice:")
    assert "http：//evil．example/login 株式会社からの承諾依頼" in mail.subject
    assert "請求者: http：//evil．example/login 株式会社\n金額: 1,000円" in mail.body
    assert "evil.example" not in mail.subject + mail.body
    assert notice.lines[0] == f"請求者: {trap}"  # the screen makes no links of text


def test_wherever_the_process_dies_there_is_all_or_nothing(company: Company) -> None:
    def told_and_died_at(statement: int) -> bool:
        try:
            with transaction.atomic(), dying_at(statement):
                tell_many([Telling(What.CONSENT_ASKED, "r1", company.pk, "accrual", SUBJECT)], at=cast.AT)
        except Died:
            return True
        return False

    statement = 1
    while told_and_died_at(statement):
        assert (Notice.objects.count(), mailed()) == (0, [])
        statement += 1
    assert statement == 5  # notice, deputies, people and mails went wrong in turn, the fifth try succeeded
    assert Notice.objects.count() == 1
    assert mailed() == [company.maker.mail, company.checker.mail]


def test_what_it_tells_of_and_the_notice_are_one(company: Company) -> None:
    def act_that_fails_later() -> None:
        with transaction.atomic():
            company.say()
            raise Died

    with pytest.raises(Died):
        act_that_fails_later()
    assert (Notice.objects.count(), mailed()) == (0, [])


def test_telling_leaves_no_entry_in_the_trail(company: Company) -> None:
    before = Entry.objects.count()
    company.say()
    assert Entry.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_it_is_told_inside_the_action_s_transaction_only() -> None:
    company = Company()
    with pytest.raises(transaction.TransactionManagementError):
        tell_many([Telling(What.SENT_BACK, "r1", company.pk, "accrual", SUBJECT)], at=cast.AT)
    assert Notice.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_the_same_things_at_once_tell_them_once() -> None:
    company = Company()
    give(company.maker, INQUIRER, accounts=False)
    keys = [f"r{n}" for n in range(20)]
    start = Barrier(2)

    def act(order: list[str]) -> Any:
        try:
            tellings = [Telling(What.MONEY_RECEIVED, key, company.pk, "inquiry", "入金") for key in order]
            start.wait(timeout=10)
            with transaction.atomic():
                tell_many(tellings, at=cast.AT)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(act, [keys, keys[::-1]]))
    assert sorted(Notice.objects.values_list("key", flat=True)) == sorted(keys)
    assert mailed() == [company.maker.mail] * 20


@pytest.mark.parametrize("verb", ["UPDATE notices_notice SET subject = 'x'", "DELETE FROM notices_notice"])
def test_what_was_told_cannot_be_unsaid(company: Company, verb: str) -> None:
    company.say()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(verb)
    assert Notice.objects.get().subject == SUBJECT
