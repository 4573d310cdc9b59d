"""The rules of requests to the record book, each with the day from which it holds and its source.

Pure data, read by `erec.claims.windows` and `checks` and shown on a page. When the operator of the record
book changes a rule, a row with the new day is added below the old one: what was asked before keeps its rule.
（推定） in a source means that nobody wrote it: we concluded it. See the domain facts §4.1–§4.5.
"""

from dataclasses import dataclass
from datetime import date

from erec.parameters import table

OPENED = date(2013, 2, 18)  # でんさいネットの開業
LONGER = date(2016, 4, 18)  # 業務規程細則の改正: 支払サイトの長期化
IMPROVED = date(2023, 1, 10)  # 機能改善: 1円から、支払期日の3営業日前まで


@dataclass(frozen=True)
class Rule:
    """One rule as it holds since a day. Its statement has `{value}` for the number or `{clock}` for minutes.

    Where `parameter` names a row of `erec.parameters.table`, the institution's number counts instead.
    """

    code: str
    statement: str
    number: int
    unit: str
    since: date
    source: str
    parameter: str = ""

    @property
    def value(self) -> int:
        return table.value(self.parameter) if self.parameter else self.number

    @property
    def sentence(self) -> str:
        """The rule as people read it: 「債権金額は1円以上です。」"""
        hours, minutes = divmod(self.value, 60)
        return self.statement.format(value=f"{self.value:,}{self.unit}", clock=f"{hours}:{minutes:02}")


def _accruals() -> tuple[Rule, ...]:
    return (
        Rule("amount_min_yen", "債権金額は{value}以上です。", 10_000, "円", OPENED, "十六銀行マニュアル98頁"),
        Rule(
            "amount_min_yen",
            "債権金額は{value}以上です。",
            1,
            "円",
            IMPROVED,
            "でんさいネット2022-04-28、桑名三重信金 2022-10-26",
        ),
        Rule(
            "amount_max_yen",
            "債権金額は{value}までです。",
            9_999_999_999,
            "円",
            OPENED,
            "十六銀行マニュアル98頁 10桁",
        ),
        Rule(
            "reservation_months",
            "電子記録年月日は、請求する日から{value}後の同じ日までの銀行営業日です。",
            1,
            "か月",
            OPENED,
            "十六銀行マニュアル98頁、八十二銀行FAQ 4",
        ),
        Rule(
            "cut_off_minutes",
            "当日を電子記録年月日とする請求は、{clock}（締切時刻）までに承認まで終えます。",
            900,
            "分",
            OPENED,
            "北國銀行FAQ 160・161",
            parameter="cut_off_minutes",
        ),
        Rule(
            "due_earliest_days",
            "債務者請求の支払期日は、電子記録年月日の{value}後からです。",
            7,
            "営業日",
            OPENED,
            "十六銀行マニュアル98頁 6営業日後の翌日以降",
        ),
        Rule(
            "due_earliest_days",
            "債務者請求の支払期日は、電子記録年月日の{value}後からです。",
            3,
            "営業日",
            IMPROVED,
            "でんさいネット2022-04-28、みずほ銀行 2022-12-13: 3営業日前の日までを記録日とする",
        ),
        Rule(
            "due_earliest_days_by_obligee",
            "債権者請求の支払期日は、電子記録年月日の{value}後からです。",
            7,
            "営業日",
            OPENED,
            "みずほ銀行 2022-12-13: これまで通り7営業日前まで",
        ),
        Rule(
            "due_latest_months",
            "支払期日は、電子記録年月日の{value}後の同じ日までです。",
            12,
            "か月",
            OPENED,
            "十六銀行マニュアル98頁 1年後の応答日",
            parameter="due_latest_months",
        ),
        Rule(
            "due_latest_months",
            "支払期日は、電子記録年月日の{value}後の同じ日までです。",
            120,
            "か月",
            LONGER,
            "業務規程細則第17条の改正（千葉興業銀行 2016-04-11、西日本シティ銀行 2016-03-14）: 10年まで。"
            "それより短い上限は金融機関が定めます（推定）",
            parameter="due_latest_months",
        ),
        Rule(
            "due_on_holiday_days",
            "支払期日が銀行の休業日のときは、次の営業日が支払期日になります。",
            1,
            "営業日",
            OPENED,
            "北海道銀行Q&A、つくば銀行マニュアル174、十六銀行マニュアル98頁",
        ),
        Rule(
            "answer_days",
            "債権者請求への回答は、記録予定日を含めて{value}以内です。回答がなければ無効になります。",
            5,
            "営業日",
            OPENED,
            "七十七銀行マニュアル4201、北國銀行FAQ 1278",
        ),
        Rule(
            "answer_before_due_days",
            "債権者請求への回答は、支払期日の{value}前までです。",
            7,
            "営業日",
            OPENED,
            "北國銀行FAQ 1278",
        ),
        Rule(
            "accrual_lines_max",
            "1回の発生請求の明細は{value}までです。",
            500,
            "件",
            OPENED,
            "みなと銀行マニュアル8301、名古屋銀行マニュアル4213",
            parameter="accrual_lines_max",
        ),
    )


def _assignments() -> tuple[Rule, ...]:
    return (
        Rule(
            "division_min_yen",
            "分割して譲渡する金額は{value}以上です。",
            10_000,
            "円",
            OPENED,
            "八十二銀行FAQ 4、北海道銀行Q&A",
        ),
        Rule(
            "division_min_yen",
            "分割して譲渡する金額は{value}以上です。",
            1,
            "円",
            IMPROVED,
            "でんさいネット2022-04-28",
        ),
        Rule(
            "assignment_before_due_days",
            "譲渡の電子記録年月日は、支払期日の{value}前までです。",
            7,
            "営業日",
            OPENED,
            "八十二銀行FAQ 4、北海道銀行Q&A: 6営業日前からはできない",
        ),
        Rule(
            "assignment_before_due_days",
            "譲渡の電子記録年月日は、支払期日の{value}前までです。",
            3,
            "営業日",
            IMPROVED,
            "でんさいネット2022-04-28、みずほ銀行 2022-12-13",
        ),
        Rule(
            "assignment_lines_max",
            "1回の譲渡請求の明細は{value}までです。",
            200,
            "件",
            OPENED,
            "清水銀行マニュアル121",
            parameter="assignment_lines_max",
        ),
    )


def _cancellations() -> tuple[Rule, ...]:
    return (
        Rule(
            "cancel_reserved_days",
            "予約の取消は、電子記録年月日の{value}前の締切時刻までです。",
            1,
            "営業日",
            OPENED,
            "北國銀行FAQ 1278 前日15時。前日が休業日のときはその前の営業日（推定）",
        ),
        Rule(
            "cancel_recorded_days",
            "記録された後の取消は、電子記録年月日を含めて{value}目の締切時刻までです。",
            5,
            "営業日",
            OPENED,
            "北國銀行FAQ 1278、八十二銀行FAQ 3、八十二銀行マニュアル4303",
        ),
        Rule(
            "cancel_before_due_days",
            "記録された後の取消は、支払期日の{value}前までです。",
            3,
            "営業日",
            OPENED,
            "北國銀行FAQ 1278、桑名三重信金 2022-10-26。2023年より前は、5営業日目がいつもこれより前",
        ),
    )


def _others() -> tuple[Rule, ...]:
    return (
        Rule(
            "guarantee_answer_days",
            "保証記録への承諾は、承諾依頼の日を含めて{value}以内です。回答がなければ無効になります。",
            5,
            "営業日",
            OPENED,
            "京都信用金庫。15時まで（推定）",
        ),
        Rule(
            "guarantee_before_due_days",
            "保証の電子記録年月日は、支払期日の{value}前までです。",
            1,
            "営業日",
            OPENED,
            "（推定）支払期日より前",
        ),
        Rule(
            "change_before_due_days",
            "変更記録の請求と承諾は、支払期日の{value}前までです。",
            7,
            "営業日",
            OPENED,
            "業務規程細則第23条、でんさいネットFAQ 49、きらぼし銀行マニュアル6001",
        ),
        Rule(
            "change_answer_days",
            "変更記録への承諾は、記録予定日を含めて{value}以内です。回答がなければ無効になります。",
            5,
            "営業日",
            OPENED,
            "きらぼし銀行マニュアル6001、でんさいネットFAQ 49",
        ),
        Rule(
            "change_due_earliest_days",
            "変更後の支払期日は、電子記録年月日の{value}後からです。",
            7,
            "営業日",
            OPENED,
            "（推定）相手方の承諾が要る債権者請求と同じ",
        ),
        Rule(
            "payment_before_due_days",
            "支払等記録は、支払期日の{value}前までです。その後は口座間送金決済が行われます。",
            3,
            "営業日",
            OPENED,
            "信用金庫「でんさいネットのご利用の際の留意事項」",
        ),
        Rule(
            "payment_answer_days",
            "支払等記録への承諾は、承諾依頼の日を含めて{value}以内です。回答がなければ無効になります。",
            5,
            "営業日",
            OPENED,
            "（推定）ほかの承諾と同じ",
        ),
    )


def _defaults() -> tuple[Rule, ...]:
    """支払不能 and what follows it (domain facts §4.8)."""
    return (
        Rule(
            "objection_before_due_days",
            "異議申立は、支払期日の{value}前までに、債権金額と同じ額を預けて行います。",
            1,
            "営業日",
            OPENED,
            "信用金庫の利用規定の条項「異議申立」: 支払期日の前営業日まで。15時までは（推定）",
        ),
        Rule(
            "default_notice_days",
            "支払不能の通知は、支払期日の{value}後に参加金融機関へ送ります。",
            3,
            "営業日",
            OPENED,
            "（推定）東京手形交換所規則第64条: 交換日から起算して営業日4日目",
        ),
        Rule(
            "assignment_after_due_days",
            "支払不能になった債権の譲渡の電子記録年月日は、支払期日の{value}後からです。",
            3,
            "営業日",
            OPENED,
            "でんさいネットFAQ 34: 支払期日から起算して3銀行営業日を経過した日以降。分割はできません",
        ),
        Rule(
            "sanction_within_months",
            "支払不能が{value}以内に2回になると、取引停止処分になります。同じ日の支払不能は1回と数えます。",
            6,
            "か月",
            OPENED,
            "でんさいネットFAQ 67、八十二銀行FAQ 8",
        ),
        Rule(
            "sanction_starts_days",
            "取引停止処分は、2回目の支払不能の支払期日の{value}後に始まります。",
            3,
            "営業日",
            OPENED,
            "でんさいネットFAQ 72: 支払期日から起算して3銀行営業日を経過した日から",
        ),
        Rule(
            "sanction_lasts_months",
            "取引停止処分は{value}続きます。その間の支払不能では長くなりません。",
            24,
            "か月",
            OPENED,
            "でんさいネットFAQ 72: 2年後の応当日の前日まで",
        ),
    )


RULES: tuple[Rule, ...] = (
    *_accruals(),
    *_assignments(),
    *_cancellations(),
    *_others(),
    *_defaults(),
)
_BY_CODE = {rule.code: [other for other in RULES if other.code == rule.code] for rule in RULES}


def rules_on(day: date) -> list[Rule]:
    """The rules that hold on `day`, one a code, in the table's order."""
    newest = {
        rule.code: rule for rule in RULES if rule.since <= day
    }  # a code's rows stand in their days' order
    return list(newest.values())


def value_on(code: str, day: date) -> int:
    """The number of one rule on `day`: `value_on("amount_min_yen", date(2023, 1, 9))` is 10,000.

    Before the record book opened, its first rules count. Raises KeyError for a code that is no rule.
    """
    held = [rule for rule in _BY_CODE[code] if rule.since <= day]
    return (held[-1] if held else _BY_CODE[code][0]).value
