"""Banks and branches by code, name and kana."""

import pytest
from django.conf import settings

from erec.partners import banks
from erec.partners.banks import Place, bank_name, branch_name, find_banks, find_branches
from erec.partners.folding import fold, words


@pytest.mark.parametrize(
    "text", ["キョウト", "きょうと", "ｷｮｳﾄ", "キヨウト", "キ・ョー ウト", "ｷﾖｳﾄ－", "き\x00ょう\u200bと"]
)
def test_every_way_to_write_kana_is_one(text: str) -> None:
    assert fold(text) == "キヨウト"


def test_widths_case_and_signs_are_one() -> None:
    assert (fold("㈱ＡＢＣ"), fold("(株) abc"), fold("霞ヶ関"), fold("霞ケ関")) == (
        "(株)abc",
        "(株)abc",
        "霞ケ関",
        "霞ケ関",
    )
    assert words("　青葉 部品　ー ") == ["青葉", "部品"]


@pytest.mark.parametrize("text", ["0001", "みずほ", "ミズホ", "ﾐｽﾞﾎ", "みずほ銀行", " みずほ　", "００01"])
def test_a_bank_is_found_first_by_code_name_or_kana(text: str) -> None:
    assert find_banks(text)[0] == Place("0001", "みずほ", "ミズホ")


@pytest.mark.parametrize("text", ["北海道信用金庫", "北海道信金", "ほっかいどうしんきん", "ﾎﾂｶｲﾄﾞｳｼﾝ", "1001"])
def test_the_long_word_for_a_kind_of_bank_finds_the_short_name(text: str) -> None:
    assert find_banks(text)[0].name == "北海道信金"


def test_what_begins_so_comes_before_what_holds_it() -> None:
    names = [place.name for place in find_banks("東京")]
    first_inside = next(n for n, name in enumerate(names) if not name.startswith("東京"))
    assert first_inside > 0
    assert all("東京" in name for name in names)
    assert not any(name.startswith("東京") for name in names[first_inside:])


def test_a_code_is_found_by_its_beginning_only() -> None:
    assert [place.code for place in find_banks("000")] == ["0001", "0005", "0009"]
    assert find_banks("99999") == []


def test_too_many_are_cut() -> None:
    assert len(find_banks("信金")) == banks.FOUND_MAX
    assert len(find_branches("0001", "")) == banks.FOUND_MAX


@pytest.mark.parametrize("text", ["存在しない銀行名", "%", "' OR 1=1", "銀行" * 50])
def test_nonsense_finds_nothing(text: str) -> None:
    assert find_banks(text) == []


@pytest.mark.parametrize(
    "text", ["9999", settings.INSTITUTION, "いちまるしんきん", "一〇信金", "", " ー\x00"]
)
def test_our_own_institution_is_found_and_offered_first(text: str) -> None:
    assert find_banks(text)[0] == Place("9999", "一〇信用金庫", "イチマルシンキン")


def test_our_own_branches_are_found() -> None:
    assert [place.name for place in find_branches("9999", "")] == ["本店", "駅前", "港", "中央"]
    assert [place.code for place in find_branches("9999", "ちゅうおう支店")] == ["104"]


@pytest.mark.parametrize("text", ["001", "東京営業部", "とうきょう", "ﾄｳｷﾖｳ"])
def test_a_branch_is_found_within_its_bank(text: str) -> None:
    assert find_branches("0001", text)[0] == Place("001", "東京営業部", "トウキヨウ")
    assert find_branches("0000", text) == []


def test_names_of_codes_and_nothing_for_unknown_ones() -> None:
    assert (bank_name("0001"), branch_name("0001", "001")) == ("みずほ", "東京営業部")
    assert (bank_name("9998"), branch_name("9998", "001"), branch_name("9999", "999")) == ("", "", "")
