"""The only ways to applications: a company sees its own. The institution's acts name one by its number."""

from collections.abc import Collection

from django.db.models import QuerySet

from erec.financing.models import Application, ApplicationLine

SECURED = "譲渡担保差入中"


def applications_of(company_id: int) -> QuerySet[Application]:
    return Application.objects.filter(company_id=company_id)


def application_for(company_id: int, application_no: str) -> Application:
    """Raises Application.DoesNotExist, also for another company's."""
    return applications_of(company_id).get(application_no=application_no)


def locked(application_no: str) -> Application:
    """For the institution: whosever it is, under its lock. Raises Application.DoesNotExist."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("company")
    return rows.get(application_no=application_no)


def of_request(company_id: int, request_no: str) -> QuerySet[Application]:
    return applications_of(company_id).filter(request_no=request_no)


def secured(company_id: int, record_numbers: Collection[str] | None = None) -> set[str]:
    """Record numbers of claims that stand as the company's security: assigned, and still its own asset.

    譲渡担保 is a loan: for the company's books the claim stays its own until it is settled or comes back.
    """
    rows = ApplicationLine.objects.filter(
        company_id=company_id,
        application__kind=Application.Kind.COLLATERAL,
        state=ApplicationLine.State.ASSIGNED,
    )
    if record_numbers is not None:
        rows = rows.filter(record_number__in=record_numbers)
    return set(rows.values_list("record_number", flat=True))


def marks(company_id: int, record_numbers: Collection[str] | None = None) -> dict[str, str]:
    """What the record book's own pages say beside a claim (settings.CLAIM_MARKS)."""
    return dict.fromkeys(secured(company_id, record_numbers), SECURED)
