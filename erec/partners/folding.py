"""Text as it is searched: whoever types ひらがな, カタカナ, half-width or small kana finds the same row.

Banks write their kana with big letters only (キヨウト, domain facts §5.2), and nobody remembers where
a name has its spaces, hyphens and long vowels: none of that counts. What cannot be seen does not either,
NUL least of all, which PostgreSQL would not be asked about.
"""

import unicodedata

_KATAKANA = {hiragana: hiragana + 0x60 for hiragana in range(0x3041, 0x3097)}
_BIG = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_NOTHING = dict.fromkeys(map(ord, " \t-‐‑‒–—―−ー・.,、"))  # what does not count


def fold(text: str) -> str:
    """「きょうと」「ｷｮｳﾄ」「キヨウト」 become 「キヨウト」; 「㈱ＡＢＣ」 becomes 「(株)abc」."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    seen = "".join(c for c in wide if not unicodedata.category(c).startswith("C"))
    return seen.translate(_KATAKANA).translate(_BIG).translate(_NOTHING)


def words(text: str) -> list[str]:
    """The folded words of a search; all of them must be found."""
    return [folded for word in text.split() if (folded := fold(word))]
