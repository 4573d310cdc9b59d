"""What a claim is, out of its events: a pure fold. The tables of claims and of all parts in them follow it.

A claim without events is one that waits for its day: it is what its reservation says.
"""

from erec.claims.projection.fold import (
    HOLDER,
    RECOURSE,
    accrued,
    after,
    beginning,
    divided_off,
    fold,
    promised,
    settled,
)
from erec.claims.projection.rows import Part, columns, parts
from erec.claims.projection.state import Book, Departure, Record, Recourse, Tenure, Unreadable

__all__ = [
    "HOLDER",
    "RECOURSE",
    "Book",
    "Departure",
    "Part",
    "Record",
    "Recourse",
    "Tenure",
    "Unreadable",
    "accrued",
    "after",
    "beginning",
    "columns",
    "divided_off",
    "fold",
    "parts",
    "promised",
    "settled",
]
