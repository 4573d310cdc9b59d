"""What could stand for a name that a cell cannot hold: proposals, of which a person takes one or none.

A name may have characters that Windows-31J has not (𠮷野家, 頰), or be wider than its cell: PCA's 取引先
takes 14 half-width cells, seven kanji. First what cannot be encoded is spelled with what can, by the tables
below; then the name is shortened step by step, each step one that a Japanese bookkeeper would take, the
mildest first. All of the tables are common usage, no standard (inferred): so nothing is ever replaced
without being seen.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from erec.formats import kana, windows31j
from erec.formats.windows31j import SUBSTITUTES

# 異体字: what the name has, and the form of the same character that Windows-31J has.
# 常用漢字表 of 2010 and 人名用漢字, whose printed forms are not in JIS X 0208: it has the abbreviated ones.
_FORMS_OF_THE_LISTS = """
𠮟叱 塡填 剝剥 頰頬 俱倶 吞呑 噓嘘 姸妍 幷并 繫繋 攢攅 啞唖 焰焔 鷗鴎 嚙噛 俠侠 軀躯 鹼鹸 麴麹 屛屏 繡繍 蔣蒋
醬醤 蟬蝉 搔掻 瘦痩 驒騨 簞箪 摑掴 顚顛 禱祷 瀆涜 囊嚢 潑溌 醱醗 麵麺 萊莱 蠟蝋
"""
# 旧字体 that neither JIS X 0208 nor IBM's extension holds.
_OLD_FORMS = """
溫温 狀状 淚涙 錄録 緣縁 黃黄 硏研 擊撃 巢巣 戶戸 戾戻 步歩 每毎 虛虚 卽即 揭掲 曆暦 歷歴 晚晩 姬姫 吳呉 產産
稅税 說説 銳鋭 閱閲 脫脱 旣既 內内 娛娯 强強 涉渉 查査 尙尚 槪概 鍊錬 雞鶏 絕絶 頹頽 毁毀 渴渇 鄉郷 倂併 徵徴
"""
# Forms of family registers, signboards and handwriting.
_FORMS_OF_NAMES = """
𠮷吉 𡈽土 圡土 𣘺橋 槗橋 𦚰脇 𥔎碕 㟢嵜 㐂喜 𫝆今 𠀋丈 囯国 柗松 桺柳 㠀島 㟁岸 𨺓隆 𥱋簗 𢈘鹿 𢌞廻 𣳾泰
𩵋魚 𥙿裕 𦥑臼 𨻶隙 臯皐 昦昊 炗光 灮光 畱留 旾春 旹時 鬰欝 濓濂 爕燮 琹琴 畒畝 眀明 矦侯 祘算 縂総 羗羌 肈肇
芲花 葊庵 蔴麻 虵蛇 鍫鍬 鎻鎖 鏁鎖 镸長 閗闘 靎鶴 馿驢 鳯鳳 齌斎 滙匯 鱉鼈 妒妬 污汚 汙汚 牕窓 鬭闘 缽鉢 巗巌
"""
# Mainland China's forms, in the names of companies and of persons.
_SIMPLIFIED = """
张張 陈陳 杨楊 赵趙 孙孫 马馬 刘劉 郑鄭 许許 苏蘇 谢謝 韩韓 冯馮 邓鄧 萧蕭 钟鐘 罗羅 吴呉 龙龍 东東 华華 兴興
贸貿 长長 门門 车車 电電 业業 义義 沪滬 滨濱 泻瀉
"""
_SIGNS = {
    "\u2011": "‐",  # a hyphen that does not break
    "\u2013": "－",
    "\u2022": "・",
    "\u2044": "/",  # in ½, once it is taken apart
    "\u22ef": "…",
    "\u3030": "～",
    "\u30a0": "＝",
    "€": "EUR",
    "©": "(C)",
    "®": "(R)",
    "Ø": "O",
    "ø": "o",
    "ł": "l",
    "Ł": "L",
    "ß": "ss",
    "Æ": "AE",
    "æ": "ae",
    "œ": "oe",
    "Œ": "OE",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ヷ": "ヴァ",
    "ヸ": "ヴィ",
    "ヹ": "ヴェ",
    "ヺ": "ヴォ",
}

# 法人の種類, as registers and banks abbreviate it.
_KINDS = {
    "株式会社": "㈱",
    "有限会社": "㈲",
    "合同会社": "(同)",
    "合資会社": "(資)",
    "合名会社": "(名)",
    "一般社団法人": "(一社)",
    "公益社団法人": "(公社)",
    "一般財団法人": "(一財)",
    "公益財団法人": "(公財)",
    "医療法人社団": "(医)",
    "医療法人財団": "(医)",
    "医療法人": "(医)",
    "社会福祉法人": "(福)",
    "学校法人": "(学)",
    "宗教法人": "(宗)",
    "特定非営利活動法人": "(特非)",
    "独立行政法人": "(独)",
    "地方独立行政法人": "(地独)",
    "国立大学法人": "(大)",
    "税理士法人": "(税)",
    "弁護士法人": "(弁)",
    "農事組合法人": "(農)",
}
# The same, but without these a name would be another's.
_KINDS_IN_NAMES = {
    "農業協同組合": "農協",
    "漁業協同組合": "漁協",
    "信用金庫": "信金",
    "信用組合": "信組",
    "労働金庫": "労金",
    "協同組合": "(協)",
}
# Words that many names have, and their usual short forms.
_WORDS = {
    "ホールディングス": "HD",
    "ホールディング": "HD",
    "グループ": "G",
    "営業所": "(営)",
    "出張所": "(出)",
    "事業所": "(事)",
    "支店": "(支)",
    "Holdings": "HD",
    "International": "Intl",
    "Corporation": "Corp",
    "Incorporated": "Inc",
    "Company": "Co",
    "Limited": "Ltd",
}


def _pairs(table: str) -> dict[str, str]:
    return {pair[0]: pair[1] for pair in table.split()}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_SPACES = re.compile(r"(?<![!-~])[ \u3000]+|[ \u3000]+(?![!-~])")
_SHORT_KINDS = _KINDS | _KINDS_IN_NAMES
_LONG_KINDS = re.compile(_any_of(_SHORT_KINDS))
_LONG_WORDS = re.compile(_any_of(_WORDS))
_ANY_KIND = re.compile(
    _any_of({*_KINDS, *_KINDS.values(), "(株)", "(有)", "（株）", "（有）"})
    + r"|,? ?(?:Co\.?,? ?)?Ltd\.?$|,? ?(?:Inc|Corp|LLC|K\.K)\.?$"
)

STANDS_FOR: Mapping[str, str] = {
    **_pairs(_FORMS_OF_THE_LISTS),
    **_pairs(_OLD_FORMS),
    **_pairs(_FORMS_OF_NAMES),
    **_pairs(_SIMPLIFIED),
    **_SIGNS,
    **SUBSTITUTES,
}


def propose(text: str, *, half: int) -> list[str]:
    """What could stand for `text` in a cell of `half` cells, the nearest to it first, one or two.

    What needs nothing is its own only proposal; where a kanji has no other form there is none, and a
    person must write. 「株式会社𠮷野部品製作所」 in 14 gives 「吉野部品製作所」, then 「㈱吉野部品製」.
    """
    spelling = spelled(text)
    if windows31j.width(spelling) <= half:
        return [spelling] if spelling else []
    with_kind = _shortened(spelling)
    bare = [_without_kind(rung) for rung in with_kind]
    whole = [_first_fitting(rungs, half) for rungs in (with_kind, bare)]
    cuts = [_cut(rungs[-1], half) for rungs in (with_kind, bare) if not _first_fitting(rungs, half)]
    return [proposal for proposal in dict.fromkeys([*whole, *cuts]) if proposal]


def spelled(text: str) -> str:
    """`text` in characters of Windows-31J, or nothing if a letter has no other form. Signs may just go."""
    parts = [_spelled(character) for character in text]
    return "" if None in parts else "".join(part for part in parts if part).strip()


def _spelled(character: str) -> str | None:
    kind = unicodedata.category(character)
    if kind in {"Cc", "Cf"}:
        return ""
    if windows31j.holds(character):
        return character
    if character in STANDS_FOR:
        return STANDS_FOR[character]
    # Ligatures, squares and forms that Unicode itself takes apart: ㍿, ㎥, é, and 海 as U+FA45.
    apart = [part for part in unicodedata.normalize("NFKD", character) if unicodedata.category(part) != "Mn"]
    if apart and all(windows31j.holds(part) or part in STANDS_FOR for part in apart):
        return "".join(part if windows31j.holds(part) else STANDS_FOR[part] for part in apart)
    return "" if kind[0] in "SMC" and kind != "Co" else None


def _shortened(text: str) -> list[str]:
    """Step upon step, the mildest first."""
    rungs = []
    for step in (_without_spaces, _with_short_kind, kana.half_width_letters, _with_short_words):
        text = step(text)
        rungs.append(text)
    return [*rungs, kana.half_width_kana(text)]


def _without_spaces(text: str) -> str:
    """Spaces stay between Latin words, which run together without them."""
    return _SPACES.sub("", text)


def _with_short_kind(text: str) -> str:
    return _LONG_KINDS.sub(lambda found: _SHORT_KINDS[found.group()], text)


def _with_short_words(text: str) -> str:
    return _LONG_WORDS.sub(lambda found: _WORDS[found.group()], text)


def _without_kind(text: str) -> str:
    return _ANY_KIND.sub("", text).strip()


def _first_fitting(rungs: list[str], half: int) -> str:
    return next((rung for rung in rungs if windows31j.width(rung) <= half), "")


def _cut(text: str, half: int) -> str:
    return windows31j.cut(text, half).rstrip(" \u3000(（・")
