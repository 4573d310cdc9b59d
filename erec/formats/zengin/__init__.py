"""Statement files of banks: 全銀 入出金取引明細 (03), 振込入金通知 (01 A and B), ANSER's CSV.

    for found in read(file, on=today): ...   # Account, Entry or Problem, in the file's order

The bytes of each record are data in layouts/; what a file is read into stands in `records`, the checks of
counts, sums and balances in `totals`.
"""

from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

from erec.formats.fixed.model import Problem
from erec.formats.zengin.anser import read_anser
from erec.formats.zengin.opening import UnknownFile, form_of
from erec.formats.zengin.reading import read_fixed
from erec.formats.zengin.records import Account, Entry, Form

__all__ = ["Account", "Entry", "Form", "Problem", "UnknownFile", "form_of", "read"]


def read(source: BinaryIO, *, on: date) -> Iterator[Account | Entry | Problem]:
    """All that is in a seekable file. `on` is today: years have no era. Raises UnknownFile."""
    form = form_of(source)
    return read_anser(source) if form is Form.ANSER else read_fixed(source, form, on=on)
