"""The masters as a table: which layout, what a row is told apart by, which column holds which item.

Widths, required marks and choices are the layout's own (erec.formats.pca); here stands only what this
service reads out of a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from erec.accounting.models import (
    CompanyAccount,
    Department,
    Kind,
    LedgerAccount,
    Master,
    Payee,
    SubAccount,
)


@dataclass(frozen=True)
class Layout:
    """`columns`: the model's field by the position of the layout's item, from 1. `key` is unique."""

    model: type[Master]
    key: tuple[str, ...]
    columns: Mapping[int, str]


MASTERS: Mapping[Kind, Layout] = {
    Kind.LEDGER_ACCOUNTS: Layout(
        LedgerAccount,
        ("code",),
        {
            2: "code",
            3: "name",
            4: "kana",
            5: "full_name",
            6: "side",
            7: "debit_tax_code",
            9: "credit_tax_code",
        },
    ),
    Kind.SUB_ACCOUNTS: Layout(
        SubAccount,
        ("account_code", "code"),
        {1: "account_code", 3: "code", 4: "name", 5: "kana", 6: "full_name"},
    ),
    Kind.DEPARTMENTS: Layout(Department, ("code",), {1: "code", 2: "name"}),
    Kind.COMPANY_ACCOUNTS: Layout(
        CompanyAccount,
        ("code",),
        {
            1: "code",
            2: "name",
            3: "bank_code",
            6: "branch_code",
            9: "kind",
            10: "number",
            40: "ledger_code",
            42: "sub_code",
        },
    ),
    Kind.PAYEES: Layout(
        Payee,
        ("code", "bank_code", "branch_code", "kind", "number"),
        {
            1: "code",
            2: "name",
            6: "company_account_code",
            8: "bank_code",
            10: "branch_code",
            12: "number",
            13: "kind",
        },
    ),
}

# How the file's cells are parted: PCA's own names for it (older PCA layout document, Ver.2.00).
PROFILES = [
    ("quoted", "カンマ区切り（文字列を引用符で囲む）"),
    ("bare", "CSV（文字列を囲まない）"),
    ("tab", "タブ区切り"),
]

IMPORT_BYTES_MAX = 1_000_000  # the edge takes no larger body
IMPORT_LINES_MAX = 20_000
FILE_NAME_MAX = 100

CELL = 14  # half-width cells of a name in a voucher and in 期日管理帳票: 14／7
PROPOSALS_MAX = 6
DECISIONS_MAX = 200  # names on one page
ACCOUNTS_MAX = 20  # 勘定科目 that get the partners as 補助科目
CODES_SHOWN_MAX = 500  # partners on one page
