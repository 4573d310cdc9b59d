"""Banks and their branches, by code, name or kana.

From zengin-code, a package that carries the list of the 全国銀行協会's members with the day on which it was
taken: it may lag behind a merger, so it names and suggests and never refuses. Who banks here is asked
of the directory. The names there are short (「北海道信金」, 「みずほ」), so the words for kinds of banks are
shortened on both sides of a search.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

from erec.partners.folding import fold

FOUND_MAX = 30
_SHORT = (
    ("信用金庫", "信金"),
    ("信用組合", "信組"),
    ("労働金庫", "労金"),
    ("農業協同組合", "農協"),
    ("銀行", ""),
    ("出張所", ""),
    ("支店", ""),
)

# The demo's institution has a code that no bank has, so the list does not know it.
OWN_CODE = "9999"
_OWN_KANA = "イチマルシンキン"
_OWN_BRANCHES = {
    "101": ("本店", "ホンテン"),
    "102": ("駅前", "エキマエ"),
    "103": ("港", "ミナト"),
    "104": ("中央", "チユウオウ"),
}


@dataclass(frozen=True)
class Place:
    """A bank or a branch: its code, short name and kana."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True)
class _Listed:
    """A place with what a search compares: its code, name and kana."""

    place: Place
    keys: tuple[str, str, str]


def find_banks(text: str) -> list[Place]:
    """The best first; without a word our own institution."""
    return _best(text, _banks().values()) if fold(text) else [_banks()[OWN_CODE].place]


def find_branches(bank_code: str, text: str) -> list[Place]:
    """Of one bank; without a word the first of them by code."""
    return _best(text, _branches(bank_code).values())


def bank_name(bank_code: str) -> str:
    """Empty for a code that is in no list."""
    return _name(_banks(), bank_code)


def branch_name(bank_code: str, branch_code: str) -> str:
    return _name(_branches(bank_code), branch_code)


def bank_kana(bank_code: str) -> str:
    """In full-width katakana; empty for a code that is in no list."""
    return _kana(_banks(), bank_code)


def branch_kana(bank_code: str, branch_code: str) -> str:
    return _kana(_branches(bank_code), branch_code)


def _kana(listed: Mapping[str, _Listed], code: str) -> str:
    return listed[code].place.kana if code in listed else ""


def _name(listed: Mapping[str, _Listed], code: str) -> str:
    return listed[code].place.name if code in listed else ""


def _best(text: str, listed: Iterable[_Listed]) -> list[Place]:
    wanted = _key(text)
    ranked = [(rank, one.place) for one in listed if (rank := _rank(wanted, one.keys)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].code))
    return [place for _, place in ranked[:FOUND_MAX]]


def _rank(wanted: str, keys: tuple[str, str, str]) -> int | None:
    """0 for the very one, 1 for what begins so, 2 for what holds it; None for the rest."""
    if wanted in keys:
        return 0
    if any(key.startswith(wanted) for key in keys):
        return 1
    return 2 if any(wanted in key for key in keys[1:]) else None


def _key(text: str) -> str:
    for long, short in _SHORT:
        text = text.replace(long, short) or text
    return fold(text)


def _listed(code: str, name: str, kana: str) -> _Listed:
    return _Listed(Place(code, name, kana), (code, _key(name), fold(kana)))


@cache
def _banks() -> Mapping[str, _Listed]:
    own = _listed(OWN_CODE, settings.INSTITUTION, _OWN_KANA)
    return {OWN_CODE: own, **{code: _listed(code, b.name, b.kana) for code, b in _zengin().items()}}


@cache
def _branches(bank_code: str) -> Mapping[str, _Listed]:
    if bank_code == OWN_CODE:
        return {code: _listed(code, *names) for code, names in _OWN_BRANCHES.items()}
    bank = _zengin().get(bank_code)
    return {} if bank is None else {c: _listed(c, b.name, b.kana) for c, b in bank.branches.items()}


def _zengin() -> Mapping[str, Any]:
    from zengin_code import Bank  # reads 1,200 files: not before somebody asks

    banks: Mapping[str, Any] = Bank.all
    return banks
