"""What keeps a selection from being a file: names without a decision how to print them, and cells that the
layout refuses. Found before anything is downloaded; a person mends it, nothing is cut or replaced.

依頼人Ref.No. was checked when it was entered, names are checked when they are decided (erec.accounting), the
other cells are ours. So a trouble is a new name, or a text that this way of writing (without quotes) or an
older record brought along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection

from erec.accounting import printing
from erec.accounting.printing import Pair
from erec.exports.ledger.copying import table_of
from erec.exports.ledger.selection import Selection, lines_of, planned
from erec.formats import pca

NOTE = "摘要"
UNDECIDED = "印字名がまだ決まっていません。"
SIGNS = "「{sign}」は、引用符を使わない形式では書けません。引用符で囲む形式で出力してください。"


@dataclass(frozen=True)
class Trouble:
    """A text that cannot stand in its cell, in `count` rows, the first of them `record_number`'s.

    `number`: of a name, whose (利用者番号, or a bank's code); a person decides how it is printed.
    """

    item: str
    text: str
    reasons: Sequence[str]
    record_number: str
    count: int
    number: str = ""

    def __str__(self) -> str:
        whose = f"（{self.number}）" if self.number else ""
        more = f" ほか{self.count - 1:,}件" if self.count > 1 else ""
        return f"{self.item}「{self.text}」{whose}: {''.join(self.reasons)}［{self.record_number}{more}］"


def troubles(asked: Selection, profile: pca.Profile, *, at: datetime) -> list[Trouble]:
    """Empty: the file can be written. Names that fit as they are need nobody and are kept as decided."""
    found: list[Trouble] = []
    undecided: dict[Pair, Trouble] = {}
    note = next(field for field in table_of(asked.name).fields if field.name == NOTE)
    for odd, printed in _odd(asked, profile):
        if odd.item == NOTE:
            reason = note.problem_of(odd.text)
            found += _told(odd, [reason] if reason else _signs(odd.text, profile))
        elif printed is None:
            undecided[odd.number, odd.text] = odd
        else:
            found += _told(odd, _signs(printed, profile))
    fitted = printing.fit(asked.company_id, undecided, at=at)
    for pair, printed in fitted.printed.items():
        found += _told(undecided[pair], _signs(printed, profile))
    for pair in fitted.waiting:
        found += _told(undecided[pair], printing.reasons(pair[1]) or [UNDECIDED])
    return sorted(found, key=lambda trouble: (trouble.item, trouble.number, trouble.text))


_GROUPED = """
WITH l AS MATERIALIZED ({lines})
SELECT g.what, g.number, g.text, p.printed, g.record_number, g.count
FROM (
    SELECT 'party' AS what, number, name AS text, min(record_number) AS record_number, count(*) FROM l
    GROUP BY number, name
    UNION ALL
    SELECT 'bank', bank_number, bank_name, min(record_number), count(*) FROM l WHERE bank_number IS NOT NULL
    GROUP BY bank_number, bank_name
    UNION ALL
    SELECT 'note', '', note, min(record_number), count(*) FROM l WHERE note !~ %(plain)s
    GROUP BY note
) g
LEFT JOIN accounting_printedname p ON p.company_id = %(company)s AND p.user_number = g.number
    AND p.name = g.text AND p.printed <> ''
WHERE g.what = 'note' OR p.printed IS NULL OR p.printed ~ %(signs)s
"""
_ASCII = "^[ -~]*$"
_ASCII_UNQUOTED = "^[ !#-+.-~-]*$"  # without , and "


def _odd(asked: Selection, profile: pca.Profile) -> Iterator[tuple[Trouble, str | None]]:
    """What may be wrong, without its reasons, and how a name is printed (None: not decided)."""
    names = [field.name for field in table_of(asked.name).fields]
    items = {"party": next(n for n in names if n in ("取引先", "支払先")), "bank": "銀行名", "note": NOTE}
    lines = lines_of(asked)
    values = {
        **lines.values,
        "plain": _ASCII if profile.quoting else _ASCII_UNQUOTED,
        "signs": "^$" if profile.quoting else '[,"]',
    }
    with planned(asked), connection.chunked_cursor() as cursor:
        cursor.execute(_GROUPED.format(lines=lines.sql), values)
        for what, number, text, printed, record_number, count in cursor:
            yield Trouble(items[what], text, (), record_number, count, number), printed


def _signs(text: str, profile: pca.Profile) -> list[str]:
    """What would be read as the end of a cell."""
    if profile.quoting:
        return []
    return [SIGNS.format(sign=sign) for sign in (profile.delimiter, '"') if sign in text]


def _told(trouble: Trouble, reasons: Sequence[str]) -> list[Trouble]:
    return [replace(trouble, reasons=reasons)] if reasons else []
