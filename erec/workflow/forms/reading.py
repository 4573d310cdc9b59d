"""Amounts and dates as people type them: full-width digits, separators, Japanese dates. Pure.

What can be understood in one way only is understood; everything else is refused in a sentence.
"""

import re
import unicodedata
from datetime import date

from erec.formats.text import BadText, shown

AMOUNT_MAX_YEN = 9_999_999_999  # 債権金額 has ten digits (domain facts §5.3)

_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_DIGITS_READ = 40  # more than any amount has; what stands behind them changes nothing
_MINUS = "-‐‑‒–—−▲△"
_COMMAS = str.maketrans({"、": ",", "，": ",", " ": None, "　": None})
_ERAS = {"令和": 2018, "R": 2018}
_DATE_SHAPES = (
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"),
)
_ERA_DATE = re.compile(r"(令和|R)(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def amount_yen(text: str, most: int = AMOUNT_MAX_YEN) -> int:
    """「１，２３４，５６７円」 and 「¥1234567」 are 1234567. Raises BadText."""
    plain = unicodedata.normalize("NFKC", text).translate(_COMMAS).removesuffix("円").lstrip("¥\\")
    if plain[:1] in tuple(_MINUS):
        raise BadText("マイナスの金額は入力できません。1円以上で入力してください。")
    if "." in plain:
        raise BadText("1円未満の端数は入力できません。円の単位で入力してください。")
    wrong = next((character for character in plain if character not in "0123456789,"), None)
    if wrong is not None:
        raise BadText(f"金額は数字で入力してください。{shown(wrong)}は使えません。例：1,234,567")
    if not plain.strip(","):
        raise BadText("金額を数字で入力してください。例：1,234,567")
    if "," in plain and not _GROUPED.fullmatch(plain):
        raise BadText("区切りの「,」の位置を確かめてください。3桁ごとに区切ります。例：1,234,567")
    return _in_bounds(int(plain.replace(",", "")[:_DIGITS_READ]), most)


def _in_bounds(amount: int, most: int) -> int:
    if amount == 0:
        raise BadText("0円は入力できません。1円以上で入力してください。")
    if amount > most:
        raise BadText(f"金額は{most:,}円までです。")
    return amount


def day(text: str) -> date:
    """2026-12-01, 2026/12/1, 20261201, 2026年12月1日, 令和8年12月1日 and R8.12.1. Raises BadText."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    parts = _parts(plain)
    try:
        return date(*parts)
    except ValueError:
        raise BadText("この日付は暦にありません。年月日を確かめてください。") from None


def _parts(plain: str) -> tuple[int, int, int]:
    found = _ERA_DATE.fullmatch(plain)
    if found:
        era, year, month, day_of_month = found.groups()
        return _ERAS[era] + (1 if year == "元" else int(year)), int(month), int(day_of_month)
    for shape in _DATE_SHAPES:
        found = shape.fullmatch(plain)
        if found:
            year, month, day_of_month = map(int, found.groups())
            return year, month, day_of_month
    raise BadText("日付は「2026/12/1」のように、年・月・日の順に入力してください。")
