"""The pages of 通知情報, by what they print."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from erec.members import access
from erec.members.models import BusinessRight
from erec.notices.actions import Telling, tell_many
from erec.notices.models import MailChoice, NoticeRead
from erec.notices.what import What
from tests import cast
from tests.erec.members.cast_members import give
from tests.erec.notices.cast_notices import INQUIRER, MAKER, SUBJECT, Company
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

LIST, CHOICES = "/densai/notices", "/densai/mail-choices"


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def maker(company: Company) -> cast.DoorClient:
    """His browser, in the service."""
    return company.person(company.maker).client


def heading(page: Page) -> str:
    return page.html.partition("<h1>")[2].partition("</h1>")[0]


def test_the_list_says_first_how_many_are_unread(company: Company, maker: cast.DoorClient) -> None:
    assert heading(go(maker, LIST)) == "未読の通知はありません"
    assert "通知はまだありません。" in go(maker, LIST).text
    company.say(What.SENT_BACK, "a")
    company.say(What.DENIED, "b", subject="相手先が否認しました")
    page = go(maker, LIST)
    assert heading(page) == "未読の通知が2件あります"
    assert page.text.index("相手先が否認しました") < page.text.index(SUBJECT)  # the newest first
    assert page.text.count("未読 ") >= 2


def test_opening_a_notice_reads_it_for_oneself(company: Company, maker: cast.DoorClient) -> None:
    notice = company.say(What.CONSENT_ASKED)
    assert maker.head(f"{LIST}/{notice.code}").status_code == 200
    assert NoticeRead.objects.count() == 0  # a look by a program is no reading
    page = go(maker, f"{LIST}/{notice.code}")
    assert (page.status, heading(page)) == (200, SUBJECT)
    assert "請求番号 2026112000001" in page.text
    assert list(NoticeRead.objects.values_list("notice", "member")) == [(notice.pk, company.maker.pk)]
    assert heading(go(maker, LIST)) == "未読の通知はありません"


def test_one_unread_notice_leads_to_the_next(company: Company, maker: cast.DoorClient) -> None:
    first = company.say(What.SENT_BACK, "a")
    second = company.say(What.SENT_BACK, "b", at=cast.AT - timedelta(hours=1), subject="前の通知")
    page = go(maker, f"{LIST}/{first.code}")
    assert page.links["次の未読を開く"] == f"{LIST}/{second.code}"
    assert "次の未読を開く" not in go(maker, f"{LIST}/{second.code}").links


def test_what_one_may_not_see_does_not_exist(company: Company, maker: cast.DoorClient) -> None:
    other = Company()
    outsider = other.person(other.colleague(MAKER)).client
    notice = company.say(What.SENT_BACK)
    unseen = company.say(What.APPROVAL_ASKED, "checkers")
    for client, code in (
        (outsider, notice.code),
        (maker, unseen.code),
        (maker, "0"),
        (maker, str(notice.pk)),
    ):
        answer = client.get(f"{LIST}/{code}")
        assert answer.status_code == 404
        assert SUBJECT not in answer.content.decode()
    assert NoticeRead.objects.count() == 0


def test_a_right_that_is_taken_hides_it_at_the_next_click(company: Company, maker: cast.DoorClient) -> None:
    notice = company.say()
    assert go(maker, f"{LIST}/{notice.code}").status == 200
    BusinessRight.objects.filter(member=company.maker).delete()
    assert go(maker, f"{LIST}/{notice.code}").status == 404
    assert SUBJECT not in go(maker, LIST).text


def test_a_master_is_told_why_he_sees_what_is_not_his_business(
    company: Company, maker: cast.DoorClient
) -> None:
    notice = company.say(What.MONEY_RECEIVED, business="inquiry")
    master = company.person(company.master).client
    page = go(master, f"{LIST}/{notice.code}")
    assert "この業務の権限を持つ人がいないため、マスターユーザにお知らせしています。" in page.text
    give(company.master, INQUIRER, accounts=False)
    page = go(master, f"{LIST}/{notice.code}")
    assert "マスターユーザにお知らせしています" not in page.text


def test_the_list_is_searched_by_importance_kind_and_what_is_unread(
    company: Company, maker: cast.DoorClient
) -> None:
    read = company.say(What.SENT_BACK, "a", subject="もう読んだ差戻し")
    company.say(What.SENT_BACK, "b", subject="まだの差戻し")
    company.say(What.DENIED, "c", subject="否認の通知")
    go(maker, f"{LIST}/{read.code}")

    def found(query: str) -> list[bool]:
        text = go(maker, f"{LIST}?{query}").text
        return [words in text for words in ("もう読んだ差戻し", "まだの差戻し", "否認の通知")]

    assert found("") == [True, True, True]
    assert found("show=unread") == [False, True, True]
    assert found("importance=高") == [False, False, True]
    assert found("what=sent_back") == [True, True, False]
    assert found("what=sent_back&show=unread&importance=中") == [False, True, False]
    assert found("importance=低") == [False, False, False]
    page = go(maker, LIST)
    assert found(page.links["未読だけ"].partition("?")[2]) == [False, True, True]
    assert found(page.links["重要度が高いもの"].partition("?")[2]) == [False, False, True]
    assert "条件に合う通知はありません。" in go(maker, f"{LIST}?importance=低").text


@pytest.mark.parametrize("query", ["show=x", "importance=x", "what=approval_asked", "what=x"])
def test_a_condition_that_is_none_gets_a_sentence(
    company: Company, maker: cast.DoorClient, query: str
) -> None:
    company.say()
    page = go(maker, f"{LIST}?{query}")
    assert page.status == 422
    assert "一覧の中から選んでください。" in page.text


def test_all_is_read_up_to_what_the_page_knew(company: Company, maker: cast.DoorClient) -> None:
    company.say(What.SENT_BACK, "a")
    page = go(maker, LIST)
    company.say(What.DENIED, "b", at=cast.AT + timedelta(seconds=1), subject="そのあとの否認")
    page = page.press("すべて既読にする")
    assert (page.path, heading(page)) == (LIST, "未読の通知が1件あります")
    page = go(maker, LIST).press("すべて既読にする")
    assert heading(page) == "未読の通知はありません"
    assert "すべて既読にする" not in page.buttons


@pytest.mark.parametrize("newest", ["", "0", "other"])
def test_all_is_read_up_to_nothing_that_one_cannot_see(
    company: Company, maker: cast.DoorClient, newest: str
) -> None:
    company.say()
    other = company.say(What.APPROVAL_ASKED, "checkers")
    code = other.code if newest == "other" else newest
    page = go(maker, f"{LIST}/read", {"newest": code})
    assert (page.path, heading(page)) == (LIST, "未読の通知が1件あります")
    assert NoticeRead.objects.count() == 0


def test_the_list_goes_along_as_a_file(company: Company, maker: cast.DoorClient) -> None:
    company.say(lines=["請求番号: 1", "文です。"])
    answer = maker.get(f"{LIST}?file=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows == [
        ["通知日時", "重要度", "種類", "業務", "件名", "内容", "請求番号", "記録番号", "未読"],
        [
            "2026/11/20 10:00:00",
            "中",
            "差戻し",
            "債権発生請求",
            SUBJECT,
            "請求番号: 1 文です。",
            "2026112000001",
            "",
            "未読",
        ],
    ]


def test_mail_choices_are_those_of_one_s_permissions_and_kept(
    company: Company, maker: cast.DoorClient
) -> None:
    page = go(maker, CHOICES)
    assert company.maker.mail in page.text
    assert What.SENT_BACK.label in page.text
    assert What.APPROVAL_ASKED.label not in page.text
    answer = maker.post(CHOICES, {"what": [What.SENT_BACK, What.RECORDED]})
    assert answer.headers["Location"] == f"{CHOICES}?saved=1"
    off = set(MailChoice.objects.filter(member=company.maker, wanted=False).values_list("what", flat=True))
    assert {What.APPROVED, What.CONSENT_ASKED} <= off
    assert not {What.SENT_BACK, What.RECORDED} & off
    html = maker.get(f"{CHOICES}?saved=1").content.decode()
    assert "設定を保存しました。" in html
    assert 'value="sent_back" checked' in html
    assert 'value="approved" checked' not in html


def test_a_kind_of_somebody_else_s_permission_cannot_be_chosen(
    company: Company, maker: cast.DoorClient
) -> None:
    sent = {"what": [What.SENT_BACK, What.APPROVAL_ASKED]}
    answer = maker.post(CHOICES, sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "選べない項目が含まれています。" in html
    assert 'value="sent_back" checked' in html  # what was ticked is not lost
    assert 'value="approved" checked' not in html
    assert MailChoice.objects.count() == 0


def test_without_a_permission_there_is_nothing_to_choose_and_one_learns_whom_to_ask(
    company: Company, maker: cast.DoorClient
) -> None:
    page = go(company.person(company.colleague()).client, CHOICES)
    assert "マスターユーザに権限の設定を依頼してください。" in page.text
    assert "保存" not in page.buttons


def test_the_badge_asks_once_and_says_how_many(
    company: Company, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.ROOT_URLCONF = "erec.urls.cert"
    request: Any = RequestFactory().get("/")
    assert "未読" not in render_to_string("notices/badge.html", request=request)  # nobody is in the service
    request.member, request.at = company.maker, cast.AT
    request.grants = access.grants_of(company.maker)
    company.say()
    with django_assert_num_queries(1):
        assert "未読1</span>" in render_to_string("notices/badge.html", request=request)
    tell_many(
        [Telling(What.SENT_BACK, f"m{n}", company.pk, "accrual", "差戻し") for n in range(99)], at=cast.AT
    )
    assert "未読99+</span>" in render_to_string("notices/badge.html", request=request)
