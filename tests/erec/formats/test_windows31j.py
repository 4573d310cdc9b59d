"""The code of Windows: proven against glibc and OpenJDK over all of Unicode, and the laws of its helpers."""

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats import windows31j
from erec.formats.windows31j import REFUSE, SUBSTITUTE, SUBSTITUTES, Undecodable, Unencodable

PRIVATE_USE = range(0xE000, 0xF900)
UNICODE = [point for point in range(sys.maxunicode + 1) if not 0xD800 <= point <= 0xDFFF]
JAVA_PROGRAM = Path(__file__).with_name("Windows31jTable.java")

# Both write these as another sign: they come back as ¢ → ￠, ¥ → \ and so on.
NOT_COMING_BACK = set("¢£¬¥‾")


def glibc_knows_cp932() -> bool:
    if sys.platform != "linux" or shutil.which("iconv") is None:
        return False
    return subprocess.run(["iconv", "-t", "CP932"], input=b"", capture_output=True).returncode == 0


with_glibc = pytest.mark.skipif(
    not glibc_knows_cp932(),
    reason="iconv に CP932 がありません（Debianのパッケージ libc-bin と libc-gconv-modules-extra）",
)
with_java = pytest.mark.skipif(
    shutil.which("javac") is None, reason="javac がありません（Debianのパッケージ default-jdk-headless）"
)


@cache
def ours() -> dict[int, bytes]:
    """What we write. Beyond the first plane a look at the two sources of codes will do: asking for each of
    the million characters takes seconds."""
    beyond = "".join(map(chr, range(0x10000, sys.maxunicode + 1)))
    assert beyond.encode("shift_jis", "ignore") == b""
    assert windows31j._CODES.keys().isdisjoint(beyond)
    table = {}
    for point in (point for point in UNICODE if point < 0x10000):
        try:
            table[point] = windows31j.encode(chr(point))
        except Unencodable:
            continue
    return table


@cache
def glibc() -> dict[int, bytes]:
    """Every character on a line of its own; iconv leaves out what it cannot write."""
    points = [point for point in UNICODE if point != ord("\n")]
    asked = "".join(f"{chr(point)}\n" for point in points).encode("utf-32-le")
    answer = subprocess.run(
        ["iconv", "-c", "-f", "UTF-32LE", "-t", "CP932"], input=asked, capture_output=True
    )
    lines = answer.stdout.split(b"\n")[:-1]
    return {ord("\n"): b"\n"} | {point: line for point, line in zip(points, lines, strict=True) if line}


@cache
def openjdk() -> tuple[dict[int, bytes], dict[bytes, str]]:
    """What OpenJDK writes, and what it reads."""
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    answer = subprocess.run(["java", *quick, str(JAVA_PROGRAM)], capture_output=True, check=True, text=True)
    rows = [line.split() for line in answer.stdout.splitlines()]
    written = {int(point, 16): bytes.fromhex(data) for side, point, data in rows if side == "E"}
    read = {bytes.fromhex(data): chr(int(point, 16)) for side, data, point in rows if side == "D"}
    return written, read


@with_glibc
@with_java
def test_the_table_is_what_glibc_and_openjdk_both_write_but_for_what_is_refused_on_purpose() -> None:
    java, c = openjdk()[0], glibc()
    agreed = {point: data for point, data in java.items() if c.get(point) == data}
    assert len(agreed) - 32 == 9370  # but for the control characters 00 to 1F
    refused = {ord("¥"), ord("‾"), *PRIVATE_USE}
    assert ours() == {point: data for point, data in agreed.items() if point not in refused}
    assert len(ours()) == 7520


@with_glibc
@with_java
def test_the_substitutes_are_for_just_what_the_two_write_differently_and_the_two_that_turn_into_others() -> (
    None
):
    java, c = openjdk()[0], glibc()
    differing = {chr(point) for point in java.keys() | c.keys() if java.get(point) != c.get(point)}
    assert set(SUBSTITUTES) == differing | {"¥", "‾"}
    for sign in differing:  # the one of the two that writes it, writes the same substitute
        written = java.get(ord(sign)) or c[ord(sign)]
        assert windows31j.encode(sign, SUBSTITUTE) == written


@with_java
def test_openjdk_reads_every_byte_and_pair_of_bytes_as_we_do() -> None:
    codes = [bytes([one]) for one in range(256)]
    codes += [bytes([lead, trail]) for lead in range(256) for trail in range(256)]
    read = {}
    for data in codes:
        try:
            text = windows31j.decode(data)
        except Undecodable:
            continue
        if len(text) == 1:
            read[data] = text
    assert read == openjdk()[1]


@with_glibc
def test_glibc_reads_what_we_write_as_we_do() -> None:
    data = b"".join(ours().values())
    answer = subprocess.run(
        ["iconv", "-f", "CP932", "-t", "UTF-8"], input=data, capture_output=True, check=True
    )
    assert answer.stdout.decode() == windows31j.decode(data)


def test_what_was_written_is_read_again() -> None:
    for point, data in ours().items():
        if chr(point) not in NOT_COMING_BACK:
            assert windows31j.decode(data) == chr(point)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("髙﨑", "fbfcfab1"),  # IBM's, where Python's cp932 writes NEC's choice of them: eee0 ed95
        ("①Ⅳ㈱㍻", "87408757878a877e"),  # row 13, not IBM's second Ⅳ and ㈱
        ("ⅳ￤＇＂", "fa43fa55fa56fa57"),
        ("∪￢∵", "81be81ca81e6"),  # twice or thrice in the code: JIS X 0208 goes first
        ("～∥－￠￡￢", "81608161817c8191819281ca"),
        ("¢£¬", "8191819281ca"),
        ("ｱｶﾞﾊﾟ", "b1b6decadf"),
        ("\\~", "5c7e"),
        ("彅", "fa67"),
    ],
)
def test_these_have_the_codes_of_windows(text: str, data: str) -> None:
    assert windows31j.encode(text).hex() == data


@pytest.mark.parametrize(
    "sign", [*SUBSTITUTES, "𠮷", "é", "🍣", "\ue000", "\uf8f1", "\x80", "\u00a0", "\ud800"]
)
def test_what_windows_has_not_is_refused_at_its_place_never_written_as_something_else(sign: str) -> None:
    with pytest.raises(Unencodable) as refusal:
        windows31j.encode(f"髙㈱{sign}a{sign}")
    assert (refusal.value.index, refusal.value.character) == (2, sign)
    assert windows31j.unencodable(f"髙{sign}a{sign}") == [(1, sign), (3, sign)]
    assert not windows31j.holds(sign)


def test_the_profile_substitutes_what_it_lists_and_refuses_the_rest() -> None:
    assert windows31j.encode("A−1〜2 ¥100", SUBSTITUTE) == windows31j.encode("A－1～2 ￥100")
    assert windows31j.unencodable("¥𠮷", SUBSTITUTE) == [(1, "𠮷")]
    with pytest.raises(Unencodable):
        windows31j.encode("\ue000", SUBSTITUTE)


@pytest.mark.parametrize(
    ("data", "index"),
    [
        ("80", 0),
        ("41a0", 1),
        ("88a0fd", 2),
        ("8840ff", 0),
        ("88", 0),
        ("4181", 1),
        ("fc4c", 0),
        ("fbfcfe", 2),
    ],
)
def test_bytes_that_windows_leaves_empty_are_refused_at_their_place(data: str, index: int) -> None:
    with pytest.raises(Undecodable) as refusal:
        windows31j.decode(bytes.fromhex(data))
    assert refusal.value.index == index
    assert refusal.value.byte == bytes.fromhex(data)[index]


TEXTS = st.text(st.sampled_from("aｱﾞあ髙㈱①～〜¥𠮷é\ue000\\\r\n") | st.characters())


@given(TEXTS, st.sampled_from([REFUSE, SUBSTITUTE]))
def test_a_text_is_the_codes_of_its_characters_or_refused_at_its_first_stranger(
    text: str, profile: windows31j.Profile
) -> None:
    strangers = windows31j.unencodable(text, profile)
    assert [text[index] for index, _ in strangers] == [c for c in text if not windows31j.holds(c, profile)]
    try:
        data = windows31j.encode(text, profile)
    except Unencodable as refusal:
        first = (refusal.index, refusal.character)
        assert first == strangers[0]
    else:
        assert not strangers
        assert data == b"".join(windows31j.encode(character, profile) for character in text)
        if profile is REFUSE:
            assert windows31j.width(text) == len(data)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused_and_nothing_is_lost(data: bytes) -> None:
    try:
        text = windows31j.decode(data)
    except Undecodable as refusal:
        place, byte = refusal.index, refusal.byte
        assert data[place] == byte
        windows31j.decode(data[:place])
    else:
        assert windows31j.width(text) == len(data)


@pytest.mark.parametrize(
    ("text", "cells"),
    [("", 0), ("a1\\", 3), ("ｱﾞ", 2), ("あ", 2), ("①髙ａ", 6), ("𠮷a", 3), ("山田 ﾀﾛｳ", 8)],
)
def test_width_counts_half_width_cells(text: str, cells: int) -> None:
    assert windows31j.width(text) == cells


@pytest.mark.parametrize(
    ("text", "half", "beginning"),
    [
        ("青葉部品", 8, "青葉部品"),
        ("青葉部品", 7, "青葉部"),
        ("a青葉", 4, "a青"),
        ("ｶﾞｷﾞ", 3, "ｶﾞ"),
        ("ｶﾞ", 1, ""),
        ("青", 1, ""),
        ("青", 0, ""),
    ],
)
def test_a_cut_keeps_whole_characters_and_marks_with_their_kana(text: str, half: int, beginning: str) -> None:
    assert windows31j.cut(text, half) == beginning


@given(TEXTS, st.integers(0, 30))
def test_a_cut_is_a_beginning_that_fits(text: str, half: int) -> None:
    beginning = windows31j.cut(text, half)
    assert text.startswith(beginning)
    assert windows31j.width(beginning) <= half
