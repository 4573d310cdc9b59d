"""電子記録債権 of a large company: from the database to the finished file, and the file read again."""

import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.utils import timezone

from accounts.models import Company
from erec.accounting.models import PrintedName
from erec.exports.ledger import writing
from erec.exports.ledger.copying import table_of
from erec.exports.ledger.definition import Name
from erec.exports.ledger.selection import Selection
from erec.formats import pca
from erec.formats.windows31j import cut
from erec.parameters import business_day
from erec.stack.roles import as_owner
from erec.workflow import sample

FEW, MANY = 10_000, int(os.environ.get("BENCH_CLAIMS", "1000000"))
ROUNDS = 3
# By hand: the same columns of the same rows, in the same order, as somebody who knows this database asks.
BY_HAND = """
COPY (
    SELECT to_char(c.due_on, 'YYYYMMDD'), c.record_number, p.printed, c.amount_yen, c.reference
    FROM claims_claim c JOIN accounting_printedname p
        ON p.company_id = c.holder_id AND p.user_number = c.obligor_number AND p.name = c.obligor_name
    WHERE c.holder_id = %s AND c.state IN ('recorded', 'settled', 'defaulted')
    ORDER BY c.due_on, c.record_number
) TO STDOUT (FORMAT csv, ENCODING 'SJIS')
"""


def measure() -> Iterator[dict[str, Any]]:
    with as_owner():
        sample.load(companies=100, claims=0, requests=0, today=_today())
    creditor = Company.objects.filter(user_number__startswith="S").order_by("pk")[0]
    _load(FEW)
    _decide_names(creditor)
    few_kb = _peak_kb(creditor)
    _load(MANY - FEW)
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder) / "ours.csv", Path(folder) / "theirs.csv"
        yield _row(
            f"ledger of {MANY:,} claims, database to file",
            lambda: _export(creditor, ours),
            lambda: _copy(creditor, theirs),
            "COPY … (FORMAT csv, ENCODING 'SJIS')",
        )
        assert _lines(ours) == _lines(theirs) == MANY
        yield _row(
            f"pca_read of that file, {MANY:,} lines, every cell judged",
            lambda: _read(ours),
            lambda: _read_csv(ours),
            "csv.reader",
        )
    many_kb = _peak_kb(creditor)
    yield {
        "name": f"peak memory of the exporting process, {MANY:,} claims",
        "unit": "MB",
        "ours": round(many_kb / 1024, 1),
        "reference": round(few_kb / 1024, 1),
        "reference_name": f"the same with {FEW:,}",
        "ratio": round(many_kb / few_kb, 2),
    }


def _today() -> Any:
    return business_day.today(timezone.now()).date


def _load(count: int) -> None:
    """Claims of every sample company, all held by the first of them."""
    made = sample._sql("claims")
    debtor = "JOIN party d ON d.n = 1 + (x.n * 31::bigint) %% (%(parties)s - 1)\n"
    mine, changed = re.subn(r"JOIN party d .*\nJOIN party h .*;", debtor + "JOIN party h ON h.n = 0;", made)
    assert changed == 1
    with as_owner():
        with patch.object(sample, "_sql", lambda name: mine if name == "claims" else _SQL(name)):
            sample.load(companies=0, claims=count, requests=0, today=_today())
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


_SQL = sample._sql


def _decide_names(creditor: Company) -> None:
    others = Company.objects.exclude(pk=creditor.pk).values_list("user_number", "name")
    PrintedName.objects.bulk_create(
        PrintedName(company=creditor, user_number=n, name=name, printed=cut(name, 14), at=timezone.now())
        for n, name in others
    )


def _export(company: Company, path: Path) -> None:
    asked = Selection(company.pk, Name.CLAIMS)
    writing.write_to(path, lambda file: writing.write(asked, file, reason="", at=timezone.now()))


def _copy(company: Company, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(BY_HAND, [company.pk]) as copy:
        for data in copy:
            file.write(data)


def _read(path: Path) -> None:
    with path.open("rb") as file:
        for found in pca.read(table_of(Name.CLAIMS), file):
            assert isinstance(found, pca.Record), found


def _read_csv(path: Path) -> None:
    with path.open(encoding="cp932", newline="") as file:
        for row in csv.reader(file):
            assert row


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _peak_kb(company: Company) -> int:
    """Of a process of its own that does nothing but this export."""
    run = [sys.executable, "-m", "tests.bench.exporting", str(company.pk)]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def _row(
    name: str, ours: Callable[[], None], reference: Callable[[], None], reference_name: str
) -> dict[str, Any]:
    """Seconds of the best of some rounds, by turns: whatever else the machine does only adds to them."""
    took: dict[Callable[[], None], list[float]] = {ours: [], reference: []}
    for _ in range(ROUNDS):
        for side, measured in took.items():
            begun = time.perf_counter()
            side()
            measured.append(time.perf_counter() - begun)
    mine, other = (min(measured) for measured in took.values())
    return {
        "name": name,
        "unit": "s",
        "ours": round(mine, 2),
        "reference": round(other, 2),
        "reference_name": reference_name,
        "ratio": round(mine / other, 2),
    }
