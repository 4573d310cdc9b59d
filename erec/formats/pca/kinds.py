"""What may stand in a cell. The printed type alone (文字列, 数字) does not say it."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of a field; `values` judges each, `fast` has each as bytes."""

    TEXT = "text"
    INTEGER = "integer"  # no sign
    SIGNED = "signed"  # 数字(－), and amounts that a report adds up
    DECIMAL = "decimal"  # sign, up to two decimals, a range
    SHARE = "share"  # 配賦比率: no sign, any number of decimals
    DATE = "date"  # 20110902
    DATE_OR_MONTH = "date_or_month"  # 20110902 or 201109
    SLASH_DATE = "slash_date"  # 2013/4/1
    CHOICE = "choice"  # one of the choices
    FLAGS = "flags"  # the sum of any of the choices
    FIXED = "fixed"  # always the same text
    AMOUNT_OR_RATIO = "amount_or_ratio"  # 指標: an amount in one line, a ratio in the next
    UNUSED = "unused"  # 未使用: always empty
