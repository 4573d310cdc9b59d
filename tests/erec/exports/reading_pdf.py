"""Reads the text of our own PDFs back: what a reader can search, copy and hear, and where it stands."""

import base64
import re
import zlib
from dataclasses import dataclass
from typing import NamedTuple

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)endobj", re.DOTALL)
_STREAM = re.compile(rb"stream\n(.*)endstream", re.DOTALL)
_TEXT = re.compile(rb"BT 1 0 0 1 (\S+) (\S+) Tm (.*?) T\* ET", re.DOTALL)
_PIECE = re.compile(rb"/(F\d+\+\d+) (\S+) Tf [^(]*\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{3})|(.))", re.DOTALL)

Fonts = dict[bytes, tuple[bool, dict[int, str]]]


class Text(NamedTuple):
    """One piece of a page: its left end, its base from the page's bottom, in points."""

    left: float
    base: float
    size: float
    is_bold: bool
    text: str


@dataclass
class Pdf:
    pages: list[list[Text]]
    total: str  # what the form behind 「x /」 shows
    fonts: set[str]

    def lines(self, page: int) -> list[str]:
        """The texts of each line of a page, from above, joined by 「|」."""
        rows: dict[float, list[Text]] = {}
        for piece in self.pages[page]:
            rows.setdefault(round(piece.base, 1), []).append(piece)
        return ["|".join(p.text for p in sorted(rows[base])) for base in sorted(rows, reverse=True)]


def read(data: bytes) -> Pdf:
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    objects = {int(number): body for number, body in _OBJECT.findall(data)}
    fonts = _fonts(objects)
    (kids,) = re.findall(rb"/Kids \[([^\]]*)\]", data)
    pages = [_content(objects, objects[int(n)]) for n in re.findall(rb"(\d+) 0 R", kids)]
    (form,) = [body for body in objects.values() if b"/FormType" in body]
    total = "".join(piece.text for piece in _texts(_stream(form), fonts))
    names = {m.decode() for m in re.findall(rb"/BaseFont /([\w+-]+)", data)}
    return Pdf([_texts(page, fonts) for page in pages], total, names)


def _content(objects: dict[int, bytes], page: bytes) -> bytes:
    found = re.search(rb"/Contents (\d+) 0 R", page)
    assert found
    return _stream(objects[int(found[1])])


def _stream(body: bytes) -> bytes:
    found = _STREAM.search(body)
    assert found
    packed = found[1]
    if b"ASCII85Decode" in body:
        packed = base64.a85decode(b"<~" + packed.strip(), adobe=True)
    return zlib.decompress(packed)


def _fonts(objects: dict[int, bytes]) -> Fonts:
    """By the name in a page: whether it is bold, and which character each byte is."""
    found = {}
    for body in objects.values():
        name = re.search(rb"/Name /(F\d+\+\d+)", body)
        if name:
            to_unicode = re.search(rb"/ToUnicode (\d+) 0 R", body)
            assert to_unicode
            pairs = re.findall(rb"<(\w\w)> <(\w+)>\n", _stream(objects[int(to_unicode[1])]))
            found[name[1]] = (b"-Bold" in body, {int(k, 16): chr(int(v, 16)) for k, v in pairs})
    return found


def _texts(stream: bytes, fonts: Fonts) -> list[Text]:
    texts = []
    for left, base, pieces in _TEXT.findall(stream):
        letters, bold, points = "", False, 0.0
        for font, size, raw in _PIECE.findall(pieces):
            bold, known = fonts[font]
            points = float(size)
            plain = _ESCAPE.sub(lambda m: bytes([int(m[1], 8)]) if m[1] else m[2], raw)
            letters += "".join(known[byte] for byte in plain)
        texts.append(Text(float(left), float(base), points, bold, letters))
    return texts
