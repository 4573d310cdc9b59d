"""Sheets for tests, and the typeface that sets them, built as for the browser's tests."""

import io
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from certs.browser.build import build
from erec.configuration import PROJECT
from erec.exports.ledger.definition import Name
from erec.exports.sheets import pdf, typeface
from erec.exports.sheets.ledger import LedgerRow, sheet_of
from erec.exports.sheets.model import Sheet
from tests import cast
from tests.erec.exports.reading_pdf import Pdf, read


@pytest.fixture(scope="session")
def built() -> Path:
    """Kept between runs beside the other state, so that only a change is built again."""
    out = PROJECT / "var" / "browser-test" / "static"
    build(out)
    return out


@pytest.fixture
def typefaces(built: Path, settings: Any) -> Iterator[Path]:
    """The service as it is after its start: the typeface lies among its static files."""
    settings.STATIC_ROOT = built
    typeface._width_in_cells.cache_clear()
    yield built
    typeface._width_in_cells.cache_clear()


def row(day: int = 30, n: int = 1, **more: Any) -> LedgerRow:
    """Due in November 2026."""
    usual = {"party": "青葉製作所", "amount_yen": 1000 * n}
    return LedgerRow(date(2026, 11, day), f"T00000001{n:011d}", **{**usual, **more})


def sheet(rows: Iterable[LedgerRow], name: Name = Name.CLAIMS) -> Sheet:
    return sheet_of(
        name,
        rows,
        company="試験商事（T00000001）",
        facts=[("基準", "発生分"), ("支払期日", "2026/11/01～2026/11/30")],
        made_at=cast.AT,
    )


def printed(of: Sheet) -> Pdf:
    file = io.BytesIO()
    pdf.write(of, file)
    return read(file.getvalue())
