"""Entries out of what was recorded: made when somebody looks, and by a command.

Not an act of a person and so no event of the trail: whoever asks, whenever and however often, the same
entries come of the same records. Claims are read without locks; what is recorded meanwhile is found next.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from erec.claims.models import Claim
from erec.journals import access, loans
from erec.journals.models import Entry, EntryLine, FollowedClaim, JournalSettings
from erec.journals.reading import Histories
from erec.journals.rules import Method
from erec.journals.vouchers import Half, Voucher

BATCH = 500  # claims at once
Key = tuple[str, str, int]  # an entry's source, moment and part
Found = tuple[str, Voucher]  # with the claim's record number, empty for a loan

_UNFOLLOWED = """
SELECT DISTINCT h.claim_id
FROM claims_holding h
JOIN claims_claim c ON c.id = h.claim_id
LEFT JOIN journals_followedclaim f ON f.company_id = h.company_id AND f.claim_id = h.claim_id
WHERE h.company_id = %s AND c.position > 0
  AND (f.id IS NULL OR f.position < c.position
       OR f.results < (SELECT count(*) FROM claims_settlementresult r WHERE r.claim_id = c.id))
ORDER BY h.claim_id
"""


@transaction.atomic
def make(company_id: int, *, at: datetime) -> int:
    """Enter everything that was recorded since; how many entries. None before the company has settings."""
    access.alone(company_id)
    settings = access.settings_of(company_id)
    if settings is None:
        return 0
    made = sum(_follow(settings, claims, at) for claims in _batches(_unfollowed(company_id)))
    return made + _enter(settings, [("", voucher) for voucher in loans.vouchers(company_id)], at)


def _unfollowed(company_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNFOLLOWED, [company_id])
        return [row[0] for row in cursor.fetchall()]


def _batches(claim_ids: Sequence[int]) -> Iterator[list[Claim]]:
    for start in range(0, len(claim_ids), BATCH):
        yield list(Claim.objects.filter(pk__in=claim_ids[start : start + BATCH]).order_by("pk"))


def _follow(settings: JournalSettings, claims: Collection[Claim], at: datetime) -> int:
    histories = Histories(settings.company_id, claims)
    rows = FollowedClaim.objects.filter(company_id=settings.company_id, claim__in=histories.claims)
    followed = {row.claim_id: row for row in rows}
    others = frozenset(settings.other_partners)
    found: list[Found] = []
    for claim in claims:
        row = followed.get(claim.pk) or _begun(settings, claim, followed)
        follower = histories.follower(claim, Method(row.method), others, row.is_other)
        found += [(claim.record_number, voucher) for voucher in follower.vouchers]
        row.position, row.results = histories.read(claim)
        row.is_other = follower.is_other
        followed[claim.pk] = row
    FollowedClaim.objects.bulk_create(
        [followed[claim.pk] for claim in claims],
        update_conflicts=True,
        unique_fields=["company", "claim"],
        update_fields=["position", "results", "is_other"],
    )
    return _enter(settings, found, at)


def _begun(settings: JournalSettings, claim: Claim, followed: Mapping[int, FollowedClaim]) -> FollowedClaim:
    """By the settings of now; what was divided off is 営業外 if its parent is."""
    parent = followed.get(claim.parent_id or 0)
    return FollowedClaim(
        company_id=settings.company_id,
        claim=claim,
        method=settings.method,
        is_other=parent.is_other if parent else None,
        position=0,
        results=0,
    )


def _enter(settings: JournalSettings, found: Sequence[Found], at: datetime) -> int:
    """Those that are not there yet, in the order of their days."""
    wanted = [one for one in _keyed(found) if one[2].on >= settings.starts_on]
    rows = access.entries_of(settings.company_id).filter(source__in={key[0] for key, _, _ in wanted})
    known = set(rows.values_list("source", "moment", "part"))
    new = sorted((one for one in wanted if one[0] not in known), key=lambda one: one[2].on)
    entries = Entry.objects.bulk_create(
        (_entry(settings, key, number, voucher, at) for key, number, voucher in new), batch_size=1000
    )
    EntryLine.objects.bulk_create(
        (line for entry, (_, _, v) in zip(entries, new, strict=True) for line in _lines(entry, v)),
        batch_size=1000,
    )
    return len(entries)


def _keyed(found: Sequence[Found]) -> Iterator[tuple[Key, str, Voucher]]:
    """Each with what makes it the same again: its source, its moment, and which of several it is."""
    parts: dict[tuple[str, str], int] = {}
    for number, voucher in found:
        same = (voucher.source, voucher.moment.value)
        part = parts[same] = parts.get(same, -1) + 1
        yield (*same, part), number, voucher


def _entry(settings: JournalSettings, key: Key, number: str, voucher: Voucher, at: datetime) -> Entry:
    """A day in a month that is closed becomes the first day after it; the true one stands in 摘要."""
    source, moment, part = key
    on, memo = voucher.on, voucher.memo
    if settings.closed_until and on <= settings.closed_until:
        memo = f"（{on:%Y/%m/%d}分）{memo}"
        on = settings.closed_until + timedelta(days=1)
    return Entry(
        company_id=settings.company_id,
        source=source,
        moment=moment,
        part=part,
        on=on,
        happened_on=voucher.on,
        record_number=number,
        due_on=voucher.due_on,
        partner_number=voucher.partner.user_number if voucher.partner else "",
        partner_name=voucher.partner.name if voucher.partner else "",
        account=voucher.account,
        memo=memo,
        total_yen=voucher.debit_yen,
        made_at=at,
    )


def _lines(entry: Entry, voucher: Voucher) -> Iterator[EntryLine]:
    for position, line in enumerate(voucher.lines, start=1):
        yield EntryLine(
            entry=entry,
            company_id=entry.company_id,
            position=position,
            is_increase=line.due_on is not None,
            due_on=line.due_on,
            **_side("debit", line.debit),
            **_side("credit", line.credit),
        )


def _side(name: str, half: Half | None) -> dict[str, str | int]:
    if half is None:
        return {}
    return {
        name: half.role.value,
        f"{name}_number": half.party.user_number if half.party else "",
        f"{name}_name": half.party.name if half.party else "",
        f"{name}_yen": half.yen,
    }
