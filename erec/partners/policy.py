"""Limits of 取引先管理, and the 業務区分 of 指定許可.

No source names the limits but for the lengths, so they are ours (inferred).
"""

from enum import StrEnum

REGISTERED_NAME_MAX = 60  # 登録名: 全角60文字 (domain facts §4.6)
MEMO_MAX = 100
GROUP_NAME_MAX = 40

PARTNERS_MAX = 10_000  # of one company
GROUPS_MAX = 200  # of one company
GROUP_MEMBERS_MAX = 500  # as many as one 発生記録請求 has lines, which a group is to fill
AMOUNT_MAX_YEN = 9_999_999_999  # 債権金額: ten digits (domain facts §5.3)

# One file. The edge takes bodies up to a megabyte, which is some 10,000 lines.
IMPORT_BYTES_MAX = 1_000_000
IMPORT_LINES_MAX = 2_000
IMPORT_COLUMNS_MAX = 50
FILE_NAME_MAX = 100

DESIGNATIONS_MAX = 2_000  # of one company
DESIGNATION_LINES_MAX = 100  # of one request


class Area(StrEnum):
    """業務区分 of 指定許可; the value is stored.

    でんさいネット's leaflet on 指定許可機能 names four, and who registers in each: the creditor for
    債務者請求, the debtor for 債権者請求, the assignee for 譲渡, the guarantor for 保証. That 変更 and 支払等
    (asked by the payer), which the other side answers as well, are such too is inferred.
    """

    ACCRUAL_BY_OBLIGOR = "accrual_by_obligor"
    ACCRUAL_BY_OBLIGEE = "accrual_by_obligee"
    ASSIGNMENT = "assignment"
    GUARANTEE = "guarantee"
    CHANGE = "change"
    PAYMENT = "payment"


AREAS: dict[Area, str] = {
    Area.ACCRUAL_BY_OBLIGOR: "発生記録（債務者請求）",
    Area.ACCRUAL_BY_OBLIGEE: "発生記録（債権者請求）",
    Area.ASSIGNMENT: "譲渡記録",
    Area.GUARANTEE: "保証記録",
    Area.CHANGE: "変更記録",
    Area.PAYMENT: "支払等記録",
}
