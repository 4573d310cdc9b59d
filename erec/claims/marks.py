"""What other parts of the service say of a company's claims, beside the book's words (settings.CLAIM_MARKS).

The book knows nothing of loans; whoever looks at a company's claims wants to see which of them secure one.
"""

from collections.abc import Collection, Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Marks(Protocol):
    def __call__(self, company_id: int, record_numbers: Collection[str] | None = None) -> Mapping[str, str]:
        """By record number one word of each marked claim among these (None: among all) of the company."""
        ...


def marks_of(company_id: int, record_numbers: Collection[str] | None = None) -> Mapping[str, str]:
    found: Marks = import_string(settings.CLAIM_MARKS)
    return found(company_id, record_numbers)
