"""Another company in a form: chosen from 取引先 and past use, or typed; and by which name it is known."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from accounts.actions.companies import AccountNumber
from accounts.models import Company, SettlementAccount
from erec.partners import access, banks
from erec.partners.directory import Key, find_many
from erec.partners.models import Counterpart, PastUse
from erec.partners.suggestions import key_of
from erec.workflow.forms.fields import half_width

PARTNER = ("user_number", "bank_code", "branch_code", "kind", "number")  # the fields of a partner

# As the list under the field writes a partner: 「T00000001 9999-101-2-0000001 みどり精機」.
_CHOSEN = re.compile(r"([0-9A-Za-z]{9}) (\d{4})-(\d{3})-([129])-(\d{7})( .*)?")
_KINDS = dict(SettlementAccount.Kind.choices)


@dataclass(frozen=True)
class Named:
    """What is known of a typed company. `name`: told only where number and account belong together."""

    name: str
    bank: str
    branch: str


def as_text(key: Key) -> str:
    """A partner in one value: what a list's row sends back."""
    return f"{key.user_number} {'-'.join(astuple(key.account))}"


def texts_of(key: Key) -> dict[str, str]:
    """The five fields."""
    return dict(zip(PARTNER, (key.user_number, *astuple(key.account)), strict=True))


def from_text(text: str) -> dict[str, str] | None:
    """The reverse of `as_text`, a name behind it does not matter; None for anything else."""
    found = _CHOSEN.fullmatch(" ".join(half_width(text).split()))
    return dict(zip(PARTNER, found.groups()[:5], strict=True)) if found else None


def complete(company: Company, places: Sequence[dict[str, str]]) -> None:
    """Fill in what the person left to us: a whole partner in the number's field, or a number that the
    company has used with one account only.
    """
    for place in places:
        place.update(from_text(place.get("user_number", "")) or {})
    open_ones = [place for place in places if _only_number(place)]
    known = _accounts_by_number(company, {_number(place) for place in open_ones})
    for place in open_ones:
        accounts = known.get(_number(place), set())
        if len(accounts) == 1:
            place.update(texts_of(Key(_number(place), *accounts)))


def _only_number(place: Mapping[str, str]) -> bool:
    account = ("bank_code", "branch_code", "number")
    return bool(_number(place)) and not any(place.get(name, "").strip() for name in account)


def _number(place: Mapping[str, str]) -> str:
    return half_width(place.get("user_number", "")).upper()


def _accounts_by_number(company: Company, numbers: set[str]) -> dict[str, set[AccountNumber]]:
    if not numbers:
        return {}
    found: dict[str, set[AccountNumber]] = {}
    rows: list[Counterpart] = [
        *access.partners_of(company.pk).filter(user_number__in=numbers),
        *PastUse.objects.filter(company_id=company.pk, user_number__in=numbers),
    ]
    for row in rows:
        found.setdefault(row.user_number, set()).add(key_of(row).account)
    return found


def named(company: Company, places: Iterable[Mapping[str, str]]) -> list[Named]:
    """The names that stand beside typed companies, in one query for all."""
    keys = [_key(place) for place in places]
    found = find_many({key for key in keys if key.user_number and key.user_number != company.user_number})
    return [
        Named(
            name=found[key].name if key in found else "",
            bank=banks.bank_name(key.account.bank_code) if key.account.bank_code else "",
            branch=_branch(key.account),
        )
        for key in keys
    ]


def _branch(account: AccountNumber) -> str:
    if not (account.bank_code and account.branch_code):
        return ""
    return banks.branch_name(account.bank_code, account.branch_code)


def _key(place: Mapping[str, str]) -> Key:
    number, *account = (place.get(name, "") for name in PARTNER)
    return Key(number, AccountNumber(*account))


def kind_of(text: str) -> str:
    """口座種別 as a paste may write it: 「当座」 or 「2」; what is neither stays as it is."""
    plain = half_width(text)
    return next((code for code, word in _KINDS.items() if plain in (code, word, f"{word}預金")), plain)
