"""Limits of 取引先管理. No source names them but for the lengths, so they are ours (inferred)."""

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
