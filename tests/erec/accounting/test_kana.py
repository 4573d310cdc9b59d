"""フリガナ, where it can be read off a name."""

import pytest

from erec.accounting.kana import company_kana, half_kana


@pytest.mark.parametrize(
    ("name", "kana"),
    [
        ("株式会社アカマツ", "ｶ)ｱｶﾏﾂ"),
        ("アカマツ㈱", "ｱｶﾏﾂ(ｶ"),
        ("合同会社みやびガーデン", "ﾄﾞ)ﾐﾔﾋﾞｶﾞ-ﾃﾞﾝ"),
        ("ＡＢＣサービス", "ABCｻ-ﾋﾞｽ"),
        ("株式会社赤松", ""),
        ("赤松", ""),
        ("株式会社", ""),
    ],
)
def test_a_companys_kana_is_written_as_banks_do(name: str, kana: str) -> None:
    assert company_kana(name) == kana


def test_what_has_no_kana_is_refused() -> None:
    assert (half_kana("きょうと"), half_kana("京都"), half_kana("")) == ("ｷﾖｳﾄ", None, "")
