"""Proposals for what a cell cannot hold: each fits, each can be written, none surprises a bookkeeper."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erec.formats import windows31j
from erec.formats.substitutes import STANDS_FOR, propose, spelled

TABLED = st.sampled_from(sorted(STANDS_FOR))
WORDS = st.sampled_from(
    [
        "株式会社",
        "㈱",
        "(株)",
        "合同会社",
        "信用金庫",
        "青葉",
        "製作所",
        "ホールディングス",
        "ガス",
        " ",
        "　",
        "Co., Ltd.",
        "Limited",
        "Ａ１",
    ]
)
NAMES = st.lists(WORDS | TABLED | st.characters(), max_size=8).map("".join)


@pytest.mark.parametrize(
    ("name", "proposals"),
    [
        ("青葉商会", ["青葉商会"]),
        ("𠮷野家", ["吉野家"]),
        ("株式会社𠮷野部品製作所", ["吉野部品製作所", "㈱吉野部品製作"]),
        ("有限会社髙橋工務店", ["㈲髙橋工務店", "髙橋工務店"]),
        ("株式会社　青葉製作所 東京支店", ["㈱青葉製作所東", "青葉製作所東京"]),
        ("株式会社アオバエレクトロニクス", ["㈱ｱｵﾊﾞｴﾚｸﾄﾛﾆｸｽ", "ｱｵﾊﾞｴﾚｸﾄﾛﾆｸｽ"]),
        ("山田　太郎左衛門", ["山田太郎左衛門"]),
        ("ＡＣＭＥ商事株式会社", ["ＡＣＭＥ商事㈱", "ＡＣＭＥ商事"]),
        ("青葉ホールディングス株式会社", ["青葉HD㈱", "青葉HD"]),
        ("北海道信用金庫", ["北海道信用金庫"]),
        ("北海道信用金庫駅前支店", ["北海道信金駅前"]),
        ("Acme Trading Limited", ["Acme Trading", "Acme Trading L"]),
        ("Aoba Co., Ltd. 商事", ["Aoba Co., Ltd."]),
        ("龘商会", []),
        ("\ue000商会", []),
        ("株式会社", ["株式会社"]),
        ("", []),
        ("　", []),
        ("ガガガガガガガガ", ["ｶﾞｶﾞｶﾞｶﾞｶﾞｶﾞｶﾞ"]),
    ],
)
def test_a_name_of_fourteen_cells_is_proposed_as_a_bookkeeper_would_write_it(
    name: str, proposals: list[str]
) -> None:
    assert propose(name, half=14) == proposals


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("頰塡剝𠮟", "頬填剥叱"),
        ("髙﨑㈱①彅", "髙﨑㈱①彅"),  # Windows has them all
        ("\ufa45部", "海部"),  # the name form of 海, which Unicode itself takes apart
        ("葛\U000e0100城", "葛城"),  # which form of 葛 is meant cannot be said in Windows-31J
        ("Café Müller – Ærø½", "Cafe Muller － AEro1/2"),
        ("㍿青葉", "株式会社青葉"),
        ("A−1〜2 ¥100", "A－1～2 ￥100"),
        ("寿司🍣太郎\u200b", "寿司太郎"),
        ("东华贸易", "東華貿易"),
        ("ゔぁいおりん", "ヴぁいおりん"),
        ("한국", ""),
        ("青葉\r\n商会\x00", "青葉商会"),
    ],
)
def test_what_windows_has_not_is_spelled_with_what_it_has(text: str, spelling: str) -> None:
    assert spelled(text) == spelling


def test_the_tables_name_only_characters_that_need_it_and_stand_ins_that_can_be_written() -> None:
    assert [character for character in STANDS_FOR if windows31j.holds(character)] == []
    assert {
        character: other for character, other in STANDS_FOR.items() if windows31j.unencodable(other)
    } == {}
    assert all(len(character) == 1 for character in STANDS_FOR)


def test_every_character_of_the_lists_for_names_and_daily_use_has_a_stand_in() -> None:
    """What 常用漢字表 (2010) and 人名用漢字 have and JIS X 0208 has not: none is left without a proposal."""
    daily = "𠮟塡剝頰"
    names = "俱俠姸屛幷搔摑吞噓嚙囊潑瀆焰瘦禱簞繡繫萊蔣蟬蠟軀醬驒鷗鹼麴麵顚啞"
    names += "巢戾揭晚曆步歷每溫狀產硏祿緣虛錄鍊黃倂徵"
    radicals = "\ufa49\ufa5d\ufa5e\ufa66"
    old = "".join(chr(code) for code in range(0xFA30, 0xFA6B) if chr(code) not in radicals)
    for character in daily + names + old:
        assert windows31j.holds(character) or len(spelled(character)) == 1, character


@given(NAMES, st.integers(1, 30))
def test_each_proposal_fits_can_be_written_and_is_its_own_only_proposal(name: str, half: int) -> None:
    proposals = propose(name, half=half)
    assert len(proposals) == len(set(proposals)) <= 2
    for proposal in proposals:
        assert windows31j.width(proposal) == len(windows31j.encode(proposal)) <= half
        assert propose(proposal, half=half) == [proposal]
        assert proposal.strip() == proposal
        assert not any(unicodedata.category(character) in {"Cc", "Cf"} for character in proposal)
        assert name == proposal or "?" not in proposal or "?" in unicodedata.normalize("NFKC", name)


@given(st.text(st.sampled_from("ABｱﾞ髙﨑㈱①山田漢字カナ 　-ー（）々"), max_size=10))
def test_what_needs_nothing_is_left_as_it_is(name: str) -> None:
    assert spelled(name) == name.strip()
    if name.strip() and windows31j.width(name) <= 14:
        assert propose(name, half=14) == [name.strip()]
