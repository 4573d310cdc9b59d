"""Writes the trail: the last statement of every action.

A company's events lie on its own chain, in the order in which its head row was locked. Events of no
company (a refused certificate of a stranger, a wrong ID) would make one chain that every stranger's
request waits for, so they are spread by lot over a fixed number of shards, each chained like a
company. Sealing them in batches afterwards was the other way: it leaves a while in which a row can
be changed unseen, and needs a sealer that never fails.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from erec.trail import chain
from erec.trail.chain import BEGINNING, SHARDS, VERSION, Link
from erec.trail.events import Event
from erec.trail.models import ChainHead, Entry

DOORS = ("", "entry", "cert", "command", "worker")
TEXT_MAX = 1000


@dataclass(frozen=True)
class Who:
    """Who acted, as text that stays true after the person is gone."""

    user_id: int | None = None
    login_id: str = ""
    name: str = ""
    address: str = ""
    door: str = ""


def record(
    event: Event,
    *,
    at: datetime,
    company_id: int | None,
    who: Who,
    target: str = "",
    **detail: str | int | bool | None,
) -> None:
    """Append one event to its company's chain, or to a shard if there is no company.

    The chain stays locked until the transaction ends, so this is an action's last statement. Text
    longer than 1,000 characters is cut, and what PostgreSQL cannot store (NUL, lone surrogates)
    becomes U+FFFD: what a stranger typed must not stop the record of it. Raises
    TransactionManagementError outside transaction.atomic.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is recorded inside the action's transaction.")
    if at.tzinfo is None:
        raise ValueError("The moment of an event needs a time zone.")
    if who.door not in DOORS:
        raise ValueError(f"Unknown door {who.door!r}.")
    number = -1 - secrets.randbelow(SHARDS) if company_id is None else company_id
    head = _locked_head(number)
    unhashed = Link(
        version=VERSION,
        chain=number,
        position=head.position + 1,
        previous_hash=bytes(head.hash),
        event=Event(event).value,
        recorded_at=at.astimezone(UTC),
        company_id=company_id,
        user_id=who.user_id,
        login_id=_kept(who.login_id),
        user_name=_kept(who.name),
        address=_kept(who.address),
        door=who.door,
        target=_kept(target),
        detail={name: _kept_detail(value) for name, value in detail.items()},
    )
    link = replace(unhashed, hash=chain.digest(unhashed))
    Entry.objects.create(**{name: getattr(link, name) for name in chain.COLUMNS})
    ChainHead.objects.filter(chain=number).update(position=link.position, hash=link.hash)


def record_for_both(
    event: Event,
    *,
    at: datetime,
    company_ids: Collection[int],
    who: Who,
    target: str = "",
    **detail: str | int | bool | None,
) -> None:
    """Append the same event to the chain of every company it concerns, each once.

    The chains are locked in the order of the companies' ids, so that two actions that concern the
    same two companies wait for each other and never deadlock.
    """
    for company_id in sorted(set(company_ids)):
        record(event, at=at, company_id=company_id, who=who, target=target, **detail)


def _locked_head(number: int) -> ChainHead:
    """The chain's head row under FOR UPDATE, made by whoever needs it first."""
    heads = ChainHead.objects.select_for_update()
    head = heads.filter(chain=number).first()
    if head is None:
        ChainHead.objects.bulk_create([ChainHead(chain=number, hash=BEGINNING)], ignore_conflicts=True)
        head = heads.get(chain=number)
    return head


def _kept(text: str) -> str:
    """Text that PostgreSQL can store and that is no longer than a line of history needs."""
    storable = "".join("\ufffd" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in str(text))
    return storable if len(storable) <= TEXT_MAX else storable[: TEXT_MAX - 1] + "…"


def _kept_detail(value: Any) -> str | int | bool | None:
    if isinstance(value, str):
        return _kept(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    raise TypeError(
        f"A detail is text, a whole number, a truth value or nothing, not {type(value).__name__}."
    )
