"""The quick way through a valid file: whole blocks of canonical lines, by one compiled pattern.

The pattern of a table matches bytes of lines that are surely valid: types, widths in bytes, canonical
numbers, required values, no blank at the end of a string. What bytes cannot say (is there such a day, does
Windows-31J have this character) is asked once for each different value. Whatever it does not match is not
yet wrong: the careful reader looks at that line and explains. A test proves that both agree.
"""

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from erec.formats.pca.kinds import Kind
from erec.formats.pca.model import Column, Field, Shape
from erec.formats.pca.profiles import Profile

KNOWN_MAX = 10_000
"""Different values remembered as good for one column."""

# Characters as bytes. No control characters; lead bytes F0 to F9 (外字) are left to the careful reader.
_HALF = rb"\x20\x21\x23-\x7e\xa1-\xdf"  # without the quote
_WIDE = rb"[\x81-\x9f\xe0-\xef\xfa-\xfc][\x40-\x7e\x80-\xfc]"
_NO_BLANK_BEFORE = rb"(?<! )(?<!\x81\x40)"

# Whose pattern says all; without a range to keep.
_EXACT = {Kind.TEXT, Kind.INTEGER, Kind.SIGNED, Kind.CHOICE, Kind.FIXED, Kind.UNUSED}


class Fast:
    """The pattern of one shape in one profile, and what it has seen of each column that is asked about."""

    def __init__(self, shape: Shape, profile: Profile) -> None:
        delimiter = profile.delimiter.encode()
        line = re.escape(delimiter).join(_cell(column, profile) for column in shape.columns)
        self._lines = re.compile(rb"(?:%b\r\n)*+" % line)
        self._delimiter = profile.delimiter
        self._quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if profile.quoting else csv.QUOTE_NONE
        self._asked = [(at, c.field, {""}) for at, c in enumerate(shape.columns) if _is_asked(c.field)]

    def end_of_good(self, block: bytes, start: int) -> int:
        """Where the first line begins, from `start`, that the pattern does not match."""
        match = self._lines.match(block, start)
        return match.end() if match else start

    def rows(self, lines: bytes) -> list[list[str]] | None:
        """The cells of lines that match; None where one of them is not valid after all."""
        try:
            text = lines.decode("cp932")  # reads as `windows31j.decode` whatever the pattern lets through
        except UnicodeDecodeError:
            return None
        rows = list(
            csv.reader(text[:-2].split("\r\n"), delimiter=self._delimiter, quoting=self._quoting, strict=True)
        )
        for at, field, known in self._asked:
            new = {row[at] for row in rows} - known
            if any(field.problem_of(value) is not None for value in new):
                return None
            if len(known) + len(new) > KNOWN_MAX:
                known.clear()
            known |= new
        return rows


@lru_cache(maxsize=256)
def fast(shape: Shape, profile: Profile) -> Fast:
    """The same for every file of a shape."""
    return Fast(shape, profile)


def _is_asked(field: Field) -> bool:
    return field.kind not in _EXACT or field.minimum is not None


def _cell(column: Column, profile: Profile) -> bytes:
    field = column.field
    ways = list(_text(field, profile) if field.kind is Kind.TEXT else _exact(field, profile))
    if field.required != "◎" and field.kind is not Kind.FIXED:
        ways.append(b"")
    return b"(?:" + b"|".join(ways) + b")"


def _text(field: Field, profile: Profile) -> Iterator[bytes]:
    """Quoted or bare; the look ahead bounds the bytes, the rest says what they may be."""
    if profile.quoting:
        yield b'"' + _bounded(field, rb'[^"\r\n]', rb'"', _HALF) + b'"'
    bare = _HALF.replace(rb"\x23-\x7e", rb"\x23-\x2b\x2d-\x7e") if profile.delimiter == "," else _HALF
    ends = re.escape(profile.delimiter.encode()) + rb"\r"
    yield _bounded(field, b"[^%b\n]" % ends, b"[%b]" % ends, bare)


def _bounded(field: Field, any_byte: bytes, end: bytes, half: bytes) -> bytes:
    characters = rb"[%b]*+(?:(?:%b)++[%b]*+)*+" % (half, _WIDE, half) if field.wide else b"[%b]++" % half
    return b"(?=%b{1,%d}%b)%b" % (any_byte, field.width, end, characters) + _NO_BLANK_BEFORE


def _exact(field: Field, profile: Profile) -> Iterator[bytes]:
    """Values without blanks and delimiters; strings among them may be quoted."""
    value = _value(field)
    if value:
        if field.is_string and profile.quoting:
            yield b'"(?:%b)"' % value
        yield value


def _value(field: Field) -> bytes:
    width = field.width
    digits = b"[1-9][0-9]{0,%d}+" % (width - 1)
    match field.kind:
        case Kind.INTEGER:
            return b"0|" + digits
        case Kind.SIGNED:
            return b"0|" + digits + b"|-[1-9][0-9]{0,%d}+" % (width - 2)
        case Kind.CHOICE:
            return b"|".join(re.escape(value.encode("ascii")) for value in field.choices)
        case Kind.FIXED:
            return re.escape(field.fixed.encode("ascii"))
        case Kind.UNUSED:
            return b""
        case Kind.SLASH_DATE:
            return rb"[0-9/]{8,10}+"
        case Kind.DATE | Kind.DATE_OR_MONTH:
            return rb"[0-9]{6,8}+"
        case _:
            return rb"[-0-9.]{1,%d}+" % width
