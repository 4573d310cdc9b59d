"""請求番号 and 承諾依頼番号: the business date and a running number of the company.

The format is ours (domain facts §2.6 know none). Counting per company keeps one company's volume from
another's eyes.
"""

from datetime import date

from django.db import connection

from accounts.models import Company

PER_DAY = 1_000_000  # after so many the running number begins again; the date before it keeps it unique
_NEXT = """
    INSERT INTO workflow_numbering (company_id, last) VALUES (%s, %s)
    ON CONFLICT (company_id) DO UPDATE SET last = workflow_numbering.last + EXCLUDED.last RETURNING last
"""


def next_number(company: Company, on: date) -> str:
    """The next number, as 20261124000017. The company's row stays locked until the transaction ends."""
    return numbers_for(company.pk, 1, on)[0]


def lock(company: Company) -> None:
    """Whoever counts a company's requests waits here for the others."""
    _advance(company.pk, 0)


def numbers_for(company_id: int, count: int, on: date) -> list[str]:
    """So many numbers at once."""
    last = _advance(company_id, count)
    return [f"{on:%Y%m%d}{number % PER_DAY:06d}" for number in range(last - count + 1, last + 1)]


def _advance(company_id: int, by: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [company_id, by])
        last: int = cursor.fetchone()[0]
    return last
