"""A master's acts on their own pages while they wait: entered, approved by the other, and never alone."""

import re
from typing import Any

import pytest

from certs.actions.fetching import fetch
from erec.members.catalogue import EVERY_GRANT
from erec.members.models import BusinessRight, Member
from erec.workflow.actions import deciding
from erec.workflow.models import Controls, Request
from tests import cast
from tests.erec.members import cast_members
from tests.erec.members.cast_members import APPROVAL, enter
from tests.erec.workflow.cast_masters import Office, office, with_approval
from tests.erec.workflow.cast_workflow import by
from tests.erec.workflow.test_masters import standing
from tests.portal import Page, go

pytestmark = pytest.mark.django_db


def entered(here: Office, *members: Member) -> None:
    for member in members:
        enter(here.person(member), member)


def page(here: Office, member: Member, path: str, sent: dict[str, Any] | None = None) -> Page:
    return go(here.person(member).client, path, sent)


def waiting(here: Office) -> Request:
    return Request.objects.get(company=here.company, state="awaiting_approval")


def approved_by_page(here: Office, member: Member, request: Request) -> Page:
    at = f"/densai/requests/{request.request_no}/approve"
    sent = {"version": "1", "comment": "", "approval_password": APPROVAL}
    return page(here, member, at, sent)


def test_changed_rights_wait_for_the_other_master() -> None:
    here = office()
    entered(here, here.first, here.second)
    rights = f"/densai/users/{here.clerk.login_id}/rights"
    shown = page(here, here.first, rights, {"version": "0", "right": ["inquiry:利用"]})
    assert "ほかのマスターユーザの承認が必要です" in shown.text
    before = standing()
    after = page(here, here.first, f"{rights}/confirm", {**shown.hidden, "approval_password": APPROVAL})
    assert "仮登録しました。" in after.text
    assert standing()["rights"] == before["rights"]
    request = waiting(here)
    assert request.partner_name == f"権限変更：{here.clerk.name}（{here.clerk.login_id}）"
    refused = page(here, here.first, f"/densai/requests/{request.request_no}/approve")
    assert refused.status == 403
    seen_by_other = page(here, here.second, f"/densai/requests/{request.request_no}/approve")
    assert "債権情報照会（開示）" in seen_by_other.text
    done = approved_by_page(here, here.second, request)
    assert "承認しました。" in done.text
    assert list(BusinessRight.objects.filter(member=here.clerk).values_list("business", "tick")) == [
        ("inquiry", "利用")
    ]


def confirmed(shown: Page) -> Page:
    """［仮登録の実行］ on the page on which a master confirms what he chose on the portal."""
    assert "ほかのマスターユーザに承認を依頼します" in shown.text, shown.text
    return shown.press("仮登録の実行", {"承認パスワード": APPROVAL})


def refreshes(here: Office) -> Page:
    cast.general(here.company)
    shown = page(here, here.first, "/densai/refresh/confirm")
    return shown.press("ユーザ更新の実行", {"承認パスワード": APPROVAL})


def resets_approval(here: Office) -> Page:
    with_approval(here.clerk)
    shown = page(here, here.first, f"/densai/users/{here.clerk.login_id}/approval-reset")
    typed = {
        "初期承認パスワード": "shokai123",
        "初期承認パスワード（確認）": "shokai123",
        "承認パスワード": APPROVAL,
    }
    return shown.press("初期化の実行", typed)


def resets_login(here: Office) -> Page:
    shown = page(here, here.first, f"/portal/users/{here.clerk.login_id}/reset")
    typed = {"初回ログインパスワード": "shokai123", "初回ログインパスワード（確認）": "shokai123"}
    return confirmed(shown.press("確定", typed))


def issues_again(here: Office) -> Page:
    here.person(here.clerk)
    shown = page(here, here.first, f"/portal/certificates/{here.clerk.login_id}")
    return confirmed(shown.press("変更", choose="再発行").press("確定"))


def revokes_the_others(here: Office) -> Page:
    shown = page(here, here.first, f"/portal/certificates/{here.other.login_id}")
    return confirmed(shown.press("変更", choose="失効（|紛失").press("確定"))


def stops_the_other(here: Office) -> Page:
    shown = page(here, here.first, f"/portal/users/{here.other.login_id}/suspend")
    return confirmed(shown.press("利用停止", choose="紛失"))


def deletes_the_other(here: Office) -> Page:
    shown = page(here, here.first, f"/portal/users/{here.other.login_id}/delete")
    return confirmed(shown.press("削除", choose="異動"))


# The other acts' pages are walked by the tests below.
@pytest.mark.parametrize("act", [resets_approval, resets_login, revokes_the_others, deletes_the_other])
def test_each_act_is_entered_on_its_own_page_and_done_by_the_other_masters_approval(act: Any) -> None:
    here = office(masters=3)
    entered(here, here.first)
    here.person(here.other)
    before = standing()
    after = act(here)
    assert "仮登録しました。" in after.text
    request = waiting(here)
    changed = {name for name, rows in standing().items() if rows != before[name]}
    assert changed <= {"users", "passwords"}  # what the test itself prepared
    assert "shokai123" not in after.html
    assert "argon2" not in after.html
    assert deciding.approve(request.request_no, 1, **by(here.second)).state == "done"


def test_the_code_is_shown_to_who_approved_new_each_time_and_to_nobody_else() -> None:
    here = office()
    entered(here, here.first, here.second)
    issues_again(here)
    request = waiting(here)
    done = approved_by_page(here, here.second, request)
    at = f"/densai/masters/{request.request_no}/code"
    assert done.links["取得コードを表示する"] == at
    code = re.search(
        r'id="activation-code">([^<]+)<', page(here, here.second, at).press("取得コードの表示").html
    )
    assert code is not None
    own = page(here, here.first, f"/densai/requests/{request.request_no}")
    assert "取得コードを表示する" not in own.links
    assert [page(here, here.first, at).status, page(here, here.first, at, {}).status] == [404, 404]
    fetch(
        login_id=here.clerk.login_id,
        password=cast.PASSWORD,
        code=code[1],
        public_key=cast.new_key().public_key(),
        at=cast.AT,
        origin=cast.ORIGIN,
    )


def test_what_is_chosen_in_the_portal_waits_for_the_approval_password() -> None:
    here = office()
    entered(here, here.first)
    shown = page(here, here.first, f"/portal/users/{here.other.login_id}/suspend").press(
        "利用停止", choose="紛失"
    )
    before = standing()
    wrong = shown.press("仮登録の実行", {"承認パスワード": "machigai99"})
    assert (wrong.status, "あと5回間違えるとロックされます" in wrong.text) == (422, True)
    assert (standing()["users"], Request.objects.count()) == (before["users"], 0)
    assert "仮登録しました。" in wrong.press("仮登録の実行", {"承認パスワード": APPROVAL}).text
    again = page(here, here.first, shown.path)
    assert "請求状況一覧" in again.text
    assert Request.objects.count() == 1


def test_two_tabs_and_a_page_sent_again_enter_it_once() -> None:
    here = office()
    entered(here, here.first)
    rights = f"/densai/users/{here.clerk.login_id}/rights"
    ticks = {"version": "0", "right": ["inquiry:利用"]}
    tabs = [page(here, here.first, rights, ticks) for _ in range(2)]
    sent = [{**tab.hidden, "approval_password": APPROVAL} for tab in tabs]
    assert page(here, here.first, f"{rights}/confirm", sent[0]).status == 422  # the other tab's is there now
    assert "仮登録しました。" in page(here, here.first, f"{rights}/confirm", sent[1]).text
    assert page(here, here.first, f"{rights}/confirm", sent[1]).path == rights
    shown = page(here, here.first, rights, ticks)
    refused = page(here, here.first, f"{rights}/confirm", {**shown.hidden, "approval_password": APPROVAL})
    assert (refused.status, "すでにほかのマスターユーザの承認を待っています" in refused.text) == (409, True)
    assert Request.objects.count() == 1


def test_a_master_alone_gets_nothing_done_on_any_page() -> None:
    """The thief has one master's certificate and both passwords, and knows every address."""
    here = office()
    entered(here, here.first)
    me = here.first
    request_no = refreshes(here).path.split("/")[3].partition("?")[0]
    before = standing()
    for move, sent in (
        ("approve", {"version": "1", "approval_password": APPROVAL, "comment": ""}),
        ("edit", None),
    ):
        assert page(here, me, f"/densai/requests/{request_no}/{move}", sent).status in (403, 409)
    many = {"item": f"{request_no}:1", "approval_password": APPROVAL}
    assert "0件を承認しました" in page(here, me, "/densai/requests/approve", many).text
    assert page(here, me, "/densai/requests/new/masters").status == 404
    token = page(here, me, "/densai/masters/ask").path
    assert token == "/densai/requests"
    assert page(here, me, "/densai/masters/ask", {"draft": "x", "approval_password": APPROVAL}).path == token
    off = {"on": "0", "approval_password": APPROVAL}
    assert "仮登録しました。" in page(here, me, "/densai/company/second-master", off).text
    assert page(here, me, "/densai/company/second-master", {**off, "on": "1"}).status == 422
    assert page(here, me, f"/densai/masters/{request_no}/code", {}).status == 404
    assert standing() == before
    assert Controls.objects.get(company=here.company).second_master


def test_what_was_sent_back_cannot_be_mended_but_deleted() -> None:
    here = office()
    entered(here, here.first, here.second)
    refreshes(here)
    request = waiting(here)
    at = f"/densai/requests/{request.request_no}"
    page(here, here.second, f"{at}/send-back", {"version": "1", "comment": "本人に確かめて"})
    shown = page(here, here.first, at)
    assert "マスターユーザの操作は、修正できません。" in shown.text
    assert ("修正" in shown.links, "削除" in shown.links) == (False, True)
    assert "修正できません" in page(here, here.first, f"{at}/edit").text
    shown.follow("削除").press("削除の実行", choose="")
    request.refresh_from_db()
    assert request.state in ("sent_back", "deleted")


def test_the_setting_is_proposed_when_the_second_master_can_approve() -> None:
    here = office(on=False)
    entered(here, here.first)
    assert "マスターユーザの操作を、互いに承認できます" in page(here, here.first, "/densai").text
    company = page(here, here.first, "/densai/company")
    on = company.follow("ほかのマスターユーザの承認を必要にする")
    done = on.press("設定の実行", {"承認パスワード": APPROVAL})
    assert "設定を変更しました。" in done.text
    assert "互いに承認できます" not in page(here, here.first, "/densai").text


def test_the_masters_find_what_waits_under_administration_and_nobody_else_sees_it() -> None:
    here = office()
    entered(here, here.first)
    refreshes(here)
    request_no = waiting(here).request_no
    found = page(here, here.first, "/densai/administration").follow("マスターユーザの操作")
    assert request_no in found.links
    cast_members.give(here.clerk, *EVERY_GRANT)
    with_approval(here.clerk)
    entered(here, here.clerk)
    assert "マスターユーザの操作" not in page(here, here.clerk, "/densai/administration").links
    assert request_no not in page(here, here.clerk, "/densai/requests?type=masters").text
    assert page(here, here.clerk, f"/densai/requests/{request_no}").status == 404
    assert request_no not in page(here, here.clerk, "/densai/notices").text
