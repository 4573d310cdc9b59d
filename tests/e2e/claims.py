"""A claim in the running service's book, with something of everything that its page shows."""

from tests.e2e.people import Person
from tests.e2e.service import Service

# What is divided off and assigned goes out with a guarantee; the holder may look, assign and search.
_PROGRAM = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from accounts.models import Company, User
from erec.claims import orders, runs, windows
from erec.claims.instructions import Account, Accrual, Assignment, Party
from erec.members.models import BusinessRight, Member
from erec.parameters import business_day

def party(company):
    account = company.settlement_accounts.first()
    numbers = (account.bank_code, account.branch_code, account.kind, account.number)
    return Party(company.pk, company.user_number, company.name, Account(*numbers))

def place(key, instruction, by):
    order = orders.place(f"axe:{{key}}", instruction, company_id=by.company_id, request_no="AXE", at=at)
    assert order.error == "", order.error
    runs.take_effect(first, at)
    return order.record_number

user, at = User.objects.get(login_id="{login_id}"), timezone.now()
for business, tick in (("inquiry", "利用"), ("trade_history", "利用"), ("assignment", "担当者")):
    BusinessRight.objects.get_or_create(member=Member.objects.get(user=user), business=business, tick=tick)
others = Company.objects.filter(is_institution=False).exclude(pk=user.company_id)
own, other = party(user.company), party(others.first())
with transaction.atomic():
    first = windows.record_dates(business_day.today(at)).first
due = windows.earliest_due(first, by_obligee=False) + timedelta(days=60)
number = place("accrual", Accrual(other, own, 1_234_567, due, first, reference="AXE-1"), other)
place("division", Assignment(number, own, other, first, 234_567), own)
print(number)
"""


def a_claim(service: Service, holder: Person) -> str:
    """Its record number. The holder has the rights to look at it."""
    return service.manage("shell", "-c", _PROGRAM.format(login_id=holder.login_id)).split()[-1]
