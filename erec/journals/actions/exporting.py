"""仕訳データ leaves: what was not given out yet, once, as one file; and comes back when the file was no use.

The file, the numbers on its vouchers and the marks on its entries are one transaction: a crash leaves all of
it or nothing, a second tab finds nothing left to give out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max

from accounts.models import User
from accounts.origin import Origin, tell
from erec.accounting import printing
from erec.formats.pca import PROFILES, Unwritable, write
from erec.journals import access, cells
from erec.journals.errors import Changed, HasProblems, Refused
from erec.journals.models import Entry, EntryLine, Export, JournalSettings, VoucherDay
from erec.journals.roles import Role
from erec.trail.events import Event

ENTRIES_MAX = 20_000  # of one file, some seconds of work; what is beyond leaves with the next (inferred)
PROBLEMS_SHOWN = 50
CHANGED = (
    "確認のあとに、出力する仕訳が変わりました（ほかの人が出力したか、新しい記録がありました）。"
    "まだ何も出力していません。下の内容を確かめて、もう一度実行してください。"
)
NO_SETTINGS = "仕訳の設定がまだありません。先に［仕訳の設定］を登録してください。"
NO_NUMBERS = (
    "{day:%Y年%-m月%-d日}の伝票番号が足りません。{left:,}枚分しか残っていませんが、{count:,}枚あります。"
    "［仕訳の設定］で伝票番号の最後を大きくしてください。"
)
NO_ACCOUNT = "「{role}」の勘定科目が決まっていません。［仕訳の設定］で登録してください。"
NOT_PRINTED = "「{name}」の印字名が決まっていません。［印字名の確認］で決めてください。"
NOT_OF_CLOSED = (
    "この出力には、締めた月の仕訳が含まれています。先に［月の締め］を解除してください。何も変わっていません。"
)
CANCELLED_ALREADY = "この出力は、すでに取り消されています。何も変わっていません。"


@dataclass(frozen=True)
class Wish:
    """What is to leave: everything open up to that day, in that form."""

    until: date
    format: str = Export.Format.X
    profile: str = "quoted"
    version_line: bool = False
    header: bool = False


@dataclass(frozen=True)
class Preview:
    """What would leave now. `digest`: of exactly these entries; without problems it can."""

    count: int
    later: int  # what is left for the next file
    lines_count: int
    total_yen: int
    first_on: date | None
    last_on: date | None
    digest: str
    problems: Sequence[str]
    without_code: Sequence[str]  # counterparties that have no 補助科目コード: told, but no obstacle


@transaction.atomic
def preview(company_id: int, wish: Wish, *, at: datetime) -> Preview:
    """Looks and changes nothing but the table of printed names, which learns of new ones that fit."""
    settings = access.settings_of(company_id)
    entries = _next(company_id, wish)
    if settings is None or not entries:
        problems = [NO_SETTINGS] if settings is None else []
        return Preview(0, 0, 0, 0, None, None, "", problems, [])
    lines = _lines_of(entries)
    names, problems = _names(company_id, entries, lines, at)
    problems += _number_problems(settings, entries)
    return Preview(
        count=len(entries),
        later=access.open_entries(company_id, wish.until).count() - len(entries),
        lines_count=sum(map(len, lines.values())),
        total_yen=sum(entry.total_yen for entry in entries),
        first_on=entries[0].on,
        last_on=entries[-1].on,
        digest=_digest(entries),
        problems=problems[:PROBLEMS_SHOWN],
        without_code=_without_code(lines, names),
    )


@transaction.atomic
def export(wish: Wish, digest: str, *, acting_user: User, at: datetime, origin: Origin) -> Export:
    """Give out what the preview showed. Raises NotAllowed, Changed, HasProblems."""
    user = access.working(acting_user)
    settings = access.settings_of(user.company_id)
    entries = _next(user.company_id, wish)
    if settings is None or not entries or _digest(entries) != digest:
        raise Changed(CHANGED)
    lines = _lines_of(entries)
    names, problems = _names(user.company_id, entries, lines, at)
    problems += _number_problems(settings, entries)
    if problems:
        raise HasProblems(problems)
    _number(settings, entries)
    made = _written(wish, settings, entries, lines, names, user, at)
    _mark(entries, made)
    tell(
        Event.JOURNALS_EXPORTED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=str(made.number),
        entries=made.entries_count,
        total_yen=made.total_yen,
        sha256=made.sha256,
    )
    return made


@transaction.atomic
def fetch(number: int, *, acting_user: User, at: datetime, origin: Origin) -> Export:
    """The same bytes again; the trail keeps who took them. Raises NotAllowed, Export.DoesNotExist."""
    user = access.working(acting_user)
    found = access.export_for(user.company_id, number)
    tell(
        Event.JOURNALS_FETCHED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=str(number),
        sha256=found.sha256,
    )
    return found


@transaction.atomic
def cancel(number: int, because: str, *, acting_user: User, at: datetime, origin: Origin) -> Export:
    """The file was no use: its entries are open again, to be given out anew with new numbers.

    Raises NotAllowed, Export.DoesNotExist, Refused.
    """
    user = access.working(acting_user)
    found = access.export_for(user.company_id, number)
    settings = access.settings_of(user.company_id)
    if found.cancelled_at is not None:
        raise Refused(CANCELLED_ALREADY)
    if settings and settings.closed_until and found.first_on <= settings.closed_until:
        raise Refused(NOT_OF_CLOSED)
    found.cancelled_at, found.cancelled_by, found.cancelled_because = at, user, because
    found.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    given_back = access.entries_of(user.company_id).filter(export=found)
    count = given_back.update(export=None, voucher_number=None)
    tell(
        Event.JOURNALS_EXPORT_CANCELLED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=str(number),
        entries=count,
        because=because,
    )
    return found


def _written(
    wish: Wish,
    settings: JournalSettings,
    entries: Sequence[Entry],
    lines: Mapping[int, Sequence[EntryLine]],
    names: cells.Names,
    user: User,
    at: datetime,
) -> Export:
    rows = cells.rows(entries, lines, names, format=wish.format, calendar=settings.calendar)
    table = cells.table_of(wish.format)
    try:
        content = b"".join(
            write(
                table,
                rows,
                profile=PROFILES[wish.profile],
                version_line=wish.version_line and table.version_line is not None,
                header=wish.header,
            )
        )
    except Unwritable as bad:
        raise HasProblems([f"{p.line}行目 {p.item}: {p.message}" for p in bad.problems]) from bad
    last = Export.objects.filter(company_id=user.company_id).aggregate(last=Max("number"))["last"]
    return Export.objects.create(
        company_id=user.company_id,
        number=(last or 0) + 1,
        format=wish.format,
        profile=wish.profile,
        first_on=entries[0].on,
        last_on=entries[-1].on,
        entries_count=len(entries),
        lines_count=sum(map(len, lines.values())),
        total_yen=sum(entry.total_yen for entry in entries),
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        made_by=user,
        made_at=at,
    )


def _next(company_id: int, wish: Wish) -> list[Entry]:
    return list(access.open_entries(company_id, wish.until)[:ENTRIES_MAX])


def _mark(entries: Sequence[Entry], made: Export) -> None:
    """One statement: the entries are of this export, with their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE journals_entry e SET export_id = %s, voucher_number = n.number"
            " FROM unnest(%s::bigint[], %s::integer[]) AS n (id, number) WHERE e.id = n.id",
            [made.pk, [entry.pk for entry in entries], [entry.voucher_number for entry in entries]],
        )


def _lines_of(entries: Sequence[Entry]) -> Mapping[int, Sequence[EntryLine]]:
    found: dict[int, list[EntryLine]] = defaultdict(list)
    for line in EntryLine.objects.filter(entry__in=entries).order_by("entry", "position"):
        found[line.entry_id].append(line)
    return found


def _digest(entries: Sequence[Entry]) -> str:
    return hashlib.sha256(",".join(str(entry.pk) for entry in entries).encode()).hexdigest()


def _names(
    company_id: int, entries: Sequence[Entry], lines: Mapping[int, Sequence[EntryLine]], at: datetime
) -> tuple[cells.Names, list[str]]:
    """What stands for everything, and what has nothing that could stand for it."""
    pairs = {(e.partner_number, e.partner_name) for e in entries if e.partner_name}
    pairs |= {(n, name) for side in _sides(lines) for n, name in [side[1:3]] if name}
    waiting = printing.fit(company_id, sorted(pairs), at=at).waiting
    names = cells.Names(company_id)
    own = {entry.pk: entry.account for entry in entries}
    missing = {
        role
        for pk, found in lines.items()
        for line in found
        for role in (line.debit, line.credit)
        if role and not names.has(role, own[pk])
    }
    problems = [NO_ACCOUNT.format(role=role.label) for role in Role if role in missing]
    return names, problems + [NOT_PRINTED.format(name=name) for _, name in sorted(waiting)]


def _sides(lines: Mapping[int, Sequence[EntryLine]]) -> Iterator[tuple[str, str, str]]:
    for found in lines.values():
        for line in found:
            yield line.debit, line.debit_number, line.debit_name
            yield line.credit, line.credit_number, line.credit_name


def _without_code(lines: Mapping[int, Sequence[EntryLine]], names: cells.Names) -> list[str]:
    found = {name for _, number, name in _sides(lines) if number and number not in names.codes}
    return sorted(found)


# 伝票番号: one run for each 伝票日付, which with it is what a voucher is known by (inferred)


def _number_problems(settings: JournalSettings, entries: Sequence[Entry]) -> list[str]:
    used = _used(settings.company_id, entries)
    problems = []
    for day, count in _per_day(entries).items():
        begins = max(used.get(day, 0) + 1, settings.voucher_first)
        left = max(settings.voucher_last - begins + 1, 0)
        if count > left:
            problems.append(NO_NUMBERS.format(day=day, left=left, count=count))
    return problems


def _number(settings: JournalSettings, entries: Sequence[Entry]) -> None:
    used = _used(settings.company_id, entries)
    for entry in entries:
        used[entry.on] = max(used.get(entry.on, 0) + 1, settings.voucher_first)
        entry.voucher_number = used[entry.on]
    VoucherDay.objects.bulk_create(
        (VoucherDay(company_id=settings.company_id, on=day, last=used[day]) for day in _per_day(entries)),
        update_conflicts=True,
        unique_fields=["company", "on"],
        update_fields=["last"],
    )


def _used(company_id: int, entries: Sequence[Entry]) -> dict[date, int]:
    rows = VoucherDay.objects.filter(company_id=company_id, on__in=_per_day(entries))
    return dict(rows.values_list("on", "last"))


def _per_day(entries: Sequence[Entry]) -> dict[date, int]:
    found: dict[date, int] = {}
    for entry in entries:
        found[entry.on] = found.get(entry.on, 0) + 1
    return found
