"""フリガナ of a company's name as banks' files write it, where it can be read off the name."""

from erec.formats.kana import bank_letters, strangers_of_banks

# 法人略語 of 全銀協: before a name 「ｶ)」, behind it 「(ｶ」.
_FORMS = {
    "株式会社": "ｶ",
    "㈱": "ｶ",
    "(株)": "ｶ",
    "（株）": "ｶ",
    "有限会社": "ﾕ",
    "㈲": "ﾕ",
    "(有)": "ﾕ",
    "（有）": "ﾕ",
    "合同会社": "ﾄﾞ",
    "合名会社": "ﾒ",
    "合資会社": "ｼ",
}


def half_kana(text: str) -> str | None:
    """「おおぞらショウジ」 becomes 「ｵｵｿﾞﾗｼﾖｳｼﾞ」; None where a kanji, or another sign, has no kana."""
    written = bank_letters(text.strip())
    return None if strangers_of_banks(written) else written


def company_kana(name: str) -> str:
    """「株式会社アカマツ」 is 「ｶ)ｱｶﾏﾂ」; empty where it cannot be read off."""
    for form, short in _FORMS.items():
        if name.startswith(form):
            return _read(f"{short})", name.removeprefix(form), "")
        if name.endswith(form):
            return _read("", name.removesuffix(form), f"({short}")
    return _read("", name, "")


def _read(before: str, name: str, behind: str) -> str:
    kana = half_kana(name)
    return f"{before}{kana}{behind}" if kana else ""
