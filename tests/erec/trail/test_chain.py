"""The encoding of a link, spelled out, and what `first_break` says of each kind of harm."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.trail.chain import BEGINNING, VERSION, Head, Link, Unreadable, digest, first_break

LINK = Link(
    version=VERSION,
    chain=7,
    position=1,
    previous_hash=BEGINNING,
    event="login.refused",
    recorded_at=datetime(2026, 4, 1, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9))),
    company_id=7,
    user_id=None,
    login_id="d-tanaka1",
    user_name='髙橋　"花子"',
    address="192.0.2.1",
    door="cert",
    target="a\nb",
    detail={"z": True, "a": 1, "reason": "パスワード"},
)


def chain_of(count: int) -> list[Link]:
    links: list[Link] = []
    for position in range(1, count + 1):
        previous = links[-1].hash if links else BEGINNING
        link = replace(LINK, position=position, previous_hash=previous, target=f"対象{position}")
        links.append(replace(link, hash=digest(link)))
    return links


def head_of(links: list[Link]) -> Head:
    return Head(7, links[-1].position, links[-1].hash)


def test_the_hash_of_a_link_is_sha256_over_the_documented_bytes() -> None:
    text = (
        "erec-trail-1\n"
        '[1,7,1,"' + "00" * 32 + '","login.refused",1775001600123456,7,null,"d-tanaka1",'
        '"髙橋　\\"花子\\"","192.0.2.1","cert","a\\nb",{"a":1,"reason":"パスワード","z":true}]'
    )
    assert digest(LINK) == hashlib.sha256(text.encode()).digest()


def test_the_time_zone_in_which_a_moment_is_written_does_not_matter() -> None:
    assert digest(replace(LINK, recorded_at=LINK.recorded_at.astimezone(UTC))) == digest(LINK)


def test_true_and_one_are_different_details() -> None:
    assert digest(replace(LINK, detail={"n": True})) != digest(replace(LINK, detail={"n": 1}))


@given(st.text(), st.text(), st.text(), st.text())
def test_text_cannot_move_from_one_field_into_the_next_unseen(a: str, b: str, c: str, d: str) -> None:
    same = (a, b) == (c, d)
    one, other = replace(LINK, door=a, target=b), replace(LINK, door=c, target=d)
    assert (digest(one) == digest(other)) is same


def test_a_whole_chain_holds_and_its_links_are_counted() -> None:
    links = chain_of(5)
    assert first_break(7, links, head_of(links)) == (None, 5)


def test_an_empty_chain_with_a_head_at_the_beginning_holds() -> None:
    assert first_break(7, [], Head(7, 0, BEGINNING)) == (None, 0)


EDITED = [replace(link, target="別") if link.position == 3 else link for link in chain_of(5)]
REHASHED = [replace(link, hash=digest(link)) if link.position == 3 else link for link in EDITED]
FOREIGN = [replace(link, chain=8) if link.position == 3 else link for link in chain_of(5)]
OTHER_VERSION = [replace(link, version=2) if link.position == 3 else link for link in chain_of(5)]
WHOLE = chain_of(5)


@pytest.mark.parametrize(
    ("links", "head", "position", "says"),
    [
        (EDITED, head_of(WHOLE), 3, "内容がハッシュと合いません"),
        (REHASHED, head_of(WHOLE), 4, "一つ前の記録とつながっていません"),
        (FOREIGN, head_of(WHOLE), 3, "重なっています"),
        (OTHER_VERSION, head_of(WHOLE), 3, "版 2 は知られていません"),
        (WHOLE[:2] + WHOLE[3:], head_of(WHOLE), 3, "この位置の記録がありません"),
        (WHOLE[1:], head_of(WHOLE), 1, "この位置の記録がありません"),
        (WHOLE[:3] + WHOLE[2:], head_of(WHOLE), 3, "重なっています"),
        (WHOLE[:4], head_of(WHOLE), 5, "ここから先の記録がありません"),
        ([], head_of(WHOLE), 1, "ここから先の記録がありません"),
        (WHOLE, Head(7, 4, WHOLE[3].hash), 5, "先頭より後ろに記録があります"),
        (WHOLE, Head(7, 5, bytes(32)), 5, "先頭の行とハッシュが合いません"),
        (WHOLE, None, 5, "先頭の行がありません"),
    ],
)
def test_the_first_break_is_named_by_its_position(
    links: list[Link], head: Head | None, position: int, says: str
) -> None:
    broken, held = first_break(7, links, head)
    assert broken is not None
    assert (broken.chain, broken.position) == (7, position)
    assert says in broken.what
    assert held <= position


def test_a_value_that_cannot_be_read_is_a_break_and_not_a_crash() -> None:
    def links() -> object:
        yield from WHOLE[:2]
        raise Unreadable

    broken, held = first_break(7, links(), head_of(WHOLE))  # type: ignore[arg-type]
    assert broken is not None
    assert (broken.position, held) == (3, 2)
    assert "読めない値" in broken.what
