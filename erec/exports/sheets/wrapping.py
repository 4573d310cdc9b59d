"""Long texts in narrow columns: broken between characters, never cut."""

from collections.abc import Sequence

from erec.exports.sheets.typeface import width

# What must not begin a line (JIS X 4051, 行頭禁則), as far as names and remarks have it.
NOT_FIRST = frozenset(
    "、。，．・：；？！ー々」』）〕］｝〉》】ゝゞヽヾぁぃぅぇぉっゃゅょァィゥェォッャュョ,.:;?!)]}｡｣､ﾞﾟ"
)


def wrapped(text: str, room: int) -> Sequence[str]:
    """Lines of at most `room` half-width cells; `room` holds two full-width characters or more.

    A word of Latin letters is broken too: record numbers and references have no spaces.
    """
    if width(text) <= room:
        return (text,)
    lines = []
    while text:
        end = _end(text, room)
        lines.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return lines


def _end(text: str, room: int) -> int:
    """Where the line ends: up to two characters go down with what must not begin the next one."""
    last = _fitting(text, room)
    if last == len(text):
        return last
    return next((end for end in (last, last - 1, last - 2) if end > 0 and text[end] not in NOT_FIRST), last)


def _fitting(text: str, room: int) -> int:
    used = 0
    for place, letter in enumerate(text):
        used += width(letter)
        if used > room:
            return place
    return len(text)
