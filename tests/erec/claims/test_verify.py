"""The proof of the book: it says nothing of a good one, and names what somebody changed behind its back."""

from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command

from erec.claims import runs, verify
from erec.claims.models import Claim
from erec.claims.projection import Unreadable
from tests import cast
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def book() -> dict[str, str]:
    """Record numbers by what the claim went through."""
    obligor, obligee, assignee = c.party(), c.party(), c.party()
    divided = c.claim(obligor, obligee, 1000).record_number
    part = c.assign(divided, obligee, assignee, 400).record_number
    waiting = c.claim(obligor, obligee, record_on=c.LATER).record_number
    waiting_part = c.assign(waiting, obligee, assignee, 1, record_on=c.LATER).record_number
    dropped = c.claim(obligor, obligee, record_on=c.LATER).record_number
    c.cancel(dropped, "accrual", obligor)
    coming = c.claim(obligor, obligee).record_number
    c.assign(coming, obligee, assignee, record_on=c.LATER)
    paid = c.claim(obligor, obligee, due_on=c.SOON).record_number
    runs.settle(c.SOON, cast.AT)
    runs.settle(c.PAYMENT_RECORDED, cast.AT)
    repaid = c.claim(obligor, obligee, 1000).record_number
    c.recorded(c.change(repaid, obligee, obligor, amount_yen=900))
    c.assign(repaid, obligee, assignee)
    c.recorded(c.payment(repaid, obligee, assignee, 300))
    names = ("divided", "part", "waiting", "waiting_part", "dropped", "coming", "paid", "repaid")
    numbers = (divided, part, waiting, waiting_part, dropped, coming, paid, repaid)
    return dict(zip(names, numbers, strict=True))


def said(*arguments: str) -> tuple[int, list[str]]:
    """The exit code and the lines of the command."""
    out = StringIO()
    code = 0
    try:
        call_command("verify_book", *arguments, stdout=out)
    except SystemExit as end:
        code = int(str(end.code))
    return code, out.getvalue().splitlines()


def test_a_good_book_is_good(book: dict[str, str]) -> None:
    assert said() == (0, ["異常はありません。記録原簿の債権は8件です。"])


def test_an_empty_book_is_good(db: None) -> None:
    assert said() == (0, ["異常はありません。記録原簿の債権は0件です。"])


# What somebody who owns the disk changes, and what is said of it; {0} is the number of the claim.
TAMPERED = [
    (
        "divided",
        "UPDATE claims_claim SET amount_yen = 700 WHERE record_number = %(number)s",
        [
            "{0}: 分割の金額が合いません（発生時1,000円、現在700円、分割先の合計400円）。",
            "{0}: 債権金額が記録と合いません（表は「700」、記録からは「600」）。",
        ],
    ),
    (
        "part",
        "UPDATE claims_claim SET state = 'settled' WHERE record_number = %(number)s",
        ["{0}: 状態が記録と合いません（表は「settled」、記録からは「recorded」）。"],
    ),
    (
        "waiting",
        "UPDATE claims_claim SET reference = 'X' WHERE record_number = %(number)s",
        ["{0}: 依頼人Ref.No.が記録と合いません（表は「X」、記録からは「」）。"],
    ),
    (
        "divided",
        "DELETE FROM claims_holding WHERE record_number = %(number)s AND role = 'obligor'",
        ["{0}: 債権の持分が記録と合いません（余分0件、不足1件）。"],
    ),
    (
        "divided",
        "UPDATE claims_holding SET amount_yen = 1 WHERE record_number = %(number)s AND role = 'holder'",
        ["{0}: 債権の持分が記録と合いません（余分1件、不足1件）。"],
    ),
    (
        "part",
        "DELETE FROM claims_guarantor g USING claims_claim c"
        " WHERE c.id = g.claim_id AND c.record_number = %(number)s",
        ["{0}: 保証人が記録と合いません（余分0件、不足1件）。"],
    ),
    (
        "repaid",
        "UPDATE claims_recourse SET amount_yen = 301",
        ["{0}: 特別求償権が記録と合いません（余分1件、不足1件）。"],
    ),
    (
        "repaid",
        "DELETE FROM claims_recourse",
        ["{0}: 特別求償権が記録と合いません（余分0件、不足1件）。"],
    ),
    (
        "divided",
        'INSERT INTO claims_recourse (claim_id, company_id, "order", amount_yen, paid_yen)'
        " SELECT id, obligor_id, 1, 5, 0 FROM claims_claim WHERE record_number = %(number)s",
        ["{0}: 特別求償権が記録と合いません（余分1件、不足0件）。"],
    ),
    (
        "repaid",
        "UPDATE claims_claim SET due_on = due_on + 1 WHERE record_number = %(number)s",
        ["{0}: 支払期日が記録と合いません（表は「2027-02-27」、記録からは「2027-02-26」）。"],
    ),
    (
        "coming",
        "DELETE FROM claims_holding WHERE record_number = %(number)s AND role = 'incoming'",
        ["{0}: 債権の持分が記録と合いません（余分0件、不足1件）。"],
    ),
    (
        "paid",
        "UPDATE claims_recordevent e SET position = 7 FROM claims_claim c"
        " WHERE c.id = e.claim_id AND c.record_number = %(number)s AND kind = 'payment'",
        ["{0}: 記録の順に欠けがあります（記録の削除の疑い）。"],
    ),
    (
        "divided",
        "UPDATE claims_recordevent e SET facts = '{{}}' FROM claims_claim c"
        " WHERE c.id = e.claim_id AND c.record_number = %(number)s AND kind = 'accrual'",
        ["{0}: 記録から債権を組み立てられません（記録の書き換えの疑い）。"],
    ),
    (
        "dropped",
        "DELETE FROM claims_order WHERE record_number = %(number)s",
        ["{0}: 記録も、この債権を作った指図もありません。"],
    ),
    (
        "paid",
        "DELETE FROM claims_settlementresult",
        ["{0}: 2番目の記録のもとになった指図または決済結果がありません（削除の疑い）。"],
    ),
]


@pytest.mark.parametrize("place", range(len(TAMPERED)))
def test_what_was_changed_behind_its_back_is_named(
    place: int, book: dict[str, str], superuser_cursor: psycopg.Cursor[Any]
) -> None:
    name, change, sentences = TAMPERED[place]
    superuser_cursor.execute(change.replace("{{}}", "{}"), {"number": book[name]})
    code, lines = said()
    assert code == 1
    assert lines[-1] == f"異常が{len(lines) - 1}件あります。"
    assert lines[:-1] == [sentence.format(book[name]) for sentence in sentences]


def test_a_balance_that_its_movements_do_not_add_up_to_is_named(
    book: dict[str, str], superuser_cursor: psycopg.Cursor[Any]
) -> None:
    superuser_cursor.execute("UPDATE claims_accountbalance SET balance_yen = 5")
    code, lines = said()
    assert (code, len(lines)) == (1, 3)
    assert lines[0].startswith("デモ残高 9999-101-2-")
    assert "増減の合計と合いません（残高5円、合計" in lines[0]


def test_one_company_s_proof_looks_at_its_own_claims_only(
    book: dict[str, str], superuser_cursor: psycopg.Cursor[Any]
) -> None:
    lender, borrower = c.party(), c.party()
    c.claim(borrower, lender)
    superuser_cursor.execute(
        "UPDATE claims_claim SET reference = 'x' WHERE record_number = %s", [book["part"]]
    )
    assert said()[0] == 1
    assert said("--company", lender.user_number)[0] == 0
    owner = Claim.objects.get(record_number=book["part"]).obligor_number
    assert said("--company", owner)[0] == 1


def test_a_user_number_that_is_none_is_told(db: None) -> None:
    with pytest.raises(CommandError) as refusal:
        said("--company", "T99999999")
    assert str(refusal.value) == "利用者番号 T99999999 の企業はありません。番号を確かめてください。"


def test_a_claim_is_rebuilt_from_its_events_alone(book: dict[str, str]) -> None:
    rebuilt = verify.rebuild(Claim.objects.get(record_number=book["divided"]))
    assert (rebuilt.amount_yen, rebuilt.original_amount_yen, rebuilt.position) == (600, 1000, 2)
    waiting = verify.rebuild(Claim.objects.get(record_number=book["waiting_part"]))
    assert (waiting.amount_yen, waiting.state, waiting.parent) == (1, "reserved", book["waiting"])


def test_a_claim_that_nothing_made_cannot_be_rebuilt(
    book: dict[str, str], superuser_cursor: psycopg.Cursor[Any]
) -> None:
    superuser_cursor.execute("DELETE FROM claims_order WHERE record_number = %s", [book["dropped"]])
    with pytest.raises(Unreadable):
        verify.rebuild(Claim.objects.get(record_number=book["dropped"]))
