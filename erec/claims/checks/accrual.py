"""What is wrong with a 発生記録 (domain facts §4.1)."""

from collections.abc import Iterator

from accounts.models import SettlementAccount
from erec.claims import windows
from erec.claims.checks.common import Facts, Problem, amount_within, day, record_on_open
from erec.claims.instructions import Accrual
from erec.parameters import table
from erec.parameters.business_day import Today


def found(accrual: Accrual, facts: Facts, today: Today) -> Iterator[Problem]:
    if accrual.obligor.company_id == accrual.obligee.company_id:
        yield Problem("user_number", "own_company", "自社は相手先にできません。取引先を選んでください。")
    yield from amount_within(accrual.amount_yen, "amount_min_yen", today)
    yield from record_on_open(accrual.record_on, today)
    yield from _due_on(accrual, today)
    if facts.sanctioned(accrual.obligor.company_id, today.date, accrual.record_on):
        yield _sanction(accrual)
    current_only = table.value("debtor_current_account_only")
    if current_only and accrual.obligor.account.kind != SettlementAccount.Kind.CURRENT:
        field = "user_number" if accrual.by_obligee else "account"
        yield Problem(field, "not_current", "債務者の決済口座は、当座預金の口座を選んでください。")


def _due_on(accrual: Accrual, today: Today) -> Iterator[Problem]:
    """Judged for a 電子記録年月日 that is possible, so that a wrong one does not make two problems of one."""
    window = windows.record_dates(today)
    record_on = min(max(accrual.record_on, window.first), window.last)
    first = windows.earliest_due(record_on, by_obligee=accrual.by_obligee)
    last = windows.latest_due(record_on)
    if not first <= accrual.due_on <= last:
        sentence = f"支払期日は、{day(first)}から{day(last)}までの日付を入力してください。"
        yield Problem("due_on", "due_on_window", sentence)


def _sanction(accrual: Accrual) -> Problem:
    """取引停止処分 (domain facts §4.8): the debtor is told why, the creditor only that it cannot be."""
    if accrual.by_obligee:
        sentence = "この債務者への請求は、今は記録できません。債務者に確認してください。"
        return Problem("user_number", "obligor_unavailable", sentence)
    sentence = "取引停止処分の期間中のため、債務者としての請求はできません。取引店に連絡してください。"
    return Problem("account", "sanctioned", sentence)
