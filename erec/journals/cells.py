"""Entries as the rows of PCA's 仕訳データ: 42, 34 or 22 cells a line, in the order of the document.

Codes and names are the company's settings of now. Amounts include the tax (税込) and say so where there is
any: 税計算モード 1 (内税) with the tax that is in the amount; a side without an account has neither.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from erec.accounting.access import partner_codes_of
from erec.accounting.models import CompanyAccount, Department, LedgerAccount, PrintedName, SubAccount
from erec.formats import windows31j
from erec.formats.pca import Row, Table, find
from erec.journals.access import accounts_of
from erec.journals.models import AccountOfRole, Calendar, Entry, EntryLine, Export
from erec.journals.roles import USUAL, Role, Sub

TITLE = "仕訳データ"
NO_TAX = "00"
# What of 100 the tax is, by the code's second place: seen are …5 10%, …6 軽減8%, …4 8%. Of others mode and
# tax are left empty, and the accounting software takes those of its own master (the document's ※6).
RATES = {"5": 10, "6": 8, "4": 8}
# 和暦 as 数字１ writes it, newest first: the year 1 begins on that day.
ERAS = (date(2019, 5, 1), date(1989, 1, 8))
MEMO_HALF = 256


@dataclass(frozen=True)
class Account:
    """One side of a line, as codes and names."""

    department_code: str = ""
    department_name: str = ""
    code: str = ""
    name: str = ""
    sub_code: str = ""
    sub_name: str = ""
    tax_code: str = ""


@dataclass(frozen=True)
class Amount:
    """Yen as cells; empty where the side has no account."""

    mode: str = ""
    yen: str = ""
    tax: str = ""


class Names:
    """Everything that stands for roles, partners and own accounts in one company's books, read once."""

    def __init__(self, company_id: int) -> None:
        self.roles: Mapping[str, AccountOfRole] = accounts_of(company_id)
        self.codes = partner_codes_of(company_id)
        printed = PrintedName.objects.filter(company_id=company_id).exclude(printed="")
        self.printed = {
            (n, name): text for n, name, text in printed.values_list("user_number", "name", "printed")
        }
        self.own = {
            f"{row.bank_code}-{row.branch_code}-{row.kind}-{row.number}": row
            for row in CompanyAccount.objects.filter(company_id=company_id).exclude(ledger_code="")
        }
        ledger = LedgerAccount.objects.filter(company_id=company_id)
        self.ledger = dict(ledger.values_list("code", "name"))
        subs = SubAccount.objects.filter(company_id=company_id)
        departments = Department.objects.filter(company_id=company_id)
        self.departments = dict(departments.values_list("code", "name"))
        self.subs = {(a, code): name for a, code, name in subs.values_list("account_code", "code", "name")}

    def account(self, role: str, number: str, name: str, own: str) -> Account:
        """Raises KeyError for a role that has no account yet."""
        if role == Role.BANK and own in self.own:
            return self._of_company_account(self.own[own])
        row = self.roles[role]
        sub_code, sub_name = row.sub_code, self.subs.get((row.code, row.sub_code), "")
        if USUAL[Role(role)].sub is Sub.PARTNER and number in self.codes:
            sub_code = self.codes[number]
            sub_name = self.subs.get((row.code, sub_code)) or self.printed.get((number, name), "")
        department = self.departments.get(row.department_code, "")
        return Account(row.department_code, department, row.code, row.name, sub_code, sub_name, row.tax_code)

    def _of_company_account(self, row: CompanyAccount) -> Account:
        name = self.ledger.get(row.ledger_code, "")
        sub_name = self.subs.get((row.ledger_code, row.sub_code), "")
        return Account("", "", row.ledger_code, name, row.sub_code, sub_name, NO_TAX)

    def has(self, role: str, own: str) -> bool:
        return role in self.roles or (role == Role.BANK and own in self.own)


def table_of(format: str) -> Table:
    return find(TITLE, format=format)


def rows(
    entries: Iterable[Entry],
    lines: Mapping[int, Sequence[EntryLine]],
    names: Names,
    *,
    format: str,
    calendar: str,
) -> Iterator[Row]:
    """The lines of each entry, one after the other. The entries have their 伝票番号."""
    row = _ROWS[format]
    for entry in entries:
        for line in lines[entry.pk]:
            debit = _side(names, line.debit, line.debit_number, line.debit_name, entry.account)
            credit = _side(names, line.credit, line.credit_number, line.credit_name, entry.account)
            yield row(
                _Cells(
                    day=f"{entry.on:%Y%m%d}",
                    number=str(entry.voucher_number),
                    debit=debit,
                    credit=credit,
                    debited=_amount(debit, line.debit_yen),
                    credited=_amount(credit, line.credit_yen),
                    memo=memo_of(entry, names),
                    due=_due(line.due_on, calendar),
                    record=entry.record_number if line.is_increase else "",
                )
            )


def memo_of(entry: Entry, names: Names) -> str:
    """摘要 with the other company's name: as recorded where Windows-31J has its characters, else 印字名."""
    pair = (entry.partner_number, entry.partner_name)
    recorded = "" if windows31j.unencodable(entry.partner_name) else entry.partner_name
    name = recorded or names.printed.get(pair, "")
    whole = f"{entry.memo} {name}".rstrip()
    return whole if windows31j.width(whole) <= MEMO_HALF else entry.memo


@dataclass(frozen=True)
class _Cells:
    day: str
    number: str
    debit: Account
    credit: Account
    debited: Amount
    credited: Amount
    memo: str
    due: str
    record: str


def _side(names: Names, role: str, number: str, name: str, own: str) -> Account:
    return names.account(role, number, name, own) if role else Account()


def _amount(account: Account, yen: int) -> Amount:
    if not account.code:
        return Amount()
    if account.tax_code == NO_TAX:
        return Amount("0", str(yen), "0")
    rate = RATES.get(account.tax_code[-1:])
    return Amount("1", str(yen), str(tax_in(yen, rate))) if rate else Amount("", str(yen), "")


def tax_in(yen: int, rate: int) -> int:
    """The tax that is in an amount, fractions of a yen cut off. Worked example: 1,099 yen at 10%: 99."""
    tax = abs(yen) * rate // (100 + rate)
    return tax if yen > 0 else -tax


def _due(on: date | None, calendar: str) -> str:
    """数字１: 260731 for 2026-07-31, as 和暦 080731."""
    if on is None:
        return ""
    if calendar == Calendar.GREGORIAN:
        return f"{on:%y%m%d}"
    begins = next(first for first in ERAS if on >= first)
    return f"{on.year - begins.year + 1:02}{on:%m%d}"


def _x(c: _Cells) -> Row:
    half = (_x_side(c.debit, c.debited), _x_side(c.credit, c.credited))
    return (c.day, c.number, "21", "0", *half[0], *half[1], c.memo, c.due, c.record, "1", *[""] * 12)


def _x_side(a: Account, amount: Amount) -> tuple[str, ...]:
    department = (a.department_code, a.department_name)
    names = (a.code, a.name, a.sub_code, a.sub_name, a.tax_code, "")
    return (amount.mode, *department, *names, amount.yen, amount.tax)


def _old_side(a: Account, amount: Amount) -> tuple[str, ...]:
    names = (a.department_code, a.code, a.name, a.sub_code, a.sub_name, a.tax_code)
    return (*names, amount.yen, amount.tax)


def _mode(c: _Cells) -> str:
    return max(c.debited.mode, c.credited.mode)


def _eight(c: _Cells) -> Row:
    sides = (*_old_side(c.debit, c.debited), *_old_side(c.credit, c.credited))
    # 配賦基準番号 is 0 for all; the other 配賦 cells are empty.
    shares = ("", "", "", "0", "", "", "", "")
    head = ("#2", c.day, c.number, _mode(c), "1", "0")
    return (*head, *sides, c.due, c.record, c.memo, "KOKUYO", *shares)


def _old(c: _Cells) -> Row:
    sides = (*_old_side(c.debit, c.debited), *_old_side(c.credit, c.credited))
    return (c.day, c.number, _mode(c), *sides, c.due, c.record, c.memo)


_ROWS: Mapping[str, Callable[[_Cells], Row]] = {
    Export.Format.X: _x,
    Export.Format.EIGHT: _eight,
    Export.Format.OLD: _old,
}
