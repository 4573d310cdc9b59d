"""Companies that take requests only from whom they registered (指定許可)."""

from typing import Any

from accounts.actions.companies import AccountNumber
from accounts.models import Company
from erec.partners.actions.designations import Setting, areas_of, registered, set_contract, set_designations
from erec.partners.directory import Key
from erec.partners.policy import Area
from tests import cast
from tests.erec.workflow.cast_workflow import TODAY, Trader


def chooses(company: Company, used: bool = True) -> bool:
    """The institution sets 指定許可機能 on or off."""
    return set_contract(company, used=used, on=TODAY, at=cast.AT, origin=cast.ORIGIN)


def key_of(trader: Trader) -> Key:
    return Key(trader.company.user_number, AccountNumber(*trader.account_text.split("-")))


def takes(own: Trader, other: Trader, *areas: Area) -> None:
    """`own` registers exactly these areas for the other company, as an approved request would."""
    key = key_of(other)
    seen = areas_of(registered(own.company.pk, {key}).get(key))
    set_designations(own.company.pk, [Setting(key, other.company.name, frozenset(areas), seen)], cast.AT)


def designation(*lines: tuple[Trader, list[Area]]) -> dict[str, Any]:
    """The content that the form would make."""
    return {
        "lines": [{**other.as_partner(), "areas": [str(area) for area in areas]} for other, areas in lines]
    }
