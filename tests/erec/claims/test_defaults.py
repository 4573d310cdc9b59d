"""支払不能: its grounds, what the debtor may state against a transfer, and what the institutions hear."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import Company
from accounts.origin import Origin
from erec.claims import access, defaults, runs, verify
from erec.claims.defaults import CannotHalt
from erec.claims.grounds import ENDINGS, GROUNDS, STATED, Ground, Unpaid
from erec.claims.instructions import Party
from erec.claims.models import Claim, DefaultNotice, Halt, Sanction, SettlementResult
from erec.claims.settlement import set_balance
from erec.claims.views.claims import history_of
from erec.notices.models import Notice
from erec.parameters import business_day
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.crash import every_death_leaves_nothing, fingerprint
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db

COUNTER = Origin(door="command", environment="佐藤")
DUE, DUE_TOO = c.SOON, date(2026, 12, 14)  # 1 December is a Tuesday
TOLD_ON = date(2026, 12, 4)  # 3 business days after DUE
BEFORE = date(2026, 11, 30)  # its business day before


@pytest.fixture
def claim(obligor: Party, obligee: Party) -> Claim:
    set_balance(str(obligor.account), obligor.company_id, 10_000, at=cast.AT)
    set_balance(str(obligee.account), obligee.company_id, 0, at=cast.AT)
    return c.claim(obligor, obligee, 1000, due_on=DUE)


def halted(claim: Claim, ground: str, *, at: datetime = cast.AT, **deposit: Any) -> Halt:
    return defaults.halt_claim(claim.record_number, GROUNDS[ground], at=at, origin=COUNTER, **deposit)


def ended(claim: Claim, because: str) -> Halt:
    return defaults.end_claims_halt(claim.record_number, ENDINGS[because], at=cast.AT, origin=COUNTER)


def company(party: Party) -> Company:
    return Company.objects.get(pk=party.company_id)


def to_institution() -> list[str]:
    mails = Outbox.objects.filter(to=settings.INSTITUTION_MAIL).order_by("pk")
    return [mail.subject.partition("（")[0] for mail in mails]


def state(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.state


@pytest.mark.parametrize("ground", GROUNDS.values(), ids=lambda ground: ground.code)
def test_only_what_concerns_the_debtors_credit_is_announced(ground: Ground) -> None:
    """[DN67]: 第0号事由の場合および第2号で異議申立がされた場合を除く."""
    assert Unpaid(ground).is_announced is (ground.number != 0)
    assert Unpaid(ground, objection=True).is_announced is False
    assert ground.kind.may_object is (ground.number == 2)


def test_without_cover_it_counts_at_once_and_the_institutions_hear_on_the_third_business_day(
    claim: Claim, obligor: Party
) -> None:
    set_balance(str(obligor.account), obligor.company_id, 999, at=cast.AT)
    runs.settle(DUE, cast.AT)
    notice = DefaultNotice.objects.get()
    assert (notice.company_id, notice.claim, notice.ground) == (obligor.company_id, claim, "no_cover")
    assert (notice.due_on, notice.send_on, notice.sent_at) == (DUE, TOLD_ON, None)
    runs.settle(date(2026, 12, 3), cast.AT)
    assert to_institution() == []
    runs.settle(TOLD_ON, cast.AT)
    runs.settle(TOLD_ON, cast.AT)
    mail = Outbox.objects.get(to=settings.INSTITUTION_MAIL)
    assert mail.subject == f"支払不能通知（{claim.record_number}）"
    assert mail.body.splitlines()[:6] == [
        f"債務者: {obligor.name}（{obligor.user_number}）",
        f"債務者の決済口座: {obligor.account}",
        f"記録番号: {claim.record_number}",
        "支払期日: 2026年12月1日",
        "支払不能の金額: 1,000円",
        "支払不能事由: 決済口座の残高不足（第1号）",
    ]
    notice.refresh_from_db()
    assert notice.sent_at == cast.AT


def test_with_the_second_default_the_sanction_is_announced_too(
    claim: Claim, obligor: Party, obligee: Party
) -> None:
    c.claim(obligor, obligee, 1000, due_on=DUE_TOO)
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    for day in (DUE, TOLD_ON, DUE_TOO):
        runs.settle(day, cast.AT)
    assert to_institution() == ["支払不能通知"]
    runs.settle(date(2026, 12, 17), cast.AT)
    assert to_institution() == ["支払不能通知", "支払不能通知", "取引停止通知"]
    sanction = Sanction.objects.get()
    assert (sanction.starts_on, sanction.ends_on) == (date(2026, 12, 17), date(2028, 12, 16))


def test_with_an_objection_no_money_moves_and_nothing_is_announced_or_counted(
    claim: Claim, obligor: Party, obligee: Party
) -> None:
    halt = halted(claim, "breach", deposit_yen=1000)
    assert (halt.objection, halt.deposit_yen, halt.operator) == (True, 1000, "佐藤")
    assert (halt.stated_on, halt.company_id) == (c.TODAY, obligor.company_id)
    assert runs.settle(DUE, cast.AT) == 1
    assert state(claim) == "defaulted"
    assert SettlementResult.objects.get().reason == "契約不履行（第2号、異議申立あり）"
    assert not DefaultNotice.objects.exists()
    runs.settle(TOLD_ON, cast.AT)
    assert to_institution() == []
    told = Notice.objects.filter(what="defaulted").order_by("company_id")
    assert [notice.company_id for notice in told] == [obligor.company_id, obligee.company_id]
    assert set_balance(str(obligor.account), obligor.company_id, None, at=cast.AT) == 10_000


@pytest.mark.parametrize(
    ("ground", "reason", "announced"),
    [
        ("breach", "契約不履行（第2号）", True),
        ("consent", "債権者の同意による中止（第0号）", False),
    ],
)
def test_without_an_objection_the_kind_of_the_ground_decides(
    claim: Claim, ground: str, reason: str, announced: bool
) -> None:
    assert halted(claim, ground).objection is False
    runs.settle(DUE, cast.AT)
    assert (state(claim), SettlementResult.objects.get().reason) == ("defaulted", reason)
    assert DefaultNotice.objects.exists() is announced


def test_a_bankrupt_debtors_claims_are_not_debited_and_not_counted(
    claim: Claim, obligor: Party, obligee: Party
) -> None:
    other = c.claim(obligor, obligee, 500, due_on=DUE)
    others = c.claim(c.party(), obligee, 70, due_on=DUE)
    defaults.halt_debtor(company(obligor), GROUNDS["bankruptcy"], at=cast.AT, origin=COUNTER)
    assert runs.announce_debits(date(2026, 11, 27), cast.AT) == 1
    assert not Notice.objects.filter(what="debit_coming", company_id=obligor.company_id).exists()
    runs.settle(DUE, cast.AT)
    assert [state(row) for row in (claim, other, others)] == ["defaulted", "defaulted", "settled"]
    assert not DefaultNotice.objects.exists()
    assert not Notice.objects.filter(what="halted").exists()


def test_bankruptcy_goes_before_a_dispute(claim: Claim, obligor: Party) -> None:
    halted(claim, "breach")
    defaults.halt_debtor(company(obligor), GROUNDS["bankruptcy"], at=cast.AT, origin=COUNTER)
    runs.settle(DUE, cast.AT)
    assert SettlementResult.objects.get().reason == "破産手続開始などの決定（第0号）"


def test_what_ends_before_the_day_lets_the_money_move(claim: Claim, obligee: Party) -> None:
    halted(claim, "breach", deposit_yen=1000)
    assert runs.announce_debits(date(2026, 11, 27), cast.AT) == 0
    assert ended(claim, "解決").ended_because == "解決"
    assert runs.announce_debits(date(2026, 11, 27), cast.AT) == 1
    runs.settle(DUE, cast.AT)
    assert state(claim) == "settled"
    assert set_balance(str(obligee.account), obligee.company_id, None, at=cast.AT) == 1000


def test_a_debtor_who_may_pay_again_is_debited_again(claim: Claim, obligor: Party) -> None:
    defaults.halt_debtor(company(obligor), GROUNDS["preservation"], at=cast.AT, origin=COUNTER)
    defaults.end_debtors_halt(company(obligor), ENDINGS["解決"], at=cast.AT, origin=COUNTER)
    runs.settle(DUE, cast.AT)
    assert state(claim) == "settled"


@pytest.mark.parametrize(("because", "announced"), [("解決", False), ("取下げ", True)])
def test_an_objection_that_is_given_up_after_the_day_counts_then(
    claim: Claim, because: str, announced: bool
) -> None:
    halted(claim, "fraud", deposit_yen=1000)
    runs.settle(DUE, cast.AT)
    business_day.move_to(date(2026, 12, 10), cast.AT)
    ended(claim, because)
    assert [(n.due_on, n.send_on) for n in DefaultNotice.objects.all()] == (
        [(DUE, date(2026, 12, 10))] if announced else []
    )
    runs.settle(date(2026, 12, 10), cast.AT)
    assert to_institution() == (["支払不能通知"] if announced else [])


def test_everybody_with_a_part_hears_of_a_halt_and_of_its_end_and_the_trail_keeps_both(
    claim: Claim, obligor: Party, obligee: Party
) -> None:
    halted(claim, "breach", deposit_yen=1000)
    ended(claim, "解決")
    told = Notice.objects.filter(what="halted").order_by("pk")
    assert [(notice.company_id, notice.subject) for notice in told] == [
        (obligor.company_id, "口座間送金決済が中止されました"),
        (obligee.company_id, "口座間送金決済が中止されました"),
        (obligor.company_id, "口座間送金決済の中止が終わりました"),
        (obligee.company_id, "口座間送金決済の中止が終わりました"),
    ]
    assert "事由: 契約不履行（第2号、異議申立あり）" in told[0].body
    entries = Entry.objects.filter(event__startswith="transfer.").order_by("pk")
    assert [(e.event, e.company_id, e.user_name, e.target) for e in entries] == [
        ("transfer.halted", obligor.company_id, "佐藤", claim.record_number),
        ("transfer.halt_ended", obligor.company_id, "佐藤", claim.record_number),
    ]
    assert entries[0].detail == {"ground": "breach", "objection": True, "deposit_yen": 1000}


def test_the_story_of_the_claim_tells_it(claim: Claim, obligee: Party) -> None:
    halted(claim, "breach", deposit_yen=1000)
    ended(claim, "解決")
    told = history_of(claim, obligee.company_id)
    assert [(one.on, one.name, one.facts) for one in told[1:]] == [
        (c.TODAY, "口座間送金決済の中止", (("事由", "契約不履行（第2号、異議申立あり）"),)),
        (c.TODAY, "中止の終了", (("理由", "解決"),)),
    ]
    former = access.claim_for(obligee.company_id, claim.record_number)
    former.pk = None  # as `access` hands it to who has no part any more
    assert len(history_of(former, obligee.company_id)) == 1


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a deposit that is not what is open": (
        "breach",
        {"deposit_yen": 999},
        "異議申立預託金は、債権の未払額と同じ1,000円にしてください。",
    ),
    "a deposit of nothing": (
        "breach",
        {"deposit_yen": 0},
        "異議申立預託金は、債権の未払額と同じ1,000円にしてください。",
    ),
    "a remitted deposit but for forgery": (
        "fraud",
        {"remitted": True},
        "「詐取」では、預託の免除はできません。",
    ),
    "a deposit and its remission": (
        "forgery",
        {"remitted": True, "deposit_yen": 1000},
        "「不正作出」では、預託の免除はできません。",
    ),
    "an objection on a ground that has none": (
        "consent",
        {"deposit_yen": 1000},
        "「債権者の同意による中止」（第0号）には異議申立がありません。預託金を付けずに申し出てください。",
    ),
    "a ground of the debtor for one claim": (
        "bankruptcy",
        {},
        "「破産手続開始などの決定」は、債権ではなく債務者について申し出てください（--debtor）。",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_statement_that_cannot_be_changes_nothing(claim: Claim, name: str) -> None:
    ground, deposit, sentence = REFUSED[name]
    before = fingerprint("claims", "notices", "trail")
    with pytest.raises(CannotHalt) as refusal:
        halted(claim, ground, **deposit)
    assert str(refusal.value) == sentence
    assert fingerprint("claims", "notices", "trail") == before


def test_a_forged_claim_needs_no_deposit_where_it_is_remitted(claim: Claim) -> None:
    halt = halted(claim, "forgery", remitted=True)
    assert (halt.objection, halt.deposit_yen) == (True, 0)


def test_a_claim_that_is_not_there_or_not_open_cannot_be_halted(claim: Claim, obligor: Party) -> None:
    with pytest.raises(CannotHalt, match="この記録番号の債権はありません。"):
        defaults.halt_claim(
            f"{obligor.user_number}99999999999", GROUNDS["breach"], at=cast.AT, origin=COUNTER
        )
    runs.settle(DUE, cast.AT)
    with pytest.raises(CannotHalt, match="「決済済」のため"):
        halted(claim, "consent")
    assert not Halt.objects.exists()


def test_a_second_statement_is_refused_while_the_first_stands(claim: Claim, obligor: Party) -> None:
    halted(claim, "breach")
    with pytest.raises(CannotHalt, match="すでに中止されています（契約不履行（第2号））。"):
        halted(claim, "consent")
    defaults.halt_debtor(company(obligor), GROUNDS["bankruptcy"], at=cast.AT, origin=COUNTER)
    with pytest.raises(CannotHalt, match="すでに中止されています"):
        defaults.halt_debtor(company(obligor), GROUNDS["preservation"], at=cast.AT, origin=COUNTER)
    with pytest.raises(CannotHalt, match="債権ごとに"):
        defaults.halt_debtor(company(obligor), GROUNDS["breach"], at=cast.AT, origin=COUNTER)
    assert Halt.objects.count() == 2
    ended(claim, "解決")
    halted(claim, "consent")
    assert Halt.objects.filter(ended_at=None).count() == 2


@pytest.mark.parametrize(("hour", "allowed"), [(14, True), (15, False)])
def test_the_debtor_disputes_until_the_business_day_before(claim: Claim, hour: int, allowed: bool) -> None:
    business_day.move_to(BEFORE, cast.AT)
    at = cast.AT.replace(day=BEFORE.day, hour=hour - 9, minute=0)
    if allowed:
        assert halted(claim, "breach", at=at, deposit_yen=1000).objection
    else:
        with pytest.raises(CannotHalt, match="第2号の申出は、2026年11月30日15時00分に締め切りました。"):
            halted(claim, "breach", at=at, deposit_yen=1000)
        assert halted(claim, "consent", at=at).objection is False


def test_what_has_not_begun_cannot_end(claim: Claim, obligor: Party) -> None:
    with pytest.raises(CannotHalt, match="終えられる口座間送金決済の中止はありません。"):
        ended(claim, "解決")
    with pytest.raises(CannotHalt, match="終えられる"):
        defaults.end_debtors_halt(company(obligor), ENDINGS["解決"], at=cast.AT, origin=COUNTER)


def commanded(name: str, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command(name, *arguments, "--operator", "佐藤")
    return capsys.readouterr().out.strip()


def test_the_commands_do_it(claim: Claim, obligor: Party, capsys: pytest.CaptureFixture[str]) -> None:
    number = claim.record_number
    assert set(STATED) == {ground.label for ground in GROUNDS.values()} - {"決済口座の残高不足"}
    said = commanded("halt_transfer", number, "--reason", "契約不履行", "--deposit", "1000", capsys=capsys)
    assert said == f"口座間送金決済を中止しました: {number}、契約不履行（第2号、異議申立あり）"
    assert commanded("end_halt", number, "--because", "解決", capsys=capsys) == (
        f"中止を終えました（解決）: {number}"
    )
    debtor = ("--debtor", obligor.user_number)
    assert commanded("halt_transfer", *debtor, "--reason", "財産保全処分", capsys=capsys).endswith(
        f"{obligor.name}が債務者のすべての債権、財産保全処分（第0号）"
    )
    commanded("end_halt", *debtor, "--because", "解決", capsys=capsys)
    assert Halt.objects.filter(ended_at=None).count() == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--debtor", "NOBODY123", "--reason", "財産保全処分"), "利用者番号 NOBODY123 の企業はありません"),
        (("--debtor", "NOBODY123", "--reason", "契約不履行", "--remitted"), "債権ごとに申し出てください"),
        (("X", "--reason", "契約不履行"), "この記録番号の債権はありません。何も変わっていません。"),
    ],
)
def test_a_command_says_what_is_wrong(arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("halt_transfer", *arguments, "--operator", "佐藤")
    with pytest.raises(CommandError, match="職員の名前は、40文字以内で指定してください。"):
        call_command("halt_transfer", *arguments, "--operator", "　")


def test_a_death_leaves_nothing_of_a_halt_and_of_a_notice(claim: Claim, obligor: Party) -> None:
    apps = ("claims", "notices", "trail")
    assert every_death_leaves_nothing(lambda: halted(claim, "breach", deposit_yen=1000), *apps) > 2
    assert every_death_leaves_nothing(lambda: ended(claim, "取下げ"), *apps) > 2
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    runs.settle(DUE, cast.AT)
    assert every_death_leaves_nothing(lambda: defaults.announce(TOLD_ON, cast.AT), *apps) > 1
    assert to_institution() == ["支払不能通知"]
    assert list(verify.differences()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: DefaultNotice.objects.update(due_on=date(2026, 1, 5)),
        lambda: DefaultNotice.objects.all().delete(),
        lambda: Halt.objects.update(objection=True),
        lambda: Halt.objects.update(ended_because="別の理由"),
        lambda: Halt.objects.all().delete(),
    ],
)
def test_what_was_stated_and_counted_is_not_rewritten(claim: Claim, change: Callable[[], object]) -> None:
    halted(claim, "breach")
    runs.settle(DUE, cast.AT)
    ended(claim, "解決")
    before = fingerprint("claims")
    with pytest.raises(DatabaseError), transaction.atomic():
        change()
    assert fingerprint("claims") == before


@pytest.mark.django_db(transaction=True)
def test_two_defaults_at_once_make_one_sanction(obligor: Party, obligee: Party) -> None:
    set_balance(str(obligor.account), obligor.company_id, 0, at=cast.AT)
    for day in (DUE, DUE, DUE_TOO, DUE_TOO):
        c.claim(obligor, obligee, 1000, due_on=day)

    def settle() -> None:
        try:
            runs.settle(DUE_TOO, cast.AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=settle) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DefaultNotice.objects.count() == 4
    assert Sanction.objects.get().starts_on == date(2026, 12, 17)
