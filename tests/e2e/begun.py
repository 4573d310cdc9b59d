"""What the maker's pages show in the running service: inputs under way, a request to mend, 承諾依頼."""

import json

from tests.e2e.people import Person
from tests.e2e.service import Service

_PROGRAM = """
import json
from datetime import timedelta
from django.utils import timezone
from accounts.models import Company, User
from accounts.origin import Origin
from erec.claims import windows
from django.db import transaction
from erec.jobs import actions as jobs, kinds
from erec.jobs.models import Job
from erec.claims.instructions import Accrual, to_json
from erec.members.models import AccountRight, BusinessRight, Member
from erec.parameters import business_day
from erec.workflow.actions import deciding, entering, keeping
from erec.workflow.actions.entering import Typed
from erec.workflow.forms import FORMS, tokens
from erec.workflow.models import Demand, Line
from erec.workflow.types.base import as_account, party

user, at = User.objects.get(login_id="{login_id}"), timezone.now()
member = Member.objects.get(user=user)
BusinessRight.objects.get_or_create(member=member, business="accounting", tick="利用")
for business in ("accrual", "assignment", "batch", "financing", "other", "designated"):
    for tick in ("担当者", "承認者"):
        BusinessRight.objects.get_or_create(member=member, business=business, tick=tick)
own = user.company.settlement_accounts.first()
AccountRight.objects.get_or_create(member=member, account=own)
others = Company.objects.filter(is_institution=False).exclude(pk=user.company_id)
company = others.order_by("pk").first()
other = company.settlement_accounts.first()
first = windows.record_dates(business_day.today(at)).first
due = windows.earliest_due(first, by_obligee=True) + timedelta(days=60)
partner = dict(
    user_number=company.user_number, bank_code=other.bank_code, branch_code=other.branch_code,
    kind=other.kind, number=other.number,
)
line = dict(partner, amount_yen=1_234_567, due_on=due.isoformat(), reference="AXE")
accrual = dict(
    account=str(as_account(own)), record_on=first.isoformat(), fee_bearer="依頼人負担", restricted=False,
    lines=[line, line],
)
assignment = dict(
    record_on=first.isoformat(), with_guarantee=True, fee_bearer="依頼人負担", assignee=partner,
    lines=[dict(record_number="{record_number}", amount_yen=None)],
)
who = dict(acting_user=user, at=at, origin=Origin("cert", "192.0.2.1", "axe"))

def kept(code, content):
    token = tokens.new(member)
    keeping.keep(token, code, FORMS[code].texts_of(content).to_json(), acting_user=user, at=at)
    return token

def entered(code, content):
    return entering.submit(Typed(code, content, tokens.new(member)), **who)

asked = entered("accrual_by_obligee", accrual)
deciding.approve(asked.request_no, 1, **who)
instruction = Accrual(
    party(user.company, own), party(company, other), 1_234_567, due, first, by_obligee=True
)
demand = Demand.objects.create(
    company=user.company, demand_no="20261120999999", business="accrual", asked_by=company,
    asked_by_name=company.name, instruction=to_json(instruction), amount_yen=1_234_567, asked_at=at,
    answer_until=windows.answer_until(first, due),
)
Line.objects.create(  # nobody of the other company is there to ask: it hangs on the own request
    request=asked, company=user.company, number=9, state="awaiting_consent", amount_yen=1_234_567,
    demand=demand,
)
kinds.register(kinds.Kind("axe", "見本の帳票", lambda context: kinds.Result()))
with transaction.atomic():  # it waits until tomorrow, so that its page stays one of a job that waits
    job, _ = jobs.start("axe", parameters=dict(), title="2026年11月 発生分", **who)
    Job.objects.filter(pk=job.pk).update(due_at=at + timedelta(days=1))
print(json.dumps(dict(
    job_no=job.job_no,
    token=kept("accrual_by_obligor", accrual), claims_token=kept("assignment", assignment),
    mending=entered("accrual_by_obligor", accrual).request_no, asked=asked.request_no,
    demand_no="20261120999999",
)))
"""


def begun(service: Service, maker: Person, record_number: str) -> dict[str, str]:
    """The numbers that stand in the paths of these pages. The maker gets the rights to open them."""
    program = _PROGRAM.format(login_id=maker.login_id, record_number=record_number)
    made: dict[str, str] = json.loads(service.manage("shell", "-v0", "-c", program).splitlines()[-1])
    return made
