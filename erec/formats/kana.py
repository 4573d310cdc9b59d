"""Kana from one form into another: ひらがな, カタカナ, ﾊﾝｶｸ, and the letters that banks' files take."""

import unicodedata

_KATAKANA = {hiragana: hiragana + 0x60 for hiragana in [*range(0x3041, 0x3097), 0x309D, 0x309E]}
_BIG = str.maketrans("ァィゥェォッャュョヮヵヶｧｨｩｪｫｯｬｭｮ", "アイウエオツヤユヨワカケｱｲｳｴｵﾂﾔﾕﾖ")

# Each full-width sign with the half-width one that means the same: 。「」、・ヲァ…ン, the letters, the space.
# Not ＼ and ～, whose half-width forms look otherwise on a Japanese Windows.
_HALF = {unicodedata.normalize("NFKC", chr(half)): chr(half) for half in range(0xFF61, 0xFF9E)}
_HALF |= {chr(sign + 0xFEE0): chr(sign) for sign in range(0x21, 0x7E) if chr(sign) != "\\"}
_HALF |= {"\u3000": " ", "゛": "ﾞ", "゜": "ﾟ"}
_VOICED = {
    unicodedata.normalize("NFKC", kana + mark): kana + mark
    for kana in map(chr, range(0xFF66, 0xFF9E))
    for mark in "ﾞﾟ"
    if len(unicodedata.normalize("NFKC", kana + mark)) == 1
}
_TO_HALF = str.maketrans(_HALF | _VOICED)
_FULL_WIDTH_KANA = {full: half for full, half in (_HALF | _VOICED).items() if "゛" <= full <= "ー"}
_KANA_TO_HALF = str.maketrans(_FULL_WIDTH_KANA)
_LETTERS_TO_HALF = str.maketrans({full: half for full, half in _HALF.items() if "！" <= full <= "｝"})

# 全銀協, ベーシック手順 付録1: no small kana, no ヲ, no long vowel sign and no middle dot in names.
_AS_BANKS_WRITE = str.maketrans("ｰ･ｦ‐―－", "-.ｵ---")


def katakana(text: str) -> str:
    """ひらがな as カタカナ, all else as it is."""
    return text.translate(_KATAKANA)


def half_width(text: str) -> str:
    """Everything that has a half-width form in it: ガ becomes ｶﾞ, Ａ becomes A. ヰ, ヱ and 漢字 have none."""
    return text.translate(_TO_HALF)


def half_width_kana(text: str) -> str:
    """カタカナ and its signs only."""
    return text.translate(_KANA_TO_HALF)


def half_width_letters(text: str) -> str:
    """Ａ, １ and （ only."""
    return text.translate(_LETTERS_TO_HALF)


def bank_letters(text: str) -> str:
    """As 全銀 files and densai requests write names: 「きょうとしょうかい」 becomes 「ｷﾖｳﾄｼﾖｳｶｲ」.

    Capitals, half width, big kana, 長音 as a hyphen, 中点 as a full stop, ヲ as オ. What has no such form
    (kanji) stays, and `strangers_of_banks` names it.
    """
    return half_width(katakana(text).translate(_BIG)).upper().translate(_AS_BANKS_WRITE)


_BANKS_SIGNS = frozenset(
    [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ().-ﾞﾟ", *(chr(c) for c in range(0xFF71, 0xFF9E))]
)


def strangers_of_banks(text: str) -> list[tuple[int, str]]:
    """What may not stand in a name of a 全銀 file (付録1), each with its index."""
    return [(index, character) for index, character in enumerate(text) if character not in _BANKS_SIGNS]
