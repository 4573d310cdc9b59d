"""手数料: which fee an amount has, the tables set by a master, and what is recorded under each bearer."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.errors import NotAllowed, Stale
from accounts.models import User
from erec.claims.models import Claim
from erec.trail.models import Entry, Outbox
from erec.workflow import difference, fees
from erec.workflow.actions import deciding
from erec.workflow.actions.fees import FeesRefused, change_fees
from erec.workflow.errors import CheckFailed
from erec.workflow.fees import Bands, fee_of
from erec.workflow.models import FeeBand, FeeTable
from erec.workflow.types import TYPES
from erec.workflow.types.base import Sheet
from tests import cast
from tests.erec.members.cast_members import master
from tests.erec.workflow.cast_workflow import Trader, accrual, approved, by, submitted, trader

pytestmark = pytest.mark.django_db

OWN, OTHER = FeeBand.Table.OWN, FeeBand.Table.OTHER
BANDS: Bands = ((1, 220), (30_000, 440))
RECEIVER = "受取人負担"


def set_fees(own: Trader, *, own_bands: Bands = (), other_bands: Bands = ()) -> None:
    """As a master would have set them."""
    FeeBand.objects.filter(company=own.company).delete()
    for table, bands in ((OWN, own_bands), (OTHER, other_bands)):
        for start, fee in bands:
            FeeBand.objects.create(company=own.company, table=table, from_yen=start, fee_yen=fee)


@pytest.mark.parametrize(
    ("bands", "amount", "fee"),
    [
        ((), 1_000_000, 0),
        (BANDS, 1, 220),
        (BANDS, 29_999, 220),
        (BANDS, 30_000, 440),
        (BANDS, 9_999_999_999, 440),
        (((500, 110),), 499, 0),
        (((1, 330), (1_000_000, 0)), 1_000_000, 0),
    ],
)
def test_the_fee_is_that_of_the_highest_band_that_the_amount_reaches(
    bands: Bands, amount: int, fee: int
) -> None:
    assert fee_of(bands, amount) == fee


def test_the_bands_in_words() -> None:
    assert fees.words(BANDS) == ["1円以上30,000円未満　220円", "30,000円以上　440円"]
    assert fees.changes({OWN: (), OTHER: BANDS}, {OWN: ((1, 0),), OTHER: BANDS}) == [
        "当方負担手数料: なし → 1円以上　0円"
    ]


def sheet_of(own: Trader, content: dict[str, Any]) -> Sheet:
    request = submitted(own, "accrual_by_obligor", content)
    return TYPES[request.type].sheet(request.versions.get().content)


def cells(sheet: Sheet, *columns: str) -> list[tuple[str, ...]]:
    places = [sheet.columns.index(column) for column in columns]
    return [tuple(row.cells[place] for place in places) for row in sheet.rows]


def test_under_receiver_bears_the_fee_is_taken_off_and_the_rest_is_recorded() -> None:
    own, other = trader(), trader()
    set_fees(own, own_bands=((1, 999),), other_bands=BANDS)
    content = accrual(own, other, other, fee_bearer=RECEIVER)
    content["lines"][1] |= {"amount_yen": 29_999, "reference": "2"}
    sheet = sheet_of(own, content)
    assert cells(sheet, "請求金額", "手数料", "債権金額") == [
        ("1,000,000円", "440円", "999,560円"),
        ("29,999円", "220円", "29,779円"),
    ]
    facts = dict(sheet.facts)
    assert facts["手数料"] == "受取人負担（合計660円を差し引きます）"
    assert (facts["請求金額の合計"], facts["合計金額"]) == ("1,029,999円", "1,029,339円")
    request = approved(own, "accrual_by_obligor", content)
    assert sorted(Claim.objects.values_list("amount_yen", flat=True)) == [29_779, 999_560]
    assert (request.total_yen, request.state) == (1_029_339, "recorded")


def test_under_requester_bears_the_fee_is_only_shown() -> None:
    own, other = trader(), trader()
    set_fees(own, own_bands=BANDS, other_bands=((1, 999),))
    content = accrual(own, other)
    sheet = sheet_of(own, content)
    assert dict(sheet.facts)["手数料"] == "依頼人負担（当方負担手数料 合計440円）"
    assert sheet.columns == ("債権者", "口座", "債権金額", "支払期日", "依頼人Ref.No.")
    approved(own, "accrual_by_obligor", content)
    assert Claim.objects.get().amount_yen == 1_000_000


@pytest.mark.parametrize("bearer", ["依頼人負担", RECEIVER])
def test_without_tables_nothing_is_said_and_nothing_taken_off(bearer: str) -> None:
    own, other = trader(), trader()
    content = accrual(own, other, fee_bearer=bearer)
    sheet = sheet_of(own, content)
    assert (dict(sheet.facts)["手数料"], "請求金額" in sheet.columns) == (bearer, False)
    approved(own, "accrual_by_obligor", content)
    assert Claim.objects.get().amount_yen == 1_000_000


def test_a_creditor_who_asks_takes_nothing_off() -> None:
    own, debtor = trader(), trader()
    set_fees(own, other_bands=BANDS)
    request = approved(own, "accrual_by_obligee", accrual(own, debtor, fee_bearer=RECEIVER))
    assert (request.total_yen, request.lines.get().amount_yen) == (1_000_000, 1_000_000)


def refused(own: Trader, content: dict[str, Any]) -> Sequence[tuple[int, str, str]]:
    with pytest.raises(CheckFailed) as failed:
        submitted(own, "accrual_by_obligor", content)
    return [(p.line, p.field, p.sentence) for p in failed.value.problems]


@pytest.mark.parametrize("amount", [1, 219, 220])
def test_a_fee_that_is_not_below_the_amount_is_refused(amount: int) -> None:
    own, other = trader(), trader()
    set_fees(own, other_bands=BANDS)
    content = accrual(own, other, amount_yen=amount, fee_bearer=RECEIVER)
    sentence = f"手数料の220円が、請求金額の{amount:,}円以上です。金額か、手数料の負担を直してください。"
    assert refused(own, content) == [(1, "amount_yen", sentence)]


def test_one_yen_more_than_the_fee_is_recorded_as_one_yen() -> None:
    own, other = trader(), trader()
    set_fees(own, other_bands=BANDS)
    approved(own, "accrual_by_obligor", accrual(own, other, amount_yen=221, fee_bearer=RECEIVER))
    assert Claim.objects.get().amount_yen == 1


def test_a_fee_that_changed_since_the_entry_is_not_approved() -> None:
    own, other = trader(), trader()
    set_fees(own, other_bands=BANDS)
    request = submitted(own, "accrual_by_obligor", accrual(own, other, fee_bearer=RECEIVER))
    set_fees(own, other_bands=((1, 550),))
    with pytest.raises(CheckFailed) as failed:
        deciding.approve(request.request_no, 1, **by(own.checker))
    (problem,) = failed.value.problems
    assert problem.sentence == (
        "手数料が、登録したときの440円から550円に変わりました。登録し直してください。"
    )
    assert not Claim.objects.exists()


def test_a_fee_that_came_after_the_entry_is_not_approved_either() -> None:
    own, other = trader(), trader()
    request = submitted(own, "accrual_by_obligor", accrual(own, other, fee_bearer=RECEIVER))
    set_fees(own, other_bands=BANDS)
    with pytest.raises(CheckFailed):
        deciding.approve(request.request_no, 1, **by(own.checker))


def test_the_tables_of_others_do_not_count() -> None:
    own, other = trader(), trader()
    set_fees(other, other_bands=BANDS)
    approved(own, "accrual_by_obligor", accrual(own, other, fee_bearer=RECEIVER))
    assert Claim.objects.get().amount_yen == 1_000_000


def test_what_changed_is_told_by_the_columns_names() -> None:
    """The sheet of the version with a fee has two columns more."""
    own, other = trader(), trader()
    plain = sheet_of(own, accrual(own, other, fee_bearer=RECEIVER))
    set_fees(own, other_bands=BANDS)
    with_fee = sheet_of(own, accrual(own, other, fee_bearer=RECEIVER))
    told = [(c.label, c.before, c.now) for c in difference.between(plain, with_fee)]
    assert told[2:] == [
        ("請求金額の合計", "－", "1,000,000円"),
        ("明細1 請求金額", "－", "1,000,000円"),
        ("明細1 手数料", "－", "440円"),
        ("明細1 債権金額", "1,000,000円", "999,560円"),
    ]


def changed(person: cast.Person, version: int = 0, **tables: Bands) -> None:
    wanted = {OWN: tables.get("own", ()), OTHER: tables.get("other", ())}
    change_fees(wanted, version=version, acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)


def test_a_master_sets_exactly_these_tables_and_all_masters_are_told() -> None:
    boss, _ = master()
    changed(boss, own=((1, 110),), other=BANDS)
    changed(boss, 1, other=BANDS)
    company = boss.user.company
    assert fees.tables_of(company.pk) == {OWN: (), OTHER: BANDS}
    assert fees.version_of(company.pk) == 2
    mails = Outbox.objects.filter(key__startswith=f"fees:{company.pk}:2:")
    assert {mail.to for mail in mails} == {boss.user.mail, company.contact_mail}
    assert "当方負担手数料: 1円以上　110円 → なし" in mails[0].body
    events = Entry.objects.filter(company_id=company.pk, event="fees.changed").order_by("pk")
    assert [entry.detail for entry in events] == [
        {"own": "1円以上　110円", "other": "1円以上30,000円未満　220円、30,000円以上　440円"},
        {"own": "", "other": "1円以上30,000円未満　220円、30,000円以上　440円"},
    ]


@pytest.mark.parametrize(
    ("who", "version", "other", "refusal"),
    [("master", 1, BANDS, Stale), ("master", 0, (), FeesRefused), ("stopped", 0, BANDS, NotAllowed)],
)
def test_what_is_stale_or_changes_nothing_or_comes_from_no_master_is_refused(
    who: str, version: int, other: Bands, refusal: type[Exception]
) -> None:
    boss, _ = master()
    if who == "stopped":
        User.objects.filter(pk=boss.user.pk).update(status=User.Status.SUSPENDED)
    before = Outbox.objects.count()
    with pytest.raises(refusal):
        changed(boss, version, other=other)
    assert not FeeTable.objects.exists()
    assert not FeeBand.objects.exists()
    assert Outbox.objects.count() == before


@pytest.mark.parametrize(("start", "fee"), [(0, 1), (1, -1), (10_000_000_000, 1), (1, 100_000)])
def test_the_database_keeps_no_band_out_of_bounds(start: int, fee: int) -> None:
    company = trader().company
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeBand.objects.create(company=company, table=OWN, from_yen=start, fee_yen=fee)
