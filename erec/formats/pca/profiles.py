"""How cells are put into a line. The document does not say it; older PCA documents name these forms.

カンマ区切り (comma, strings quoted, numbers bare), CSV (comma, nothing quoted), タブ区切り (tab, strings
quoted) of the menu 「汎用データ形式の設定」 (Ver.2.00 Rev.7.12). The fourth, スペース桁合せ, is not offered:
nothing found reads it.
"""

from dataclasses import dataclass

from erec.formats import windows31j


@dataclass(frozen=True, slots=True)
class Profile:
    """One form. `charset` says what becomes of 〜 and its like: refused, or written as ～ (`windows31j`)."""

    name: str
    delimiter: str
    quoting: bool
    charset: windows31j.Profile = windows31j.REFUSE


QUOTED = Profile("quoted", ",", True)
BARE = Profile("bare", ",", False)
TAB = Profile("tab", "\t", True)

PROFILES = {each.name: each for each in (QUOTED, BARE, TAB)}
