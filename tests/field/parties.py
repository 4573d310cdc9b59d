"""The rules without a number: who may ask for what, of which claim, and what is seen of it."""

from collections.abc import Iterator
from datetime import date

from accounts.models import USER_NUMBER_PATTERN
from erec.claims.instructions import Cause
from erec.claims.models import RECORD_NUMBER_PATTERN
from erec.partners.forms import PartnerForm
from erec.workflow.forms.fields import ReferenceField
from tests.erec.claims import cast_claims as c
from tests.erec.claims.cast_checks import cancelling, clock, codes, plain
from tests.field import cases
from tests.field.cases import FIRST_AFTER, LATER
from tests.field.rows import SOON, TODAY, Row, accepts, at, rule


def rows() -> Iterator[Row]:
    hkk, jrk, eight = "北國銀行FAQ 1278", "十六銀行マニュアル98頁", "八十二銀行FAQ 4"
    dn34, dn49, dn67 = "でんさいネットFAQ 34", "でんさいネットFAQ 49", "でんさいネットFAQ 67"
    yield rule(
        "4.1",
        "電子記録年月日は銀行営業日です。",
        jrk,
        lambda on: not codes(plain(record_on=on)),
        date(2026, 11, 24),
        date(2026, 11, 23),
    )
    yield rule("4.1", "自社への発生記録はできません。", "（推定）", cases.other_than_oneself, "other", "own")
    yield rule(
        "4.1",
        "記録された発生は、債権者だけが取り消せます。",
        hkk,
        cases.cancels("accrual"),
        "first",
        "obligor",
    )
    yield rule(
        "4.1",
        "発生の予約は、債務者も取り消せます。",
        hkk,
        cases.cancels("accrual", record_on=LATER),
        "obligor",
        "second",
    )
    yield rule(
        "4.1",
        "債務者が承諾した債権者請求は、だれも取り消せません。",
        hkk,
        lambda by_obligee: accepts(lambda n, o, h: cancelling(n, "accrual", h), by_obligee=by_obligee),
        False,
        True,
    )
    yield rule(
        "4.1",
        "譲渡制限のある債権は、金融機関だけに譲渡できます。",
        "北國銀行FAQ 161",
        cases.restricted_goes_to,
        True,
        False,
    )
    yield rule(
        "4.2",
        "譲渡は、債権者だけができます。",
        eight,
        lambda who: accepts(lambda n, o, h: c.assignment(n, {"holder": h, "obligor": o}[who], c.party())),
        "holder",
        "obligor",
    )
    yield rule(
        "4.2",
        "分割して譲渡する金額は、債権金額より小さい額です。",
        eight,
        lambda yen: accepts(lambda n, o, h: c.assignment(n, h, c.party(), yen)),
        999_999,
        1_000_000,
    )
    yield rule(
        "4.2",
        "譲渡人は、譲渡と一緒に保証人になります。",
        "清水銀行マニュアル121",
        cases.is_guarantor_after_assignment,
        "assignor",
        "obligor",
    )
    yield rule(
        "4.2", "譲渡の予約がある債権に、次の譲渡の予約はできません。", eight, cases.assigns_again, None, LATER
    )
    yield rule(
        "4.2",
        "発生の予約中の債権の譲渡は、発生日以降の日付でできます。",
        eight,
        lambda on: accepts(lambda n, o, h: c.assignment(n, h, c.party(), record_on=on), record_on=LATER),
        LATER,
        date(2026, 11, 26),
    )
    yield rule(
        "4.2",
        "譲渡人が取り消せるのは、予約だけです。",
        "八十二銀行マニュアル4303",
        cases.reserved_assignment_cancelled_by,
        "first",
        "third",
    )
    yield rule(
        "4.2",
        "記録された譲渡は、譲受人だけが取り消せます。",
        "八十二銀行マニュアル4303",
        cases.cancels("assignment"),
        "second",
        "first",
    )
    yield rule("4.2", "支払不能の債権は、全額だけ譲渡できます。", dn34, cases.defaulted_moves, None, 1)
    yield rule(
        "4.2", "異議申立の手続が終わるまで、譲渡できません。", dn34, cases.moves_after_objection, True, False
    )
    yield rule("4.2", "支払等記録のある債権は、譲渡できません。", dn34, cases.moves_after_payment_of, 0, 1)
    yield rule(
        "4.3",
        "変更は、発生記録だけの債権でできます。",
        dn49,
        cases.changes_after,
        "nothing",
        "assignment",
    )
    yield rule(
        "4.3",
        "変更は、債務者と債権者だけができます。",
        "きらぼし銀行マニュアル6001",
        lambda who: accepts(
            lambda n, o, h: c.change(n, o if who == "obligor" else c.party(), h, amount_yen=1)
        ),
        "obligor",
        "third",
    )
    yield rule(
        "4.3",
        "今と同じ値への変更はできません。",
        "（推定）",
        lambda yen: accepts(lambda n, o, h: c.change(n, o, h, amount_yen=yen)),
        999_999,
        1_000_000,
    )
    for who in ("obligor", "holder", "guarantor"):
        words = f"債務者、債権者、すでに保証人である企業は、保証人になれません（{who}）。"
        yield rule("4.4", words, "京都信用金庫", cases.guarantees, "third", who)
    yield rule(
        "4.4",
        "保証は、求償が自社に戻るときはできません。",
        "電子記録債権法第35条",
        cases.guarantee_in_a_circle,
        False,
        True,
    )
    yield rule(
        "4.5",
        "支払等の金額は、残りの金額までです。",
        "つくば銀行マニュアル174",
        lambda yen: accepts(lambda n, o, h: c.payment(n, o, h, yen)),
        1_000_000,
        1_000_001,
    )
    yield rule(
        "4.5",
        "支払った側の請求には、相手の承諾が要ります。",
        "足利銀行マニュアル1001",
        cases.payment_needs_consent,
        True,
        False,
    )
    yield rule(
        "4.5",
        "支払った保証人は、特別求償権を持ちます。",
        "電子記録債権法第35条",
        cases.has_recourse,
        "guarantor",
        "obligor",
    )
    yield rule(
        "4.5",
        "特別求償権は、債務者と前の保証人に対する権利です。",
        "電子記録債権法第35条",
        cases.recourse_is_paid_by,
        "first",
        "third",
    )
    yield rule(
        "4.5",
        "口座間送金決済の3営業日後に、支払等が記録されます。",
        "（推定）周辺の日数",
        cases.recorded_by_the_run_of,
        FIRST_AFTER,
        date(2026, 12, 3),
    )
    yield rule(
        "4.5",
        "混同は、債務者が債権者になったときだけの原因です。",
        "電子記録債権法第22条",
        lambda cause: accepts(lambda n, o, h: c.payment(n, o, h, 1, cause=cause)),
        Cause.SET_OFF,
        Cause.MERGER,
    )
    yield rule(
        "4.6",
        "利用者番号は、I・O・Zを除く英大文字と数字の9桁です。",
        "domain facts §4.6",
        cases.shaped(USER_NUMBER_PATTERN),
        "ABCDEFGH1",
        "ABCDEFGI1",
    )
    yield rule(
        "4.6",
        "記録番号は、利用者番号と数字11桁の20桁です。",
        "標準フォーマットセット例 集信1",
        cases.shaped(RECORD_NUMBER_PATTERN),
        "98765432100000100017",
        "9876543210000010001",
    )
    yield rule(
        "4.6",
        "依頼人Ref.No.は、40文字までです。",
        "XML 1.3",
        cases.valid(ReferenceField()),
        "1" * 40,
        "1" * 41,
    )
    yield rule(
        "4.7",
        "指定許可では、登録した企業の請求だけを受けます。",
        "e-daiki densai 50",
        cases.takes_from,
        True,
        False,
    )
    yield rule(
        "4.8",
        "残高が1円でも足りないと、支払不能です。",
        "北海道銀行Q&A",
        cases.is_paid_with,
        1000,
        999,
    )
    yield rule(
        "4.8",
        "同じ日の支払不能は、1回と数えます。",
        dn67,
        cases.free_after_defaults_on,
        (SOON, SOON),
        (date(2026, 11, 30), SOON),
    )
    yield rule("4.8", "第0号事由は、通知されません。", dn67, cases.stays_unannounced, "consent", "breach")
    yield rule(
        "4.8",
        "第2号事由は、異議申立があれば通知されません。",
        dn67,
        lambda yen: cases.stays_unannounced("breach", yen),
        1000,
        None,
    )
    yield rule(
        "4.8",
        "取引停止処分の間、債務者の発生記録はできません。",
        dn67,
        lambda sanctioned: not codes(c.accrual(cases.company(sanctioned), c.party())),
        False,
        True,
    )
    yield rule(
        "4.8",
        "取引停止処分の間、債権者からの請求もできません。",
        dn67,
        lambda sanctioned: not codes(c.accrual(cases.company(sanctioned), c.party(), by_obligee=True)),
        False,
        True,
    )
    yield rule(
        "4.8",
        "取引停止処分の間、保証人になれません。",
        dn67,
        lambda sanctioned: accepts(lambda n, o, h: c.guarantee(n, h, cases.company(sanctioned))),
        False,
        True,
    )
    yield rule(
        "4.8",
        "取引停止処分の間も、債権者にはなれます。",
        dn67,
        lambda role: not codes(c.accrual(*cases.by_role(role))),
        "obligee",
        "obligor",
    )
    yield rule(
        "4.8c",
        "債権を見られるのは、関係する企業だけです。",
        "八十二銀行FAQ 6",
        cases.sees,
        "obligor",
        "third",
    )
    yield rule(
        "4.8c",
        "譲渡人は、その譲渡の当事者だけに示されます。",
        "八十二銀行FAQ 6",
        cases.is_shown_the_assignor,
        "second",
        "third",
    )
    yield rule(
        "4.8d",
        "債務者の決済口座を当座預金に限る金融機関があります。",
        "桐生信用金庫、湊信用金庫",
        cases.accrues_from,
        "2",
        "1",
        parameters={"debtor_current_account_only": 1},
    )
    yield rule(
        "4.9",
        "当日分の締切は、金融機関が決めます。",
        "北海道銀行、RYUI",
        lambda moment: not codes(plain(), clock(moment)),
        at(TODAY, "09:59"),
        at(TODAY, "10:00"),
        parameters={"cut_off_minutes": 600},
    )
    yield rule(
        "4.11",
        "取引先の登録名は、全角60文字までです。",
        "佐賀信用金庫 ECSS2",
        cases.valid(PartnerForm().fields["registered_name"]),
        "あ" * 60,
        "あ" * 61,
    )
