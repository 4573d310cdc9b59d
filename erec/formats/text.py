"""What may be typed: pure checks of text, each refusal a Japanese sentence that says what would be right.

Nothing is refused that can be understood: ends are trimmed, marks that a Mac composes apart are put
together, and the few signs that Unicode has twice become the one that Windows-31J has.
"""

import re
import unicodedata

from erec.formats import windows31j

ENDS = " \t\r\n\u00a0\u3000"

# The same sign, once as macOS and Unicode's JIS tables type it, once as Windows-31J holds it.
_AS_WINDOWS = str.maketrans(
    {sign: windows31j.SUBSTITUTES[sign] for sign in "\u301c\u2016\u2212\u2014\u00a5"}
    | {"¢": "￠", "£": "￡", "¬": "￢", "\u00a0": " "}
)
_APART = re.compile(r"[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
_HALF_WIDTH = re.compile(r"[\x20-\x7e]*")
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
_VARIATION = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class BadText(ValueError):
    """The text cannot be taken; `str()` is the sentence for the person who typed it."""


def tidy(text: str) -> str:
    """The text as it was meant: without spaces at its ends, composed, in Windows' signs.

    Only marks written apart are composed, not the whole text: normal form C would also turn the name
    character U+FA19 into U+795E, which is another way to write that person's name.
    """
    text = _APART.sub(lambda found: unicodedata.normalize("NFC", found.group()), text)
    return text.strip(ENDS).translate(_AS_WINDOWS)


def shown(character: str) -> str:
    """A character as a sentence names it: 「髙」, and by its number what cannot be seen."""
    if unicodedata.category(character) in _UNSEEN | {"Cs", "Co", "Cn", "Mn", "Me"}:
        return f"U+{ord(character):04X}"
    return f"「{character}」"


def refuse_unseen(text: str) -> None:
    """Raises BadText for NUL and other control, formatting and broken characters."""
    for character in text:
        if unicodedata.category(character) in _UNSEEN:
            raise BadText(
                f"目に見えない文字（{shown(character)}）が入っています。"
                "貼り付けた場合は、入力欄を空にしてから入力し直してください。"
            )
        if unicodedata.category(character) == "Cs":
            raise BadText("正しく読み取れない文字が入っています。入力し直してください。")


def refuse_unwritable(text: str) -> None:
    """Raises BadText naming the first character that Windows-31J cannot hold: emoji, 外字, rare kanji."""
    for _, character in windows31j.unencodable(text):
        if _VARIATION.match(character):
            raise BadText(
                f"字体を指定する見えない文字（{shown(character)}）が入っています。入力し直してください。"
            )
        if unicodedata.category(character) == "Co":
            raise BadText(f"外字（{shown(character)}）は使えません。代わりの文字で入力してください。")
        raise BadText(f"{shown(character)}は使えません。別の文字か、かなに置きかえてください。")


def refuse_full_width(text: str) -> None:
    """Raises BadText naming the first character that is not half-width printable ASCII."""
    for character in text:
        if not _HALF_WIDTH.fullmatch(character):
            raise BadText(f"半角の英数字・記号で入力してください。{shown(character)}は使えません。")


def refuse_length(text: str, *, minimum: int = 0, maximum: int) -> None:
    """Raises BadText with the number of characters that were typed, counted as they are shown."""
    if minimum == maximum and len(text) != maximum:
        raise BadText(f"{maximum}文字で入力してください。今は{len(text)}文字です。")
    if len(text) > maximum:
        raise BadText(f"{maximum}文字以内で入力してください。今は{len(text)}文字です。")
    if len(text) < minimum:
        raise BadText(f"{minimum}文字以上で入力してください。今は{len(text)}文字です。")
