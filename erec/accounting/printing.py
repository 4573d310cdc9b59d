"""印字名: which names can be printed in a cell of 14／7, which cannot and why, and what could stand there.

An export joins the decisions by 利用者番号 and recorded name. What fits as it is decides itself; the rest
waits for a person, for nothing is cut and nothing becomes 「?」.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from erec.accounting.models import PrintedName
from erec.accounting.policy import CELL, PROPOSALS_MAX
from erec.formats import substitutes, windows31j
from erec.formats.text import shown
from erec.lists.downloads import FORMULA_STARTS
from erec.partners.access import partners_of

Pair = tuple[str, str]  # 利用者番号 (or a bank's four digits) and the name as recorded

_BATCH = 1000
EMPTY = "印字名を入力してください。"
BLANK_ENDS = "先頭と末尾の空白を除いてください。"
FORMULA = "先頭の記号（=、+、-、@）は、表計算ソフトで開くと計算式になるため使えません。"
CONTROL = "改行などの目に見えない文字は使えません。"


@dataclass(frozen=True)
class Fitted:
    """`printed` by pair, and the pairs that wait for a person."""

    printed: Mapping[Pair, str]
    waiting: Sequence[Pair]


def fit(company_id: int, names: Iterable[Pair], *, at: datetime) -> Fitted:
    """What stands for each name, all of them known to the table from now on. Any number of names.

    Works in the caller's transaction, or one a batch.
    """
    printed: dict[Pair, str] = {}
    for batch in _batches(dict.fromkeys(names)):
        known = _known(company_id, batch)
        new = {pair: pair[1] if not reasons(pair[1]) else "" for pair in batch if pair not in known}
        PrintedName.objects.bulk_create(
            (
                PrintedName(company_id=company_id, user_number=number, name=name, printed=text, at=at)
                for (number, name), text in new.items()
            ),
            ignore_conflicts=True,  # another export of the same moment was first
        )
        printed |= known | new
    waiting = [pair for pair, text in printed.items() if not text]
    return Fitted({pair: text for pair, text in printed.items() if text}, waiting)


def reasons(text: str, *, half: int = CELL) -> list[str]:
    """Why `text` cannot be printed in so many half-width cells, as sentences; none: it can."""
    if not text:
        return [EMPTY]
    found = [BLANK_ENDS] if text != text.strip(" \u3000") else []
    if text.startswith(FORMULA_STARTS):
        found.append(FORMULA)
    if any(unicodedata.category(character) == "Cc" for character in text):
        found.append(CONTROL)
    unknown = list(dict.fromkeys(character for _, character in windows31j.unencodable(text)))
    if unknown:
        found.append(
            f"{'、'.join(map(shown, unknown))}は、会計ソフトの文字コード（Windows-31J）にありません。"
        )
    over = windows31j.width(text) - half
    if over > 0:
        found.append(f"半角{half}文字（全角{half // 2}文字）に対して、半角{over}文字分長すぎます。")
    return found


def proposals(company_id: int, names: Sequence[Pair]) -> dict[Pair, list[str]]:
    """Up to six for each, the best first: the partner's own 登録名 if it fits, then what can be made of it
    and of the recorded name."""
    numbers = {number for number, _ in names}
    own: dict[str, list[str]] = {}
    rows = partners_of(company_id).filter(user_number__in=numbers).exclude(registered_name="")
    for number, registered in rows.order_by("pk").values_list("user_number", "registered_name"):
        own.setdefault(number, []).append(registered)
    return {pair: _proposed(pair[1], own.get(pair[0], [])) for pair in names}


def _proposed(name: str, registered: Sequence[str]) -> list[str]:
    made = [text for source in (*registered, name) for text in substitutes.propose(source, half=CELL)]
    found = dict.fromkeys([*registered, *made])
    return [text for text in found if not reasons(text)][:PROPOSALS_MAX]


def _known(company_id: int, batch: Sequence[Pair]) -> dict[Pair, str]:
    rows = PrintedName.objects.filter(company_id=company_id, user_number__in={number for number, _ in batch})
    wanted = set(batch)
    found = rows.values_list("user_number", "name", "printed")
    return {(number, name): printed for number, name, printed in found if (number, name) in wanted}


def _batches(names: Iterable[Pair]) -> Iterable[Sequence[Pair]]:
    left = list(names)
    return (left[start : start + _BATCH] for start in range(0, len(left), _BATCH))
