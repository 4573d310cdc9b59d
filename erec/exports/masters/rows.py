"""Rows of the four masters. What the accounting software has already (by the last import) is left out, but
for a 補助科目 whose name is now printed otherwise.

What is not known stays empty, or has the layout's own 初期値. Items that need not be there and do not fit
stay empty and are told as a note; nothing is cut.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Company, SettlementAccount, User
from erec.accounting import access, codes, printing
from erec.accounting.codes import Origin, Proposal
from erec.accounting.kana import company_kana, half_kana
from erec.accounting.models import CompanyAccount, Kind, LedgerAccount, Payee, SubAccount
from erec.formats import pca, windows31j
from erec.partners import banks
from erec.partners.access import partners_of

Row = tuple[str, ...]


@dataclass
class Made:
    """Rows, what must be settled before, and what stays empty."""

    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def filled(table: pca.Table, cells: Mapping[int, str]) -> Row:
    """A row of these cells by position; the others have their 初期値."""
    return tuple(cells.get(item.position, item.initial) for item in table.fields)


NO_ACCOUNTS = "取引先を補助科目にする勘定科目が、決まっていません。"
NO_PARTNERS = "取引先がまだ登録されていません。"
UNREGISTERED = "{count}社の補助科目コードが、登録されていません。"
UNPRINTED = "{count}社の印字名が、決まっていません。"
NO_PAYING_ACCOUNT = "振込に使う会社口座を選んでください。"
NO_CODE_LEFT = "会社口座コード（01から99）に、空きがありません。"
LONG_NAME = "{name}の正式名は長いか使えない文字があるため、{used}を入れます。"
OTHER_KIND = "{name}の口座（{account}）は、預金種目がその他です。振込先にできないため、出力しません。"
WIDE_BANK = "{name}は項目の幅に入らないため、名前を空にします。コードは入ります。"

FULL_NAME, BANK_NAME, BRANCH_NAME = 40, 20, 24  # the layouts' widths, in half-width cells


def sub_accounts(company: Company, made: Made, partners: "Partners") -> None:
    """補助科目 of each chosen 勘定科目: partners that it has not yet, or under another 印字名."""
    span = codes.range_of(company.pk)
    if not span.account_codes:
        made.missing.append(NO_ACCOUNTS)
    table = pca.find(Kind.SUB_ACCOUNTS.label)
    there = _by_code(company.pk)
    titles = _account_names(company.pk)
    for account in span.account_codes:
        for partner in partners.ready:
            cells = {
                1: account,
                2: titles.get(account, ""),
                3: partner.code,
                4: partners.printed[partner.user_number],
                5: index_of(partner.kana),
                6: partners.full_name(partner, made),
                7: partner.kana,
            }
            row = _beside(there.get((account, partner.code)), filled(table, cells), cells[4])
            if row is not None:
                made.rows.append(row)


def index_of(kana: str) -> str:
    """ｶﾅ索引: the first five letters of the name's own フリガナ, without what stands for 株式会社."""
    own = kana.rpartition(")")[2] if ")" in kana[:4] else kana.partition("(")[0]
    return windows31j.cut(own.strip(), 5)


def _beside(old: SubAccount | None, new: Row, printed: str) -> Row | None:
    """The new row; of one that is there only what changed, its 補助科目名; nothing where that is the same."""
    if old is None:
        return new
    return None if old.name == printed else (*old.cells[:3], printed, *old.cells[4:])


def _by_code(company_id: int) -> dict[tuple[str, str], SubAccount]:
    rows = access.masters_of(company_id, Kind.SUB_ACCOUNTS)
    return {(row.account_code, row.code): row for row in rows if isinstance(row, SubAccount)}


def _account_names(company_id: int) -> dict[str, str]:
    rows = access.masters_of(company_id, Kind.LEDGER_ACCOUNTS)
    return {row.code: row.name for row in rows if isinstance(row, LedgerAccount)}


def payees(company: Company, made: Made, partners: "Partners", *, paid_from: str) -> None:
    """振込先: each partner's 決済口座 that it has not yet, paid from the 会社口座 `paid_from`."""
    paying = dict(paying_accounts(company))
    if paid_from not in paying:
        made.missing.append(NO_PAYING_ACCOUNT)
        return
    table = pca.find(Kind.PAYEES.label)
    there = {
        (row.code, row.bank_code, row.branch_code, row.kind, row.number.zfill(8))
        for row in access.masters_of(company.pk, Kind.PAYEES)
        if isinstance(row, Payee)
    }
    codes_of = {partner.user_number: partner for partner in partners.ready}
    for row in partners_of(company.pk).filter(user_number__in=codes_of).order_by("user_number", "pk"):
        partner = codes_of[row.user_number]
        if row.kind == SettlementAccount.Kind.OTHER:
            made.notes.append(OTHER_KIND.format(name=row.name, account=row.account_label))
        elif (partner.code, row.bank_code, row.branch_code, row.kind, row.number.zfill(8)) not in there:
            cells = {
                1: partner.code,
                2: partners.printed[row.user_number],
                4: partners.full_name(partner, made),
                5: partner.kana,
                6: paid_from,
                7: paying[paid_from],
                8: row.bank_code,
                9: _bank_name(row.bank_name, BANK_NAME, made),
                10: row.branch_code,
                11: _bank_name(row.branch_name, BRANCH_NAME, made),
                12: row.number,
                13: row.kind,
            }
            made.rows.append(filled(table, cells))


def company_accounts(company: Company, made: Made) -> None:
    """会社口座 (version 5): own 決済口座 that it has not yet, each with the next free code."""
    table = pca.find(Kind.COMPANY_ACCOUNTS.label)
    for account, code in _new_codes(company):
        if not code:
            made.missing.append(NO_CODE_LEFT)
            return
        bank_code, branch_code = account.bank_code, account.branch_code
        cells = {
            1: code,
            2: account_name(account),
            3: bank_code,
            4: _bank_name(banks.bank_name(bank_code), BANK_NAME, made),
            5: half_kana(banks.bank_kana(bank_code)) or "",
            6: branch_code,
            7: _bank_name(banks.branch_name(bank_code, branch_code), BRANCH_NAME, made),
            8: half_kana(banks.branch_kana(bank_code, branch_code)) or "",
            9: account.kind,
            10: account.number,
            12: company.name if not printing.reasons(company.name, half=FULL_NAME) else "",
            13: company_kana(company.name),
        }
        made.rows.append(filled(table, cells))


def users(company: Company, made: Made) -> None:
    """システムユーザー: everybody who is not deleted, as 一般ユーザー; who is stopped as 無効.

    Nobody becomes システム管理者 by a file of ours: that is for the other system's administrator to give.
    """
    table = pca.find("システムユーザー")
    for user in User.objects.filter(company=company).exclude(status=User.Status.DELETED).order_by("login_id"):
        short = windows31j.cut(user.name.replace("\u3000", " ").split(" ")[0], 6)
        cells = {1: user.login_id, 2: user.name, 3: short, 5: "0" if user.status == "active" else "1"}
        made.rows.append(filled(table, cells))


class Partners:
    """The company's partners with their codes and printed names; what is missing is said to `made`."""

    def __init__(self, company: Company, made: Made, *, at: datetime) -> None:
        found = codes.proposals(company.pk)
        fitted = printing.fit(company.pk, [(one.user_number, one.name) for one in found], at=at)
        self.printed = {number: text for (number, _), text in fitted.printed.items()}
        registered = [one for one in found if one.origin is Origin.REGISTERED]
        self.ready = [one for one in registered if one.user_number in self.printed]
        self.noted: set[str] = set()
        made.missing += [NO_PARTNERS] if not found else []
        if count := len(found) - len(registered):
            made.missing.append(UNREGISTERED.format(count=count))
        if fitted.waiting:
            made.missing.append(UNPRINTED.format(count=len(fitted.waiting)))

    def full_name(self, partner: Proposal, made: Made) -> str:
        """The recorded name, or what is printed for it where that cannot stand in 40 cells."""
        if not printing.reasons(partner.name, half=FULL_NAME):
            return partner.name
        used = self.printed[partner.user_number]
        if partner.user_number not in self.noted:
            made.notes.append(LONG_NAME.format(name=partner.name, used=f"印字名「{used}」"))
            self.noted.add(partner.user_number)
        return used


def paying_accounts(company: Company) -> list[tuple[str, str]]:
    """会社口座 by code: those that were read, and own ones as this service would put them out."""
    rows = access.masters_of(company.pk, Kind.COMPANY_ACCOUNTS)
    known = [(row.code, row.name) for row in rows if isinstance(row, CompanyAccount)]
    return known + [(code, account_name(account)) for account, code in _new_codes(company) if code]


def account_name(account: SettlementAccount) -> str:
    """「いちまる信用金庫 本店 当座 0123456」; where that is too long, without the bank, then by codes."""
    tail = f"{account.get_kind_display()} {account.number}"
    branch = banks.branch_name(account.bank_code, account.branch_code) or account.branch_code
    longest = f"{banks.bank_name(account.bank_code)} {branch} {tail}"
    for name in (longest.strip(), f"{branch} {tail}"):
        if not printing.reasons(name, half=FULL_NAME):
            return name
    return f"{account.bank_code} {account.branch_code} {tail}"


def _new_codes(company: Company) -> Iterator[tuple[SettlementAccount, str]]:
    """Own accounts that were not read from a file, with free codes; none left: an empty one."""
    rows = [r for r in access.masters_of(company.pk, Kind.COMPANY_ACCOUNTS) if isinstance(r, CompanyAccount)]
    there = {(row.bank_code, row.branch_code, row.kind, row.number.zfill(8)) for row in rows}
    taken = {row.code for row in rows}
    free = (code for number in range(1, 100) if (code := f"{number:02d}") not in taken)
    for account in SettlementAccount.objects.filter(company=company):
        if (account.bank_code, account.branch_code, account.kind, account.number.zfill(8)) not in there:
            yield account, next(free, "")


def _bank_name(name: str, half: int, made: Made) -> str:
    """Of a bank or a branch; empty, with a note, where it is too wide for its item."""
    if windows31j.width(name) <= half:
        return name
    note = WIDE_BANK.format(name=name)
    made.notes += [] if note in made.notes else [note]
    return ""
