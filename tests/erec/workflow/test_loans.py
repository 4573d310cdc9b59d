"""譲渡担保: how a loan is repaid, and what the counter's commands say of applications."""

from datetime import date, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from erec.claims.models import Claim, Order
from erec.financing import money
from erec.financing.errors import WrongTerms
from erec.financing.models import Application
from erec.partners.models import DesignationContract
from erec.workflow import day
from tests import cast
from tests.crash import fingerprint
from tests.erec.workflow.cast_financing import (
    SOON,
    WISHED,
    accepted,
    applied,
    asked_for_discount,
    asked_for_loan,
    balance,
    bank,
    collateral,
    executed,
    moved_to,
    standing,
    steps,
    told,
)
from tests.erec.workflow.cast_workflow import (
    accrued,
    trader,
)

pytestmark = pytest.mark.django_db

LATER = date(2026, 12, 14)
APPS = ("notices", "claims", "financing", "workflow", "trail")


def line_number(application: Application, number: int = 1) -> str:
    return application.lines.get(number=number).record_number


def owed(application: Application) -> int:
    application.refresh_from_db()
    return application.owed_yen


def test_a_loan_is_repaid_by_what_the_debtor_pays_and_the_rest_is_the_companys() -> None:
    own, application = asked_for_loan(None, loan_yen=800_000)
    number = line_number(application)
    executed(application, 795_000, loan_yen=800_000, rate=Decimal(2))
    assert standing(application) == ("executed", ["assigned"])
    assert owed(application) == 800_000
    after = balance(application.account)
    moved_to(SOON)
    assert Claim.objects.get(record_number=number).state == "settled"
    assert standing(application) == ("repaid", ["settled"])
    assert owed(application) == 0
    assert balance(application.account) == after + 200_000
    assert steps(application)[-2:] == ["repaid", "excess"]
    assert told(own)[-2:] == ["money_paid", "money_received"]


def test_the_last_claims_come_back_when_the_others_have_repaid_the_loan() -> None:
    bank()
    debtor, own = trader(), trader()
    first = accrued(debtor, own, due_on=SOON)
    last = accrued(debtor, own, due_on=LATER)
    application = applied(own, "collateral", collateral(own, (first, None), (last, None), loan_yen=900_000))
    executed(application, 900_000)
    after = balance(application.account)
    moved_to(SOON)
    assert standing(application) == ("repaid", ["settled", "returned"])
    assert balance(application.account) == after + 100_000
    moved_to(date(2026, 12, 7))  # after 15:00 it is recorded on the next business day
    claim = Claim.objects.get(record_number=last)
    assert (claim.holder, claim.state) == (own.company, "recorded")


def test_settled_claims_reduce_the_loan_one_after_the_other() -> None:
    bank()
    debtor, own = trader(), trader()
    first = accrued(debtor, own, due_on=SOON)
    last = accrued(debtor, own, due_on=LATER)
    application = applied(own, "collateral", collateral(own, (first, None), (last, None), loan_yen=1_500_000))
    executed(application, 1_500_000)
    after = balance(application.account)
    moved_to(SOON)
    assert standing(application) == ("executed", ["settled", "assigned"])
    assert (owed(application), balance(application.account)) == (500_000, after)
    moved_to(LATER)
    assert standing(application) == ("repaid", ["settled", "settled"])
    assert balance(application.account) == after + 500_000


def test_a_debtor_who_does_not_pay_leaves_the_loan_as_it_is() -> None:
    _, application = asked_for_loan()
    executed(application, 800_000)
    claim = Claim.objects.get(record_number=line_number(application))
    call_command("demo_balance", claim.obligor_account, "--set", "0", stdout=StringIO())
    moved_to(SOON)
    claim.refresh_from_db()
    assert claim.state == "defaulted"
    assert standing(application) == ("executed", ["assigned"])
    assert owed(application) == 800_000


def command(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_the_command_answers_and_says_what_came_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.AT)
    _, application = asked_for_discount(None, 400_000)
    number = application.application_no
    said = command(
        "financing_answer", number, "--accept", "--proceeds", "990000", "--rate", "1.25", "--lines", "1"
    )
    assert said.splitlines()[0] == f"{number} は「譲渡待ち」です。"
    assert said.splitlines()[2].endswith("400,000円 否認")
    application.refresh_from_db()
    assert application.rate == Decimal("1.25")


WRONG_COMMANDS: list[tuple[list[str], str]] = [
    (["--accept"], "--proceeds で入金する金額を指定してください。"),
    (["--decline"], "否認の理由（--because）"),
    (["--accept", "--proceeds", "9", "--rate", "nan"], "nan は利率ではありません。"),
    (["--accept", "--proceeds", "9", "--rate", "1.2345"], "1.2345 は利率ではありません。"),
    (["--accept", "--proceeds", "9", "--lines", "1,x"], "1,x は明細の番号ではありません。"),
    (["--accept", "--proceeds", "0"], "入金する金額は1円から1,000,000円までです。"),
]


def test_a_wrong_command_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.AT)
    _, application = asked_for_discount()
    before = fingerprint(*APPS)
    for arguments, sentence in WRONG_COMMANDS:
        with pytest.raises(CommandError, match=sentence):
            command("financing_answer", application.application_no, *arguments)
    assert fingerprint(*APPS) == before


def test_a_command_for_an_unknown_number_says_so() -> None:
    for name, arguments in (("financing_answer", ["--decline", "--because", "x"]), ("financing_repay", [])):
        with pytest.raises(CommandError, match="その申込番号の申込はありません。"):
            command(name, "F20261120-NONE00", *arguments)


def test_early_repayment_brings_the_claims_home(monkeypatch: pytest.MonkeyPatch) -> None:
    own, application = asked_for_loan(None, 300_000)
    executed(application, 800_000)
    number, part = line_number(application, 1), line_number(application, 2)
    after = balance(application.account)
    monkeypatch.setattr(
        "django.utils.timezone.now",
        lambda: datetime.combine(date(2026, 11, 27), cast.AT.time(), cast.AT.tzinfo),
    )
    day.catch_up(datetime.combine(date(2026, 11, 27), cast.AT.time(), cast.AT.tzinfo))
    said = command("financing_repay", application.application_no)
    assert said.splitlines() == ["返済した金額: 800,000円", f"返した債権: {number}", f"返した債権: {part}"]
    assert standing(application) == ("repaid", ["returned", "returned"])
    assert balance(application.account) == after - 800_000
    holders = Claim.objects.filter(record_number__in=[number, part]).values_list("holder", flat=True)
    assert set(holders) == {own.company.pk}
    assert command("financing_repay", application.application_no).splitlines() == ["返済した金額: 0円"]
    assert balance(application.account) == after - 800_000


def test_who_takes_requests_from_few_gets_its_claims_back_all_the_same() -> None:
    own, application = asked_for_loan()
    executed(application, 800_000)
    DesignationContract.objects.create(company=own.company, started_on=WISHED)
    done = money.repay(application.application_no, at=cast.AT, origin=cast.ORIGIN)
    assert (done.returned, done.kept) == ([line_number(application)], [])


def test_a_repayment_without_money_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _, application = asked_for_loan()
    executed(application, 800_000)
    call_command("demo_balance", application.account, "--set", "799999", stdout=StringIO())
    with pytest.raises(CommandError, match="残高が足りません。何も変わっていません。"):
        command("financing_repay", application.application_no)
    assert standing(application) == ("executed", ["assigned"])
    assert Claim.objects.get(record_number=line_number(application)).holder == bank()
    assert Order.objects.filter(company=bank()).count() == 0


def test_a_discount_has_nothing_to_repay() -> None:
    _, application = asked_for_discount()
    with pytest.raises(CommandError, match="返済する借入がありません"):
        command("financing_repay", application.application_no)


@pytest.mark.parametrize("loan_yen", [0, -1])
def test_a_loan_of_nothing_is_no_loan_and_not_the_proceeds(loan_yen: int) -> None:
    _, application = asked_for_loan(None, loan_yen=800_000)
    before = fingerprint(*APPS)
    with pytest.raises(WrongTerms) as refusal:
        accepted(application, 795_000, loan_yen=loan_yen)
    assert refusal.value.sentence.startswith("貸付の金額は1円から")
    assert fingerprint(*APPS) == before
