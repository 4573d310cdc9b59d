"""Windows-31J, the character code of Windows in Japan: text to the bytes that Windows writes, and back.

Python's own codecs come near and miss: `cp932` gives 髙, 﨑 and 371 more the codes that NEC had chosen
(Windows writes IBM's), `shift_jis` does not know ① or ㈱ at all. So the code of a character is taken from
the first of these places that has it:

1. JIS X 0208 as Windows reads it: `shift_jis`, and six signs that Windows knows under another number
2. NEC特殊文字 (row 13): ① Ⅳ ㈱ ㍻
3. IBM拡張文字 (rows 115 to 119): 髙 﨑 ⅳ ￤
   and never NEC選定IBM拡張文字 (rows 89 to 92), which hold the same characters once more.

`tests/erec/formats/test_windows31j.py` proves the outcome over all of Unicode against glibc and OpenJDK.
What these two write differently, what they write as another sign and what each machine draws in its own
way (外字) is refused; the profile SUBSTITUTE writes `SUBSTITUTES` in its place. Nothing ever becomes a "?".
"""

import codecs
import re
from enum import Enum

# What Windows-31J has not, though a sign of the same look and meaning is in it.
# The first eleven are those on which glibc and OpenJDK disagree; both write the last two as \ and ~.
SUBSTITUTES = {
    "\u00ab": "≪",
    "\u00bb": "≫",
    "\u00af": "￣",
    "\u00b5": "μ",
    "\u00b7": "・",
    "\u00b8": "，",
    "\u2014": "―",  # em dash, which macOS types for a ダッシュ
    "\u2016": "∥",
    "\u2212": "－",  # minus
    "\u301c": "～",  # wave dash, which macOS types for ～
    "\u3094": "ヴ",
    "\u00a5": "￥",  # the half-width yen sign
    "\u203e": "￣",
}

# Places 2 and 3, as the codes of their first and last character. Python's cp932 *reads* them as Windows does.
_NEC_ROW_13 = (0x8740, 0x879C)
_IBM_EXTENSIONS = (0xFA40, 0xFC4B)
_SIX_SIGNS = {"～": 0x8160, "∥": 0x8161, "－": 0x817C, "￠": 0x8191, "￡": 0x8192, "￢": 0x81CA}

# `shift_jis` would write these without a word: three signs of JIS under Unicode's number for them, and
# ¥ and ‾, which stand at \ and ~ in JIS X 0201 but not in Windows.
_TOO_WILLING = "\u2016\u2212\u301c\u00a5\u203e"

# `cp932` reads bytes that Windows-31J leaves empty: 80, A0, FD, FE and FF.
_EMPTY_BYTES = re.compile("[\x80\uf8f0-\uf8f3]")

_HALF_WIDTH = re.compile("[\x00-\x7f\uff61-\uff9f]")
_VOICED_MARKS = "ﾞﾟ"


class Profile(Enum):
    """What happens to a character of `SUBSTITUTES`."""

    REFUSE = "refuse"
    SUBSTITUTE = "substitute"


REFUSE, SUBSTITUTE = Profile.REFUSE, Profile.SUBSTITUTE


class Unencodable(ValueError):
    """Windows-31J does not hold `character`, the one at `index` of the text."""

    def __init__(self, index: int, character: str) -> None:
        super().__init__(index, character)
        self.index, self.character = index, character

    def __str__(self) -> str:
        return f"U+{ord(self.character):04X} at {self.index} is not in Windows-31J"


class Undecodable(ValueError):
    """The byte at `index` is no character of Windows-31J, nor is it with the next one."""

    def __init__(self, index: int, byte: int) -> None:
        super().__init__(index, byte)
        self.index, self.byte = index, byte

    def __str__(self) -> str:
        return f"byte {self.byte:02X} at {self.index} is not Windows-31J"


def encode(text: str, profile: Profile = REFUSE) -> bytes:
    """The bytes that Windows writes. Raises Unencodable with the first character that has none.

    Fast enough for whole files: all but the characters of places 2 and 3 is one call into C.
    """
    if profile is SUBSTITUTE:
        text = text.translate(_SUBSTITUTION)
    for sign in _TOO_WILLING:
        if sign in text:
            raise _first_unencodable(text)
    return text.encode("shift_jis", _ERRORS)


def decode(data: bytes) -> str:
    """The text that Windows reads, 外字 as private-use characters. Raises Undecodable."""
    wrong = None
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        wrong = error.start
        text = data[:wrong].decode("cp932")
    empty = _EMPTY_BYTES.search(text)
    if empty:
        wrong = len(text[: empty.start()].encode("cp932"))
    if wrong is not None:
        raise Undecodable(wrong, data[wrong])
    return text


def unencodable(text: str, profile: Profile = REFUSE) -> list[tuple[int, str]]:
    """All characters that `encode` would refuse, each with its index."""
    try:
        encode(text, profile)
    except Unencodable:
        pass
    else:
        return []
    return [(index, character) for index, character in enumerate(text) if not holds(character, profile)]


def holds(character: str, profile: Profile = REFUSE) -> bool:
    """Whether Windows-31J has this one character."""
    try:
        encode(character, profile)
    except Unencodable:
        return False
    return True


def width(text: str) -> int:
    """Half-width cells, which are bytes: あ is 2, ｱ is 1. What cannot be encoded counts 2."""
    if text.isascii():
        return len(text)
    try:
        return len(encode(text))
    except Unencodable:
        return 2 * len(text) - len(_HALF_WIDTH.findall(text))


def cut(text: str, half: int) -> str:
    """The longest beginning that fits into `half` cells: no half character, no kana without its ﾞ or ﾟ.

    Only ever to propose: what is stored or written is what a person has seen.
    """
    used = 0
    for index, character in enumerate(text):
        used += width(character)
        if used > half:
            while index and text[index] in _VOICED_MARKS:
                index -= 1
            return text[:index]
    return text


def _codes_between(first: int, last: int) -> dict[str, bytes]:
    """The characters of a stretch of the code that JIS X 0208 does not have."""
    found = {}
    for code in range(first, last + 1):
        data = code.to_bytes(2, "big")
        character = data.decode("cp932", "replace")
        if len(character) == 1 and character != "\ufffd" and not _in_jis(character):
            found[character] = data
    return found


def _in_jis(character: str) -> bool:
    try:
        character.encode("shift_jis")
    except UnicodeEncodeError:
        return character in _SIX_SIGNS
    return True


def _beyond_jis(error: UnicodeError) -> tuple[bytes, int]:
    """What `shift_jis` calls for a character it has not."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character = error.object[error.start]
    code = _CODES.get(character)
    if code is None:
        raise Unencodable(error.start, character)
    return code, error.start + 1


def _first_unencodable(text: str) -> Unencodable:
    for index, character in enumerate(text):
        if character in _TOO_WILLING:
            return Unencodable(index, character)
        try:
            character.encode("shift_jis", _ERRORS)
        except Unencodable:
            return Unencodable(index, character)
    raise AssertionError("there is one")


_ERRORS = "erec-windows31j"
_SUBSTITUTION = str.maketrans(SUBSTITUTES)
_CODES = {
    **_codes_between(*_IBM_EXTENSIONS),
    **_codes_between(*_NEC_ROW_13),
    **{sign: code.to_bytes(2, "big") for sign, code in _SIX_SIGNS.items()},
}
codecs.register_error(_ERRORS, _beyond_jis)
