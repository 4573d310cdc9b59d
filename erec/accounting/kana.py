"""フリガナ in half-width, as banks write it: big letters, 「-」 for a long vowel, 「ｶ)」 for 株式会社.

Signs of the 全銀協 transfer records (domain facts §5.2). The フリガナ of kanji cannot be read off a name.
"""

import re
import unicodedata

_HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
_HALF |= {"\u3099": "ﾞ", "\u309a": "ﾟ", "ー": "-", "・": ".", "\u3000": " "}
_BIG = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_KATAKANA = {hiragana: hiragana + 0x60 for hiragana in range(0x3041, 0x3097)}
_ALLOWED = re.compile(r"[0-9A-Z ().\-/\uff66-\uff9f]*")

# 法人略語 of the 全銀協: before the name 「ｶ)」, behind it 「(ｶ」.
_FORMS = {"株式会社": "カ", "有限会社": "ユ", "合同会社": "ド", "合名会社": "メ", "合資会社": "シ"}


def half_kana(text: str) -> str | None:
    """「おおぞらショウジ」 becomes 「ｵｵｿﾞﾗｼﾖｳｼﾞ」; None where a kanji, or another sign, has no kana."""
    wide = unicodedata.normalize("NFKC", text).translate(_KATAKANA).translate(_BIG).upper()
    apart = unicodedata.normalize("NFD", wide)
    narrow = "".join(_HALF.get(character, character) for character in apart)
    return narrow if _ALLOWED.fullmatch(narrow) else None


def company_kana(name: str) -> str:
    """Of a company's name, empty where it cannot be read off: 「株式会社アカマツ」 is 「ｶ)ｱｶﾏﾂ」."""
    name = unicodedata.normalize("NFKC", name).replace("(株)", "株式会社").replace("(有)", "有限会社")
    for form, short in _FORMS.items():
        if name.startswith(form):
            return _read(f"{short})", name.removeprefix(form), "")
        if name.endswith(form):
            return _read("", name.removesuffix(form), f"({short}")
    return _read("", name, "")


def _read(before: str, name: str, behind: str) -> str:
    kana = half_kana(name.strip())
    return f"{half_kana(before)}{kana}{half_kana(behind)}" if kana else ""
