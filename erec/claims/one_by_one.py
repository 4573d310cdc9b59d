"""A run over many rows: one that raises must not keep the money of all others waiting."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.db import OperationalError, transaction

Row = TypeVar("Row")

_log = logging.getLogger(__name__)


def one_by_one(rows: Iterable[Row], do: Callable[[Row], bool | None]) -> int:
    """`do` each in a transaction of its own; how many were done (it returned something but False).

    What raises is told to the log as an error and stays as it was: the next run finds it again. A lost
    connection or a deadlock (OperationalError) ends the run, which is then tried again as a whole.
    """
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                done += do(row) is not False
        except OperationalError:
            raise
        except Exception:  # whatever it is, it concerns this row alone
            _log.exception("%s: left for the next run", row)
    return done
