"""The only ways to a company's bills, and what has become of the switch of each."""

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from accounts.models import User
from erec.accounting.access import RIGHT, working
from erec.bills.models import Bill, BillSwitch, BillUpload
from erec.bills.policy import Kind
from erec.bills.standing import Standing
from erec.claims.models import Claim
from erec.workflow.models import Line, Version, WorkingCopy
from erec.workflow.states import FINISHED, LineState

__all__ = ["RIGHT", "working"]  # the person who works here is held as in the accounting masters


def bills_of(company_id: int) -> QuerySet[Bill]:
    """Each with its `standing`."""
    return _with_standing(Bill.objects.filter(company_id=company_id))


def bill_for(user: User, pk: int) -> Bill:
    """Raises Bill.DoesNotExist, also for another company's."""
    return bills_of(user.company_id).get(pk=pk)


def upload_of(user: User) -> BillUpload | None:
    return BillUpload.objects.filter(user=user).first()


def switches_of(bill: Bill) -> list[tuple[BillSwitch, Version | None]]:
    """The entries that were begun from it, the last first, each with what was entered first of it."""
    begun = list(bill.switches.select_related("begun_by").order_by("-pk"))
    rows = Version.objects.filter(company_id=bill.company_id, token__in=[s.token for s in begun])
    entered = {version.token: version for version in rows.select_related("request")}
    return [(switch, entered.get(switch.token)) for switch in begun]


def typed_for(bill: Bill) -> list[BillSwitch]:
    """Entries that somebody is still at, the last first."""
    kept = WorkingCopy.objects.filter(token=OuterRef("token"), company=OuterRef("company"))
    entered = Version.objects.filter(token=OuterRef("token"))
    rows = bill.switches.filter(Exists(kept)).exclude(Exists(entered))
    return list(rows.select_related("begun_by").order_by("-pk"))


def recorded_lines(request_id: int) -> QuerySet[Line]:
    """Lines of a request that made claims which still are."""
    return _recorded(Line.objects.filter(request=request_id))


def claims_from_bills(company_id: int) -> dict[str, Kind]:
    """Record numbers of the claims that took a bill's place: their 発生 is no new 売掛金 or 買掛金 paid.

    Those that were cancelled too: what was entered is taken back as it was. Of an entry with more lines than
    the bill's, those of its amount (inferred).
    """
    switches = BillSwitch.objects.filter(company_id=company_id).select_related("bill")
    bills = {switch.token: switch.bill for switch in switches}
    entered = Line.objects.filter(company_id=company_id, request__versions__token__in=bills)
    columns = ("request__versions__token", "record_number", "amount_yen")
    return {
        number: Kind(bills[token].kind)
        for token, number, amount_yen in entered.exclude(record_number="").values_list(*columns)
        if amount_yen == bills[token].amount_yen
    }


def _recorded(lines: QuerySet[Line]) -> QuerySet[Line]:
    claims = Claim.objects.filter(record_number=OuterRef("record_number"))
    standing = claims.exclude(state=Claim.State.CANCELLED)
    return lines.filter(state=LineState.RECORDED).filter(Exists(standing))


def _with_standing(bills: QuerySet[Bill]) -> QuerySet[Bill]:
    """Derived from the request that the entry has become, and from the record book: kept nowhere."""
    entered = Version.objects.filter(token=OuterRef("token"), company=OuterRef("company"))
    recorded = entered.filter(Exists(_recorded(Line.objects.filter(request=OuterRef("request")))))
    open_ones = entered.exclude(request__state__in=[state.value for state in FINISHED])
    typed = WorkingCopy.objects.filter(token=OuterRef("token"), company=OuterRef("company"))
    switches = BillSwitch.objects.filter(bill=OuterRef("pk"))
    return bills.annotate(
        standing=Case(
            When(Exists(switches.filter(Exists(recorded))), then=Value(Standing.SWITCHED.value)),
            When(Exists(switches.filter(Exists(open_ones))), then=Value(Standing.ASKED.value)),
            When(Exists(switches.filter(Exists(typed))), then=Value(Standing.TYPED.value)),
            default=Value(Standing.PAPER.value),
        )
    )
