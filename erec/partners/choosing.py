"""金融機関 and 支店 by name or kana instead of by code, without a script: the form comes back with the found
ones as buttons, and everything typed so far.

A button's value says what it does: `banks` and `branches` search, `bank:0001` and `branch:101` choose.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from erec.partners import banks
from erec.partners.banks import Place

WORDS_MAX = 40
SEARCHES = ("banks", "branches")


@dataclass(frozen=True)
class Choosing:
    """What the chooser shows. A list is None where nothing was searched."""

    bank_words: str = ""
    branch_words: str = ""
    bank_name: str = ""
    branch_name: str = ""
    banks: list[Place] | None = None
    branches: list[Place] | None = None


def is_choice(step: str) -> bool:
    return step in SEARCHES or step.partition(":")[0] in ("bank", "branch")


def choose(step: str, typed: Mapping[str, str]) -> tuple[dict[str, str], Choosing]:
    """The form's values after the press of that button, and what to show beside them."""
    values = dict(typed)
    what, _, code = step.partition(":")
    if what == "bank":
        values |= {"bank_code": code[:4], "branch_code": "", "bank_words": "", "branch_words": ""}
    if what == "branch":
        values |= {"branch_code": code[:3], "branch_words": ""}
    return values, shown(values, what)


def shown(values: Mapping[str, str], what: str = "") -> Choosing:
    """Names beside the codes; the found banks after a search, the branches also after a bank was chosen."""
    bank_words, branch_words = (
        values.get(name, "")[:WORDS_MAX].strip() for name in ("bank_words", "branch_words")
    )
    bank_code = values.get("bank_code", "")
    return Choosing(
        bank_words=bank_words,
        branch_words=branch_words,
        bank_name=banks.bank_name(bank_code),
        branch_name=banks.branch_name(bank_code, values.get("branch_code", "")),
        banks=banks.find_banks(bank_words) if what == "banks" else None,
        branches=banks.find_branches(bank_code, branch_words) if what in ("bank", "branches") else None,
    )
