"""What a statement file is read into, whatever its form: the account's header, its lines, its totals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from erec.formats.fixed.loading import load
from erec.formats.fixed.model import FileLayout, Value


class Form(StrEnum):
    """The forms of files that are read."""

    STATEMENT = "入出金取引明細"
    TRANSFERS = "振込入金通知"
    ANSER = "入出金明細（ANSER形式CSV）"


@cache
def layout(form: Form) -> FileLayout:
    return load("erec.formats.zengin", {Form.STATEMENT: "statement", Form.TRANSFERS: "transfers"}[form])


@dataclass(frozen=True, slots=True)
class Account:
    """Whose lines follow. `opening_yen` is negative for an overdraft and None where the file is silent.

    An ANSER file has one text for the whole account (`text`) and none of the rest.
    """

    line: int
    bank_code: str = ""
    bank_name: str = ""
    branch_code: str = ""
    branch_name: str = ""
    account_type: str = ""  # 1 普通, 2 当座, 4 貯蓄
    account_number: str = ""
    holder: str = ""
    made_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    opening_yen: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an account. `details` has all items of the record by their name in the document."""

    line: int
    account: Account
    booked_on: date
    value_on: date | None
    received: bool  # 入金
    amount_yen: int
    cancelled: bool  # 取消 of a 振込, 訂正 of a statement: reverses something, by a rule of the bank's
    balance_yen: int | None
    counterparty: str
    description: str
    edi: str
    inquiry_number: str
    details: Mapping[str, Value]
