"""One request's page, 承認, 差戻し, 引戻し, 削除 and まとめて承認, at browsers."""

import datetime as dt
from copy import deepcopy
from typing import Any

import pytest

from certs.models import ClientCertificate
from erec.members.catalogue import Tick
from erec.members.models import ApprovalPassword, BusinessRight
from erec.trail.models import Outbox
from erec.workflow.actions import deciding, entering
from erec.workflow.models import Controls, Decision, FinalChecker, Request
from erec.workflow.states import Move, State
from erec.workflow.views import approving
from erec.workflow.views.approving import BULK_MAX
from tests import cast
from tests.erec.members.cast_members import APPROVAL
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, Someone, controls, desk, kept

pytestmark = pytest.mark.django_db

GO = {"approval_password": APPROVAL}
DEBTOR = "accrual_by_obligor"


@pytest.fixture
def own(standing_desk: Desk) -> Desk:
    return deepcopy(standing_desk)


@pytest.fixture
def other() -> w.Trader:
    return w.trader()


@pytest.fixture
def row(own: Desk, other: w.Trader) -> Request:
    return w.submitted(own, DEBTOR, w.accrual(own, other))


def at(row: Request, page: str = "") -> str:
    return f"/densai/requests/{row.request_no}{'/' + page if page else ''}"


def state(row: Request) -> str:
    row.refresh_from_db()
    return row.state


def mended(own: Desk, row: Request, content: dict[str, Any]) -> Request:
    row.refresh_from_db()
    typed = w.typed(row.type, content, request_no=row.request_no, version=row.version)
    return entering.submit(typed, **w.by(own.maker))


def test_the_checker_reads_what_it_binds_to_and_approves_with_the_password(own: Desk, row: Request) -> None:
    page = own.checking.page(at(row)).follow("承認へ進む")
    assert f"{own.company.name}が、" in page.text
    assert "1,000,000 円" in page.text
    done = page.press("承認の実行", {"コメント": "確認しました", "承認パスワード": APPROVAL})
    assert (done.status, done.path) == (200, at(row) + "?done=approve")
    assert "承認しました。" in done.text
    assert "確認しました" in done.text
    assert row.lines.get().record_number in done.links
    assert state(row) == State.RECORDED


def test_a_wrong_password_is_counted_and_approves_nothing(own: Desk, row: Request) -> None:
    before = kept()
    page = own.checking.page(at(row, "approve"))
    again = page.press("承認の実行", {"コメント": "請求書と照合済み", "承認パスワード": "machigai1"})
    assert again.status == 422
    assert "承認パスワードが違います。あと5回間違えるとロックされます。" in again.text
    assert "請求書と照合済み</textarea>" in again.html
    after = kept()
    after["events"].remove("approval_password.wrong")
    assert after == before
    assert ApprovalPassword.objects.get(member=own.checker).strikes == 1


def test_without_a_password_nothing_is_approved(own: Desk, row: Request) -> None:
    before = kept()
    answer = own.checking.post(at(row, "approve"), {"version": "1"})
    assert answer.status_code == 422
    assert kept() == before


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "99999999999", "１"])
def test_a_senseless_version_is_refused_without_counting_a_password(
    own: Desk, row: Request, version: str
) -> None:
    before = kept()
    sent = {"version": version, "approval_password": "machigai1"}
    # A full-width 1 is read as 1, and then the password is wrong.
    assert own.checking.post(at(row, "approve"), sent).status_code == 422
    if version != "１":
        assert kept() == before
        assert ApprovalPassword.objects.get(member=own.checker).strikes == 0


def test_what_changed_while_the_page_was_open_is_shown_and_nothing_is_approved(
    own: Desk, other: w.Trader, row: Request
) -> None:
    page = own.checking.page(at(row, "approve"))
    mended(own, row, w.accrual(own, other, amount_yen=9_000_000))
    before = kept()
    refused = page.press("承認の実行", {"承認パスワード": "machigai1"})
    assert refused.status == 409
    assert "この画面を開いたあとに、請求の内容が変わりました" in refused.text
    assert "合計金額 1,000,000円 9,000,000円" in refused.text
    assert "明細1 債権金額 1,000,000円 9,000,000円" in refused.text
    assert kept() == before
    assert ApprovalPassword.objects.get(member=own.checker).strikes == 0
    again = refused.follow("今の内容で確認する")
    assert "前の版から変わったところ" in again.text
    assert again.press("承認の実行", {"承認パスワード": APPROVAL}).status == 200
    assert state(row) == State.RECORDED


def test_what_changes_between_the_password_and_the_lock_is_shown_too(
    own: Desk, other: w.Trader, row: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve = deciding.approve

    def after_a_change(*args: Any, **kwargs: Any) -> Request:
        mended(own, row, w.accrual(own, other, amount_yen=9_000_000))
        return approve(*args, **kwargs)

    monkeypatch.setattr(deciding, "approve", after_a_change)
    refused = own.checking.post(at(row, "approve"), {"version": "1", **GO})
    assert refused.status_code == 409
    assert "9,000,000円" in refused.content.decode()
    assert state(row) == State.AWAITING_APPROVAL


def test_a_second_press_finds_it_approved_and_says_so(own: Desk, row: Request) -> None:
    page = own.checking.page(at(row, "approve"))
    for _ in range(2):
        done = page.press("承認の実行", {"承認パスワード": APPROVAL})
        assert "承認しました。" in done.text
    assert Decision.objects.filter(move=Move.APPROVE).count() == 1


def test_an_address_alone_does_not_claim_that_it_was_approved(own: Desk, row: Request) -> None:
    for word in ("approve", "delete", "submitted", "nothing"):
        page = own.checking.page(at(row) + f"?done={word}")
        assert 'role="status"' not in page.html.partition("session-dialog")[0]
    assert "仮登録しました。" in own.making.page(at(row) + "?done=submitted").text


def test_a_failed_check_is_kept_and_the_way_is_to_send_it_back(own: Desk, other: w.Trader) -> None:
    row = w.submitted(own, DEBTOR, w.accrual(own, other))
    other.company.settlement_accounts.filter(pk=other.account.pk).update(number="9999999")
    failed = own.checking.page(at(row, "approve")).press("承認の実行", {"承認パスワード": APPROVAL})
    assert failed.status == 422
    assert "まだ承認されていません。" in failed.text
    assert "明細1: 利用者番号と口座の組合せが見つかりません。" in failed.text
    assert "承認の実行" not in failed.buttons
    back = failed.follow("差戻しへ進む").press("差戻しの実行", {"コメント": "口座が変わったようです"})
    assert back.path == at(row) + "?done=send-back"
    assert state(row) == State.SENT_BACK
    mine = own.making.page(at(row))
    assert "承認時エラー情報" in mine.text
    assert f"{own.checker.name}さんが差し戻しました 口座が変わったようです" in mine.text
    assert "修正" in mine.links


def test_sending_back_tells_the_maker(own: Desk, row: Request) -> None:
    page = own.checking.page(at(row)).follow("差戻し")
    done = page.press("差戻しの実行", {"コメント": "金額を確かめてください"})
    assert "差し戻しました。" in done.text
    assert state(row) == State.SENT_BACK
    mails = Outbox.objects.filter(to=own.maker.mail, subject__contains="差し戻されました")
    assert "金額を確かめてください" in mails.get().body


def test_a_comment_has_its_length(own: Desk, row: Request) -> None:
    before = kept()
    refused = own.checking.post(at(row, "send-back"), {"version": "1", "comment": "あ" * 251})
    assert refused.status_code == 422
    assert "250文字以内で入力してください。今は251文字です。" in refused.content.decode()
    assert kept() == before


@pytest.mark.parametrize(
    ("page", "button", "after"),
    [("pull-back", "引戻しの実行", State.PULLED_BACK), ("delete", "削除の実行", State.DELETED)],
)
def test_the_maker_takes_it_back_after_a_look(
    own: Desk, row: Request, page: str, button: str, after: State
) -> None:
    before = kept()
    confirm = own.making.page(at(row)).follow("引戻し" if page == "pull-back" else "削除")
    refused = confirm.press(button)
    assert refused.status == 422
    assert "チェックを付けてから、進んでください。" in refused.text
    assert kept() == before
    assert confirm.press(button, choose="内容を確認しました").path == at(row) + f"?done={page}"
    assert state(row) == after


@pytest.mark.parametrize("page", ["pull-back", "delete", "send-back"])
def test_a_move_on_an_older_version_shows_what_changed(
    own: Desk, other: w.Trader, row: Request, page: str
) -> None:
    mended(own, row, w.accrual(own, other, amount_yen=2_000_000))
    before = kept()
    who = own.checking if page == "send-back" else own.making
    refused = who.post(at(row, page), {"version": "1", "sure": "on"})
    assert refused.status_code == 409
    assert "2,000,000円" in refused.content.decode()
    assert kept() == before


BUTTONS = {"承認へ進む", "差戻し", "引戻し", "修正", "削除", "再利用"}


@pytest.mark.parametrize(
    ("state_now", "maker", "checker"),
    [
        (State.AWAITING_APPROVAL, {"修正", "引戻し", "削除"}, {"承認へ進む", "差戻し"}),
        (State.SENT_BACK, {"修正", "削除"}, set()),
        (State.PULLED_BACK, {"修正", "削除"}, set()),
        (State.DELETED, {"再利用"}, set()),
        (State.RECORDED, {"再利用"}, set()),
    ],
)
def test_only_the_buttons_that_one_may_press_are_there(
    own: Desk, row: Request, state_now: State, maker: set[str], checker: set[str]
) -> None:
    moves = {
        State.SENT_BACK: lambda: deciding.send_back(row.request_no, 1, **w.by(own.checker)),
        State.PULLED_BACK: lambda: entering.pull_back(row.request_no, 1, **w.by(own.maker)),
        State.DELETED: lambda: entering.delete(row.request_no, 1, **w.by(own.maker)),
        State.RECORDED: lambda: deciding.approve(row.request_no, 1, **w.by(own.checker)),
    }
    if state_now in moves:
        moves[state_now]()
    for who, offered in ((own.making, maker), (own.checking, checker)):
        assert BUTTONS & set(who.page(at(row)).links) == offered


def test_a_finished_answer_is_no_pattern_for_a_new_request(own: Desk, other: w.Trader) -> None:
    demanding = w.approved(other, "accrual_by_obligee", w.accrual(other, own))
    demand = demanding.lines.get().demand
    assert demand is not None
    done = w.approved(own, "answer", w.answer(demand))
    assert not BUTTONS & set(own.making.page(at(done)).links)


def test_a_move_that_is_over_is_refused_with_its_state(own: Desk, row: Request) -> None:
    entering.pull_back(row.request_no, 1, **w.by(own.maker))
    before = kept()
    for page in ("approve", "send-back"):
        refused = own.checking.page(at(row, page), {"version": "1", **GO})
        assert refused.status == 409
        assert "すでに「引戻し済」になっています。" in refused.text
    assert own.making.get(at(row, "pull-back")).status_code == 409
    assert kept() == before
    assert ApprovalPassword.objects.get(member=own.checker).strikes == 0


@pytest.mark.parametrize("page", ["approve", "send-back"])
def test_a_maker_may_not_decide_and_is_told_who_may(own: Desk, row: Request, page: str) -> None:
    before = kept()
    refused = own.making.page(at(row, page), {"version": "1", **GO})
    assert refused.status == 403
    assert "債権発生請求の承認者権限" in refused.text
    assert kept() == before
    assert (
        f"承認は、債権発生請求の承認者（{own.checker.name}さん）が行います。" in own.making.page(at(row)).text
    )


@pytest.mark.parametrize("page", ["pull-back", "delete"])
def test_a_checker_may_not_take_back(own: Desk, row: Request, page: str) -> None:
    before = kept()
    refused = own.checking.page(at(row, page), {"version": "1", "sure": "on"})
    assert refused.status == 403
    assert "債権発生請求の担当者権限" in refused.text
    assert kept() == before


def test_a_right_that_was_taken_away_ends_it_at_the_next_click(own: Desk, row: Request) -> None:
    page = own.checking.page(at(row, "approve"))
    own.checker.business_rights.filter(business="accrual").delete()
    before = kept()
    # Without any tick in the business its requests are not there.
    assert page.press("承認の実行", {"承認パスワード": APPROVAL}).status == 404
    BusinessRight.objects.create(member=own.checker, business="accrual", tick=Tick.MAKER)
    assert page.press("承認の実行", {"承認パスワード": APPROVAL}).status == 403
    assert kept() == before
    assert "債権発生請求の承認者がいません。" in own.making.page(at(row)).text


def test_nobody_approves_his_own_entry_where_that_is_refused(own: Desk, other: w.Trader) -> None:
    controls(own, own_approval_refused=True)
    both = own.also(("accrual", Tick.MAKER), ("accrual", Tick.CHECKER))
    row = entering.submit(w.typed(DEBTOR, w.accrual(own, other)), **w.by(both.member))
    before = kept()
    page = both.page(at(row))
    assert "ご自分が仮登録した請求は、承認できない設定です。" in page.text
    assert "承認へ進む" not in page.links
    assert "差戻し" in page.links
    refused = both.page(at(row, "approve"), {"version": "1", **GO})
    assert refused.status == 403
    assert "ご自分が仮登録した請求は、承認できない設定です。何も変わっていません。" in refused.text
    assert kept() == before


def test_two_approve_in_their_order(own: Desk, row: Request) -> None:
    final = own.also(("accrual", Tick.CHECKER))
    controls(own, approvals=Controls.Approvals.DOUBLE_ORDERED)
    FinalChecker.objects.create(company=own.company, member=final.member)
    before = kept()
    early = final.page(at(row, "approve"), {"version": "1", **GO})
    assert early.status == 403
    assert "ほかの承認者が先に承認してから" in early.text
    assert kept() == before
    own.checking.page(at(row, "approve")).press("承認の実行", {"承認パスワード": APPROVAL})
    assert state(row) == State.AWAITING_APPROVAL
    assert "すでにあなたが承認しています" in own.checking.page(at(row)).text
    final.page(at(row, "approve")).press("承認の実行", {"承認パスワード": APPROVAL})
    assert state(row) == State.RECORDED


def test_after_the_deadline_it_can_only_be_sent_back(own: Desk, row: Request, clock: cast.Clock) -> None:
    clock.forward(hours=4, minutes=59)
    own.checking.come_again()
    assert "承認へ進む" in own.checking.page(at(row)).links
    page = own.checking.page(at(row, "approve"))
    clock.forward(minutes=1)
    before = kept()
    refused = page.press("承認の実行", {"承認パスワード": APPROVAL})
    assert refused.status == 409
    assert "承認の期限を過ぎたため、承認できません。" in refused.text
    assert kept() == before
    late = own.checking.page(at(row))
    assert "締切を過ぎました" in late.text
    assert BUTTONS & set(late.links) == {"差戻し"}


def test_a_certificate_of_today_approves_nothing_yet(own: Desk, row: Request) -> None:
    certificate = ClientCertificate.everyone.filter(user=own.checking.person.user)
    certificate.update(may_approve_from=cast.AT + dt.timedelta(seconds=1))
    before = kept()
    refused = own.checking.page(at(row, "approve"), {"version": "1", **GO})
    assert refused.status == 403
    assert "まだ承認に使えません。" in refused.text
    many = own.checking.page("/densai/requests/approve", {"item": f"{row.request_no}:1", **GO})
    assert many.status == 422
    assert "この電子証明書は取得したばかりのため" in many.text
    assert kept() == before
    certificate.update(may_approve_from=cast.AT)
    assert own.checking.get(at(row, "approve")).status_code == 200


@pytest.mark.parametrize("page", ["", "approve", "send-back", "pull-back", "delete"])
def test_another_company_does_not_learn_that_it_exists(row: Request, page: str) -> None:
    thief = desk()
    before = kept()
    for who in (thief.making, thief.checking, thief.boss):
        assert who.get(at(row, page)).status_code == 404
        assert who.post(at(row, page), {"version": "1", "sure": "on", **GO}).status_code in (404, 405)
    assert kept() == before


def test_another_s_draft_is_not_there(own: Desk, other: w.Trader) -> None:
    draft = entering.save_draft(w.typed(DEBTOR, w.accrual(own, other)), **w.by(own.maker))
    colleague = own.also(*w.MAKES, *w.CHECKS)
    for page in ("", "approve", "delete"):
        assert colleague.get(at(draft, page)).status_code == 404
    mine = own.making.page(at(draft))
    assert {"続きを入力する", "削除"} <= set(mine.links)


def test_a_draft_that_lacks_everything_has_its_page(own: Desk) -> None:
    empty = {"account": "", "record_on": "", "fee_bearer": "", "restricted": False, "lines": []}
    draft = entering.save_draft(w.typed(DEBTOR, empty), **w.by(own.maker))
    page = own.making.page(at(draft))
    assert "まだ入力の途中です。" in page.text
    deleted = own.making.page(at(draft, "delete")).press("削除の実行", choose="内容を確認しました")
    assert deleted.status == 200
    assert state(draft) == State.DELETED


def test_the_debtor_s_answer_and_the_creditor_s_line_are_on_their_pages(own: Desk) -> None:
    debtor = desk()
    row = w.approved(own, "accrual_by_obligee", w.accrual(own, debtor))
    page = own.making.page(at(row))
    assert "承諾待ち" in page.text
    assert "承諾依頼の取消（明細1）" in page.links
    assert "承諾依頼の取消（明細1）" not in own.checking.page(at(row)).links
    demand = row.lines.get().demand
    assert demand is not None
    answer = w.submitted(debtor, "answer", w.answer(demand))
    page = debtor.checking.page(at(answer, "approve"))
    assert f"{own.company.name}へ、1,000,000円を、2027年1月29日（金）に支払うことを承諾します。" in page.text
    page.press("承認の実行", {"承認パスワード": APPROVAL})
    assert state(row) == State.RECORDED


# まとめて承認


def tick(*rows: Request) -> dict[str, Any]:
    return {"item": [f"{row.request_no}:{row.version}" for row in rows]}


def approve_many(who: Someone, *rows: Request) -> Any:
    return who.page("/densai/requests/approve", {**tick(*rows), **GO})


def test_many_are_approved_each_on_its_own_with_a_line_each(own: Desk, other: w.Trader) -> None:
    rows = [w.submitted(own, DEBTOR, w.accrual(own, other, amount_yen=n * 100)) for n in (1, 2, 3, 4)]
    good, back, changed, wrong = rows
    looked = own.checking.page("/densai/requests/approve", tick(*rows))
    assert "4件を承認しますか" in looked.text
    assert "合計 1,000円" in looked.text
    assert looked.text.count(f"{own.company.name}が、") == 4
    entering.pull_back(back.request_no, 1, **w.by(own.maker))
    mended(own, changed, w.accrual(own, other, amount_yen=99))
    third = w.trader()
    wrong = w.submitted(own, DEBTOR, w.accrual(own, third, amount_yen=500))
    third.company.settlement_accounts.update(branch_code="999")
    changed.version = 1
    done = approve_many(own.checking, good, back, changed, wrong)
    assert "1件を承認しました。3件は承認されませんでした" in done.text
    assert "すでに「引戻し済」になっています。" in done.text
    assert "この画面を開いたあとに、請求の内容が変わりました。" in done.text
    assert "利用者番号と口座の組合せが見つかりません。" in done.text
    assert [state(row) for row in (good, back, changed, wrong)] == [
        State.RECORDED,
        State.PULLED_BACK,
        State.AWAITING_APPROVAL,
        State.AWAITING_APPROVAL,
    ]


def test_what_cannot_be_approved_is_told_before_the_password(own: Desk, other: w.Trader) -> None:
    good, back = (w.submitted(own, DEBTOR, w.accrual(own, other, amount_yen=n)) for n in (100, 200))
    entering.pull_back(back.request_no, 1, **w.by(own.maker))
    looked = own.checking.page("/densai/requests/approve", tick(good, back))
    assert "1件を承認しますか" in looked.text
    assert "承認されません" in looked.text
    assert looked.hidden["item"] == f"{good.request_no}:1"


def test_pressing_twice_approves_once(own: Desk, row: Request) -> None:
    for _ in range(2):
        assert "1件を承認しました" in approve_many(own.checking, row).text
    assert Decision.objects.filter(move=Move.APPROVE).count() == 1
    assert row.lines.count() == 1


def test_a_wrong_password_approves_none_of_many(own: Desk, row: Request) -> None:
    before = kept()
    sent = {**tick(row), "approval_password": "machigai1"}
    page = own.checking.page("/densai/requests/approve", sent)
    assert page.status == 422
    assert "あと5回間違えるとロックされます。" in page.text
    assert kept()["requests"] == before["requests"]


def test_more_lines_than_a_minute_holds_are_refused_before_the_password(
    own: Desk, row: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approving, "LINES_AT_ONCE", row.lines_count - 1)
    before = kept()
    page = approve_many(own.checking, row)
    assert page.status == 422
    assert "まだ何も承認していません。" in page.text
    assert kept() == before


def test_others_in_the_ticks_are_not_there(own: Desk, row: Request) -> None:
    thief = desk()
    before = kept()
    page = approve_many(thief.checking, row)
    assert "0件を承認しました。1件は承認されませんでした" in page.text
    assert "この請求は見つかりません。" in page.text
    assert "1,000,000" not in page.text
    assert kept() == before


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ([], "承認する請求を選んでください。"),
        (["x"], "画面が古くなっています。"),
        (["20261120000001:1\n"], "画面が古くなっています。"),
        (["20261120000001:0"], "画面が古くなっています。"),
        ([f"20261120{n:06}:1" for n in range(BULK_MAX + 1)], "一度に承認できるのは50件までです。"),
    ],
)
def test_senseless_ticks_are_refused(own: Desk, item: list[str], sentence: str) -> None:
    before = kept()
    page = own.checking.page("/densai/requests/approve", {"item": item, **GO})
    assert page.status == 422
    assert sentence in page.text
    assert kept() == before


def test_looking_at_many_without_ticks_leads_to_the_list(own: Desk) -> None:
    assert own.checking.get("/densai/requests/approve").headers["Location"] == "/densai/requests/awaiting"


def test_a_session_that_ended_before_the_password_leads_back_to_the_page(
    own: Desk, row: Request, clock: cast.Clock
) -> None:
    client = own.checking.person.client
    clock.forward(minutes=16)
    page = f"https://localhost:8444{at(row, 'approve')}"
    late = client.post(at(row, "approve"), {"version": "1", **GO}, headers={"Referer": page})
    assert late.headers["Location"] == f"/login?ended=idle&next={at(row, 'approve').replace('/', '%2F')}"
    assert state(row) == State.AWAITING_APPROVAL
    logged_in = client.post("/login", {"password": cast.PASSWORD, "next": at(row, "approve")})
    assert logged_in.headers["Location"] == at(row, "approve")
    assert client.get(at(row, "approve")).headers["Location"] == "/services"
    assert client.post("/densai/enter").headers["Location"] == at(row, "approve")
    assert client.get(at(row, "approve")).status_code == 200


def test_another_site_is_no_page_to_come_back_to(own: Desk, row: Request, clock: cast.Clock) -> None:
    clock.forward(minutes=16)
    late = own.checking.person.client.post(
        at(row, "approve"), headers={"Referer": "https://evil.example/densai/requests"}
    )
    assert late.headers["Location"] == "/login?ended=idle"
