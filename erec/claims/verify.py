"""Proves the book: every claim is made again from its events and orders and compared with the tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from erec.claims import projection
from erec.claims.desk import (
    books_of,
    guarantor_key,
    guarantor_rows,
    holding_key,
    holding_rows,
    incoming_of,
    recourse_key,
    recourse_rows,
)
from erec.claims.instructions import Accrual, Assignment, from_json
from erec.claims.models import (
    AccountBalance,
    Claim,
    Guarantor,
    Holding,
    Order,
    RecordEvent,
    Recourse,
    SettlementResult,
)
from erec.claims.projection import Book, Unreadable

BATCH = 500
LABELS = {field.attname: field.verbose_name for field in Claim._meta.concrete_fields}
Key = tuple[object, ...]
Part = TypeVar("Part", Guarantor, Recourse, Holding)

NO_CAUSE = "{}: 記録も、この債権を作った指図もありません。"
UNREADABLE = "{}: 記録から債権を組み立てられません（記録の書き換えの疑い）。"
GAP = "{}: 記録の順に欠けがあります（記録の削除の疑い）。"
CAUSELESS = "{}: {}番目の記録のもとになった指図または決済結果がありません（削除の疑い）。"
OTHER_COLUMN = "{}: {}が記録と合いません（表は「{}」、記録からは「{}」）。"
OTHER_PARTS = "{}: {}が記録と合いません（余分{}件、不足{}件）。"
NOT_CONSERVED = "{}: 分割の金額が合いません（発生時{:,}円、現在{:,}円、分割先の合計{:,}円）。"
NOT_ADDED_UP = "デモ残高 {}: 増減の合計と合いません（残高{:,}円、合計{:,}円）。"


def differences(company_id: int | None = None) -> Iterator[str]:
    """A sentence for each thing that is not as the events make it. Use inside one snapshot."""
    claims = Claim.objects.all()
    balances = AccountBalance.objects.all()
    if company_id is not None:
        of_company = Holding.objects.filter(company_id=company_id).values("claim")
        claims = claims.filter(Q(pk__in=of_company) | Q(obligor_id=company_id) | Q(holder_id=company_id))
        balances = balances.filter(company_id=company_id)
    for batch in _batches(claims):
        yield from _of_claims(batch)
    yield from _of_balances(balances)


def rebuild(claim: Claim) -> Book:
    """The claim from its events, or from the reservation it waits for. Raises Unreadable."""
    found = _rebuilt([claim])
    if claim.record_number not in found:
        raise Unreadable(claim.record_number)
    return found[claim.record_number]


def _batches(claims: QuerySet[Claim]) -> Iterator[list[Claim]]:
    after = 0
    while batch := list(claims.filter(pk__gt=after).order_by("pk").select_related("parent")[:BATCH]):
        yield batch
        after = batch[-1].pk


def _of_claims(claims: list[Claim]) -> Iterator[str]:
    try:
        books = _rebuilt(claims)
    except Unreadable:
        if len(claims) == 1:
            yield UNREADABLE.format(claims[0].record_number)
            return
        for claim in claims:
            yield from _of_claims([claim])
        return
    yield from _gaps(claims)
    yield from _causeless(claims)
    yield from _amounts(claims)
    found = [claim for claim in claims if claim.record_number in books]
    yield from (NO_CAUSE.format(c.record_number) for c in claims if c.record_number not in books)
    for claim in found:
        yield from _columns(claim, books[claim.record_number])
    yield from _parts(found, books)


def _rebuilt(claims: Collection[Claim]) -> dict[str, Book]:
    """By number; what neither events nor an order make is missing. Raises Unreadable."""
    recorded = set(RecordEvent.objects.filter(claim__in=claims).values_list("claim_id", flat=True))
    books = books_of([claim for claim in claims if claim.pk in recorded])
    return books | _from_orders([claim for claim in claims if claim.pk not in recorded])


def _from_orders(waiting: list[Claim]) -> dict[str, Book]:
    """Claims without events, out of the orders that made them; children with their parents' help."""
    if not waiting:
        return {}
    parents = _rebuilt(
        Claim.objects.filter(pk__in={c.parent_id for c in waiting if c.parent_id}).select_related("parent")
    )
    numbers = [claim.record_number for claim in waiting]
    books = {}
    for order in Order.objects.filter(record_number__in=numbers, effective_on__isnull=False):
        instruction, number = from_json(order.instruction), order.record_number
        if isinstance(instruction, Accrual):
            book = projection.accrued(number, instruction)
        elif isinstance(instruction, Assignment) and order.claim_number in parents.keys() - {number}:
            book = projection.promised(parents[order.claim_number], number, instruction)
        else:
            continue
        waits = order.state == Order.State.RESERVED
        state = Claim.State.RESERVED if waits else Claim.State.CANCELLED
        books[number] = replace(book, state=state)
    return books


def _gaps(claims: list[Claim]) -> Iterator[str]:
    positions: dict[str, list[int]] = defaultdict(list)
    events = RecordEvent.objects.filter(claim__in=claims).order_by("claim", "position")
    for number, position in events.values_list("claim__record_number", "position"):
        positions[number].append(position)
    for number, found in positions.items():
        if found != list(range(1, len(found) + 1)):
            yield GAP.format(number)


def _causeless(claims: list[Claim]) -> Iterator[str]:
    orders = Order.objects.filter(pk=OuterRef("order_id"))
    results = SettlementResult.objects.filter(pk=OuterRef("settlement_id"))
    events = RecordEvent.objects.filter(~Exists(orders), ~Exists(results), claim__in=claims)
    found = events.order_by("claim", "position").values_list("claim__record_number", "position")
    yield from (CAUSELESS.format(number, position) for number, position in found)


def _amounts(claims: list[Claim]) -> Iterator[str]:
    lives = Claim.objects.filter(parent__in=claims).exclude(
        state__in=[Claim.State.RESERVED, Claim.State.CANCELLED]
    )
    divided = dict(lives.values_list("parent").annotate(yen=Sum("original_amount_yen")))
    for claim in claims:
        children_yen = divided.get(claim.pk, 0)
        if claim.original_amount_yen != claim.amount_yen + children_yen:
            amounts = (claim.original_amount_yen, claim.amount_yen, children_yen)
            yield NOT_CONSERVED.format(claim.record_number, *amounts)


def _columns(claim: Claim, book: Book) -> Iterator[str]:
    stored_parent = claim.parent.record_number if claim.parent else ""
    if stored_parent != book.parent:
        yield OTHER_COLUMN.format(claim.record_number, "原債権", stored_parent, book.parent)
    for name, made in projection.columns(book).items():
        stored = getattr(claim, name)
        if stored != made:
            yield OTHER_COLUMN.format(claim.record_number, LABELS[name], stored, made)


def _parts(claims: list[Claim], books: dict[str, Book]) -> Iterator[str]:
    """Guarantors, 特別求償権 and holdings against those that the books make."""
    numbers = [claim.record_number for claim in claims]
    waiting = Order.objects.filter(state=Order.State.RESERVED, claim_number__in=numbers)
    reserved = {order.claim_number: order for order in waiting.filter(kind=Assignment.kind)}
    guarantors = _by_claim(Guarantor.objects.filter(claim__in=claims))
    recourses = _by_claim(Recourse.objects.filter(claim__in=claims))
    holdings = _by_claim(Holding.objects.filter(claim__in=claims))
    for claim in claims:
        number, book = claim.record_number, books[claim.record_number]
        incoming = incoming_of(reserved[number], number) if number in reserved else None
        yield from _compared(
            number,
            "保証人",
            [guarantor_key(row) for row in guarantors[claim.pk]],
            [guarantor_key(row) for row in guarantor_rows(claim, book)],
        )
        yield from _compared(
            number,
            "特別求償権",
            [recourse_key(row) for row in recourses[claim.pk]],
            [recourse_key(row) for row in recourse_rows(claim, book)],
        )
        yield from _compared(
            number,
            "債権の持分",
            [holding_key(row) for row in holdings[claim.pk]],
            [holding_key(row) for row in holding_rows(claim, book, incoming)],
        )


def _compared(number: str, label: str, stored: list[Key], made: list[Key]) -> Iterator[str]:
    more, less = set(stored) - set(made), set(made) - set(stored)
    if more or less or len(stored) != len(made):
        yield OTHER_PARTS.format(number, label, len(more), len(less))


def _by_claim(rows: Iterable[Part]) -> defaultdict[int, list[Part]]:
    found: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows:
        found[row.claim_id].append(row)
    return found


def _of_balances(balances: QuerySet[AccountBalance]) -> Iterator[str]:
    summed = balances.annotate(total_yen=Coalesce(Sum("movements__amount_yen"), 0))
    for balance in summed.exclude(total_yen=F("balance_yen")).order_by("account"):
        yield NOT_ADDED_UP.format(balance.account, balance.balance_yen, balance.total_yen)
