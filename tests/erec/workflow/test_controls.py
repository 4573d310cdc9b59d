"""企業情報管理: how a company approves, changed by a master only, with what it means said before."""

from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction

from accounts.errors import NotAllowed, Stale
from accounts.models import User
from erec.claims.models import Sanction
from erec.members.models import BusinessRight, Member
from erec.trail.models import Entry, Outbox
from erec.workflow.actions.controls import (
    NEEDS_FINAL,
    NOT_POSITIVE,
    NOT_THERE,
    NOTHING,
    ControlsRefused,
    Wanted,
    change_controls,
    controls_now,
)
from erec.workflow.models import CheckerLimit, Controls, FinalChecker
from tests import cast
from tests.erec.members.cast_members import APPROVAL, give
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, desk, kept
from tests.portal import Page

pytestmark = pytest.mark.django_db

SINGLE, ANY, ORDERED = Controls.Approvals
CHANGE = "/densai/company/change"


@pytest.fixture
def own(standing_desk: Desk) -> Desk:
    return deepcopy(standing_desk)


def change(own: Desk, wanted: Wanted, *, version: int = 0, by: Member | None = None) -> Controls:
    return change_controls(wanted, version=version, **w.by(by or own.boss.member))


def test_without_a_change_the_defaults_hold(own: Desk) -> None:
    assert controls_now(own.company.pk) == Wanted(False, SINGLE, frozenset())


def test_a_change_holds_is_in_the_trail_and_told_to_who_may_notice(own: Desk) -> None:
    wanted = Wanted(True, ORDERED, frozenset({own.checker.pk}))
    assert change(own, wanted).version == 1
    assert controls_now(own.company.pk) == wanted
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.event, entry.login_id) == ("controls.changed", own.boss.person.user.login_id)
    mails = Outbox.objects.filter(subject__contains="企業情報（承認のしかた）が変更されました")
    told = {own.boss.person.user.mail, own.company.contact_mail, own.checker.mail}
    assert set(mails.values_list("to", flat=True)) == told
    body = mails[0].body
    assert "同一ユーザによる承認の抑止: 抑止しない → 抑止する" in body
    assert "承認機能区分: シングル承認 → ダブル承認（順序あり）" in body
    assert f"最終承認者: なし → {own.checker.name}" in body
    change(own, Wanted(True, ANY, frozenset()), version=1)
    assert FinalChecker.objects.count() == 0


@pytest.mark.parametrize("who", ["making", "checking"])
def test_nobody_but_a_master_changes_it(own: Desk, who: str) -> None:
    someone = getattr(own, who)
    before = kept()
    with pytest.raises(NotAllowed), transaction.atomic():
        change(own, Wanted(True, SINGLE, frozenset()), by=someone.member)
    assert someone.get(CHANGE).status_code == 403
    assert someone.post(CHANGE, {"approvals": "double_any", "version": "0"}).status_code == 403
    assert kept() == before
    page = someone.page("/densai/company")
    assert "シングル承認" in page.text
    assert "変更は、マスターユーザだけができます。" in page.text
    assert "変更" not in page.links


def test_a_stopped_master_changes_nothing(own: Desk) -> None:
    User.objects.filter(pk=own.boss.person.user.pk).update(status=User.Status.SUSPENDED)
    before = kept()
    with pytest.raises(NotAllowed):
        change(own, Wanted(True, SINGLE, frozenset()))
    assert kept() == before


def test_who_looked_at_an_older_setting_changes_nothing(own: Desk) -> None:
    change(own, Wanted(True, SINGLE, frozenset()))
    before = kept()
    with pytest.raises(Stale):
        change(own, Wanted(True, ANY, frozenset()))
    assert kept() == before


def refused(own: Desk, wanted: Wanted) -> str:
    before = kept()
    with pytest.raises(ControlsRefused) as found:
        change(own, wanted)
    assert kept() == before
    return found.value.sentence


def test_what_cannot_be_kept_is_refused(own: Desk) -> None:
    assert refused(own, Wanted(False, SINGLE, frozenset())) == NOTHING
    assert refused(own, Wanted(False, ORDERED, frozenset())) == NEEDS_FINAL
    assert refused(own, Wanted(False, ORDERED, frozenset({own.maker.pk}))) == NOT_THERE
    foreign = w.trader().checker
    assert refused(own, Wanted(False, ORDERED, frozenset({foreign.pk}))) == NOT_THERE
    limited = Wanted(False, SINGLE, frozenset(), checker_limits=frozenset({(foreign.pk, 1)}))
    assert refused(own, limited) == NOT_THERE
    assert refused(own, Wanted(False, SINGLE, frozenset(), request_limit_yen=0)) == NOT_POSITIVE


def chosen(own: Desk, **sent: Any) -> Page:
    page = own.boss.page("/densai/company").follow("変更")
    usual = {"approvals": "single", "new_partner": "none", "same_device": "flag"}
    return own.boss.page(CHANGE, {**page.hidden, **usual, **sent})


def test_the_master_chooses_sees_what_it_means_and_confirms(own: Desk) -> None:
    confirm = chosen(own, approvals="double_ordered", finals=[str(own.checker.pk)])
    assert "承認機能区分: シングル承認 → ダブル承認（順序あり）" in confirm.text
    assert Controls.objects.count() == 0
    done = confirm.press("変更の実行", {"承認パスワード": APPROVAL})
    assert "企業情報を変更しました。" in done.text
    assert "ダブル承認（順序あり）" in done.text
    assert controls_now(own.company.pk) == Wanted(False, ORDERED, frozenset({own.checker.pk}))


def test_a_wrong_password_changes_nothing(own: Desk) -> None:
    confirm = chosen(own, own_approval_refused="on")
    again = confirm.press("変更の実行", {"承認パスワード": "machigai1"})
    assert (again.status, Controls.objects.count()) == (422, 0)
    assert "あと5回間違えるとロックされます。" in again.text
    assert again.press("変更の実行", {"承認パスワード": APPROVAL}).status == 200
    assert controls_now(own.company.pk).own_approval_refused is True


def test_who_could_not_be_approved_any_more_is_named_and_what_waits_is_counted(own: Desk) -> None:
    w.submitted(own, "accrual_by_obligor", w.accrual(own, w.trader()))
    confirm = chosen(own, approvals="double_any")
    assert "承認できる人がいなくなります" in confirm.text
    assert f"債権発生請求: {own.maker.name}さんが仮登録した請求を、承認できる人がいません。" in confirm.text
    assert "承認待ちの請求が1件あります。" in confirm.text
    done = confirm.press("変更の実行", {"承認パスワード": APPROVAL})
    assert "承認できる人がいない請求があります" in done.text


def test_choosing_again_keeps_what_was_chosen(own: Desk) -> None:
    confirm = chosen(own, approvals="double_any", own_approval_refused="on")
    page = own.boss.page(CHANGE, {**confirm.hidden, "again": "1"})
    ticked = {found["name"]: found.get("value") for found in page.inputs.values() if found["checked"]}
    assert ticked == {
        "approvals": "double_any",
        "own_approval_refused": None,
        "new_partner": "none",
        "same_device": "flag",
    }


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"approvals": "triple"}, 422, "一覧の中から選んでください。"),
        ({"approvals": "double_any", "version": "7"}, 409, "企業情報が変わりました"),
        ({"approvals": "double_any", "version": "x"}, 422, "画面が古くなっています。"),
        ({"approvals": "double_ordered"}, 422, NEEDS_FINAL),
        ({"approvals": "single"}, 422, NOTHING),
        ({"approvals": "double_any", "finals": ["0"]}, 422, "選べない人が含まれています。"),
        ({"request_limit": "0"}, 422, "0円は入力できません。"),
        ({"request_limit": "1000000000000"}, 422, "金額は999,999,999,999円までです。"),
        ({"daily_limit": "-5"}, 422, "マイナスの金額は入力できません。"),
        ({"daily_limit": "たくさん"}, 422, "金額は数字で入力してください。"),
        ({"new_partner": "never"}, 422, "一覧の中から選んでください。"),
        ({"same_device": "x"}, 422, "一覧の中から選んでください。"),
    ],
)
def test_what_makes_no_sense_is_refused_on_the_page(
    own: Desk, sent: dict[str, Any], status: int, sentence: str
) -> None:
    before = kept()
    page = chosen(own, approval_password=APPROVAL, **sent)
    assert page.status == status
    assert sentence in page.text
    assert kept() == before


def test_every_setting_is_shown_before_and_after_and_then_holds(own: Desk) -> None:
    w.submitted(own, "accrual_by_obligor", w.accrual(own, w.trader()))
    confirm = chosen(
        own,
        request_limit="５００，０００円",
        daily_limit="2,000,000",
        new_partner="second",
        same_device="refuse",
        **{f"checker_limit_{own.checker.pk}": "300000"},
    )
    for change_ in (
        "1件の限度額: なし → 500,000円",
        "1日の限度額: なし → 2,000,000円",
        f"承認者ごとの限度額: なし → {own.checker.name}: 300,000円",
        "初めての相手先・口座への請求: 警告だけを表示する → 2人の承認が要る",
        "仮登録と同じ証明書・端末からの承認: 承認者に知らせ、記録に残す → 承認させない",
        "このうち1件は新しい限度額を超えるため、承認できなくなります。",
    ):
        assert change_ in confirm.text
    done = confirm.press("変更の実行", {"承認パスワード": APPROVAL})
    assert "500,000円" in done.text
    assert controls_now(own.company.pk) == Wanted(
        False,
        SINGLE,
        frozenset(),
        500_000,
        2_000_000,
        frozenset({(own.checker.pk, 300_000)}),
        Controls.NewPartner.SECOND,
        Controls.SameDevice.REFUSE,
    )
    entry = Entry.objects.get(event="controls.changed")
    assert entry.detail["checker_limits"] == f"{own.checker.login_id}: 300,000円"
    page = own.making.page("/densai/company")
    for shown in (
        "500,000円",
        "2人の承認が要る",
        "承認させない",
        "桁の誤りや、盗まれた権限",
        own.company.user_number,
    ):
        assert shown in page.text


def test_a_limit_is_taken_away_by_leaving_it_empty_and_waits_for_who_lost_the_right(own: Desk) -> None:
    pairs = frozenset({(own.checker.pk, 5)})
    change(own, Wanted(False, SINGLE, frozenset(), checker_limits=pairs))
    BusinessRight.objects.filter(member=own.checker).delete()
    change(own, Wanted(True, SINGLE, frozenset()), version=1)
    assert CheckerLimit.objects.get().limit_yen == 5
    give(own.checker, *w.CHECKS, accounts=False)
    assert controls_now(own.company.pk).checker_limits == pairs
    change(own, Wanted(True, SINGLE, frozenset()), version=2)
    assert not CheckerLimit.objects.exists()


def test_the_page_says_what_counts_for_the_limits_and_shows_contract_and_sanction(own: Desk) -> None:
    Sanction.objects.create(
        company=own.company,
        starts_on=w.TODAY,
        ends_on=w.DUE,
        reason="6か月以内に2回の支払不能",
        recorded_at=cast.AT,
    )
    page = own.checking.page("/densai/company")
    assert "発生記録（債権者請求） 数えない 受け取る側の請求で、自社の義務は増えないため" in page.text
    assert "発生記録（債務者請求） 数える 支払う義務を負うため" in page.text
    assert "取引停止処分の期間中です。" in page.text
    assert own.account.label in page.text


def test_another_company_s_settings_stay_as_they_are(own: Desk) -> None:
    thief = desk()
    change(thief, Wanted(True, ANY, frozenset()))
    assert controls_now(own.company.pk) == Wanted(False, SINGLE, frozenset())
