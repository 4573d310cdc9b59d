"""The register of paper bills: its tables, their columns, and what a cell may hold.

The tables are those of 手形期日管理帳票 (PCA汎用データレイアウト). Every value is held to its cell's width
when it is stored, so that an output never stops at one. How many there may be is ours (inferred).
"""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import TextChoices

LAYOUT = "手形期日管理帳票"


class Kind(TextChoices):
    """Which of the four tables; the label is the table's name without its brackets."""

    HELD = "held", "受取手形"
    ISSUED = "issued", "支払手形"
    DISCOUNTED = "discounted", "割引手形"
    ENDORSED = "endorsed", "裏書手形"


class About(NamedTuple):
    """What is particular to a kind. `party` as the layout calls the other side."""

    party: str
    bank_needed: bool = False
    has_reason: bool = False


ABOUT: Mapping[Kind, About] = {
    Kind.HELD: About("取引先"),
    Kind.ISSUED: About("支払先", bank_needed=True),
    Kind.DISCOUNTED: About("取引先", bank_needed=True),
    Kind.ENDORSED: About("支払先", has_reason=True),
}

NUMBER_MAX = 23  # half-width cells, as all widths here
CELL = 14
NOTE_MAX = 256
NAME_MAX = 60  # characters of a name as it stands on the bill, as of 取引先
AMOUNT_MAX_YEN = 999_999_999_999  # 金額: 12 digits

BILLS_MAX = 10_000  # of one company
IMPORT_LINES_MAX = 2_000  # of one file
FILE_NAME_MAX = 100
