"""Whether a text may stand in a cell, and the sentence when it may not.

One function per kind of field. Widths are half-width cells, which are bytes of Windows-31J. Numbers
have significant digits only (数字は有効文字数分だけ出力): leading zeros and "-0" are refused, never mended.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from erec.formats.pca.kinds import Kind
from erec.formats.text import shown
from erec.formats.windows31j import unencodable, width

if TYPE_CHECKING:
    from erec.formats.pca.model import Field

BLANKS = " \u3000"
"""What is taken off the end of a string: half-width and full-width spaces look alike there."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_HALF = re.compile(r"[^\x20-\x7e\uff61-\uff9f]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{8}")
_MONTH = re.compile(r"[0-9]{6}")
_SLASH_DATE = re.compile(r"([0-9]{4})/([1-9][0-9]?)/([1-9][0-9]?)")
_FULL_WIDTH_NUMBER = re.compile(r"[０-９－．，]")
RATIO_MAX = Decimal("9999.99")


def problem_of(field: "Field", text: str) -> str | None:
    """The refusal of this text in this field, None if it may stand there."""
    if field.kind is Kind.TEXT:
        text = text.rstrip(BLANKS)
    if not text and field.kind is Kind.FIXED:
        return f"空にはできません。いつも「{field.fixed}」です。"
    if not text:
        return "必須の項目です。値を入れてください。" if field.required == "◎" else None
    return _OF[field.kind](field, text)


def _text(field: "Field", text: str) -> str | None:
    if found := _CONTROL.search(text):
        return _control(field, found[0])
    if bad := unencodable(text):
        index, character = bad[0]
        return f"{index + 1}文字目の{shown(character)}は、会計ソフトの文字（Windows-31J）にありません。" + (
            "￥（全角）か\\（半角）に替えてください。"
            if character == "\u00a5"
            else "別の文字に替えてください。"
        )
    if not field.wide and (wide := _NOT_HALF.search(text)):
        return f"半角文字だけの項目です。{wide.start() + 1}文字目の「{wide[0]}」を半角に替えてください。"
    if (cells := width(text)) > field.width:
        limit = f"半角{field.width}桁" + (f"（全角{field.width // 2}文字）" if field.wide else "")
        return f"半角{cells}桁あります。{limit}までにしてください。"
    return None


def _control(field: "Field", character: str) -> str:
    if character in "\r\n":
        how = "「\\r\\n」の4文字で書いてください" if field.line_breaks else "取り除いてください"
        return f"改行は書けません。{how}。"
    return f"制御文字（0x{ord(character):02X}）は書けません。取り除いてください。"


def _number(pattern: re.Pattern[str], field: "Field", text: str, *, signed: bool) -> str | None:
    """What integers and decimals have in common."""
    if _FULL_WIDTH_NUMBER.search(text):
        return f"「{text}」は全角です。半角の数字にしてください。"
    if not pattern.fullmatch(text):
        if re.fullmatch(r"-?0+[0-9]+(?:\.[0-9]+)?", text, re.ASCII):
            return f"「{text}」の先頭の0は書きません。有効な数字だけにしてください。"
        return f"「{text}」は数字ではありません。半角の数字だけにしてください。"
    if text.startswith("-"):
        if not text.strip("-0."):
            return f"「{text}」は書けません。0にしてください。"
        if not signed:
            return "マイナスは使えない項目です。0以上の数字にしてください。"
    if len(text) > field.width:
        sign = "（マイナスの記号を含む）" if signed else ""
        return f"{len(text)}桁あります。{field.width}桁{sign}までにしてください。"
    return _range(field, Decimal(text))


def _range(field: "Field", value: Decimal) -> str | None:
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None or high is None:
            return (
                f"{value}は使えません。"
                + (f"{high}以下" if low is None else f"{low}以上")
                + "にしてください。"
            )
        return f"{value}は範囲の外です。{low}から{high}までにしてください。"
    return None


def _integer(field: "Field", text: str) -> str | None:
    return _number(_INTEGER, field, text, signed=False)


def _signed(field: "Field", text: str) -> str | None:
    return _number(_INTEGER, field, text, signed=True)


def _decimal(field: "Field", text: str) -> str | None:
    problem = _number(_DECIMAL, field, text, signed=field.minimum is None or field.minimum < 0)
    if problem is None and len(text.partition(".")[2]) > 2:
        return f"「{text}」の小数は2桁までにしてください。"
    return problem


def _share(field: "Field", text: str) -> str | None:
    return _number(_DECIMAL, field, text, signed=False)


def _amount_or_ratio(field: "Field", text: str) -> str | None:
    """指標: 12 digits in the line 損益分岐点売上高, a ratio -9999.99～9999.99 in the others."""
    if "." not in text:
        return _number(_INTEGER, field, text, signed=True)
    problem = _number(_DECIMAL, field, text, signed=True)
    if problem is None and (abs(Decimal(text)) > RATIO_MAX or len(text.partition(".")[2]) > 2):
        return f"「{text}」は範囲の外です。比率は-9999.99から9999.99までです。"
    return problem


def _date(_: "Field", text: str) -> str | None:
    if _FULL_WIDTH_NUMBER.search(text):
        return f"「{text}」は全角です。半角の数字にしてください。"
    if not _DATE.fullmatch(text):
        return f"「{text}」は日付ではありません。YYYYMMDD形式の半角数字8桁にしてください。"
    return _in_calendar(text, int(text[:4]), int(text[4:6]), int(text[6:]))


def _date_or_month(field: "Field", text: str) -> str | None:
    if _MONTH.fullmatch(text):
        return _in_calendar(text, int(text[:4]), int(text[4:]), 1)
    if not _DATE.fullmatch(text):
        return f"「{text}」は日付ではありません。YYYYMMDD形式の8桁かYYYYMM形式の6桁にしてください。"
    return _date(field, text)


def _slash_date(_: "Field", text: str) -> str | None:
    if not (match := _SLASH_DATE.fullmatch(text)):
        return f"「{text}」は日付ではありません。2013/4/1のように、0を補わずに書いてください。"
    return _in_calendar(text, *(int(part) for part in match.groups()))


def _in_calendar(text: str, year: int, month: int, day: int) -> str | None:
    try:
        date(year, month, day)
    except ValueError:
        return f"「{text}」は暦にない日付です。"
    return None


def _choice(field: "Field", text: str) -> str | None:
    if text in field.choices:
        return None
    every = "、".join(f"{value}:{meaning}" for value, meaning in field.choices.items())
    return f"「{text}」は選べません。次のどれかにしてください: {every}"


def _flags(field: "Field", text: str) -> str | None:
    if (problem := _number(_INTEGER, field, text, signed=False)) is not None:
        return problem
    every = sum(int(value) for value in field.choices)  # powers of two
    if int(text) & ~every:
        return f"「{text}」は選べない値を含みます。選べる値は{'、'.join(field.choices)}の和です。"
    return None


def _fixed(field: "Field", text: str) -> str | None:
    return None if text == field.fixed else f"「{text}」ではなく、いつも「{field.fixed}」です。"


def _unused(_: "Field", text: str) -> str | None:
    return f"未使用の項目です。「{text}」を取り除いて空にしてください。"


_OF: dict[Kind, Callable[["Field", str], str | None]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.SIGNED: _signed,
    Kind.DECIMAL: _decimal,
    Kind.SHARE: _share,
    Kind.DATE: _date,
    Kind.DATE_OR_MONTH: _date_or_month,
    Kind.SLASH_DATE: _slash_date,
    Kind.CHOICE: _choice,
    Kind.FLAGS: _flags,
    Kind.FIXED: _fixed,
    Kind.AMOUNT_OR_RATIO: _amount_or_ratio,
    Kind.UNUSED: _unused,
}
