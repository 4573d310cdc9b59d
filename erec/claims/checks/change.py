"""What is wrong with a 変更記録 (domain facts §4.3, [DN49]: 業務規程第33条, 細則第23条)."""

from collections.abc import Iterator
from datetime import date

from erec.claims import windows
from erec.claims.checks.common import (
    Facts,
    Problem,
    amount_within,
    day,
    moment,
    recorded_at_once,
    unreserved,
    wrong_state,
)
from erec.claims.instructions import Change
from erec.claims.models import Claim
from erec.claims.projection import Book
from erec.parameters.business_day import Today

NOT_PARTY = "この記録番号の債権は、変更できる債権の中にありません。記録番号を確かめてください。"
ON_PAPER = (
    "この債権には、発生記録のほかに記録（譲渡・保証・支払等・変更など）があるため、画面からは変更できません。"
    "関係するすべての企業の書面で、取引店に依頼してください。"
)
NOTHING = "変更する内容がありません。支払期日、債権金額、譲渡制限のどれかを今と違う値にしてください。"
DELETE_ALONE = "債権を削除するときは、ほかの変更はできません。どちらかだけにしてください。"


def found(change: Change, facts: Facts, today: Today) -> Iterator[Problem]:
    claim = facts.claims.get(change.record_number)
    parties = {change.requester.company_id, change.other.company_id}
    if claim is None or parties != {claim.obligor_id, claim.holder_id}:
        yield Problem("record_number", "not_party", NOT_PARTY)
        return
    if change.seen not in ("", standing_of(claim)):
        sentence = (
            f"この債権は、登録したときの「{change.seen}」から「{standing_of(claim)}」に変わりました。"
            "内容を確かめて、登録し直してください。"
        )
        yield Problem("record_number", "other_standing", sentence)
        return
    yield from _changeable(claim, facts, today)
    yield from recorded_at_once(change.record_on, today)
    yield from _wanted(change, claim, facts, today)


def standing_of(claim: Claim) -> str:
    """What a change would change, as it is now: 「100,000円、2027年1月29日、譲渡制限なし」."""
    restricted = "譲渡制限あり" if claim.restricted else "譲渡制限なし"
    return f"{claim.amount_yen:,}円、{day(claim.due_on)}、{restricted}"


def differences(change: Change, claim: Claim | Book) -> dict[str, date | int | bool]:
    """What would be otherwise than it is: column and new value."""
    due_on = windows.effective_due(change.due_on) if change.due_on else None
    wanted = {"due_on": due_on, "amount_yen": change.amount_yen, "restricted": change.restricted}
    return {
        name: value for name, value in wanted.items() if value is not None and value != getattr(claim, name)
    }


def _changeable(claim: Claim, facts: Facts, today: Today) -> Iterator[Problem]:
    if claim.state != Claim.State.RECORDED:
        yield wrong_state(claim, "変更")
        return
    yield from unreserved(claim.record_number, facts, "変更する")
    if claim.position > 1:
        yield Problem("record_number", "more_records", ON_PAPER)
    elif today.moment >= (until := windows.change_until(claim.due_on)):
        sentence = (
            f"支払期日が近いため、画面から変更できる期間は、{moment(until)}に終わりました。"
            "取引店に相談してください。"
        )
        yield Problem("record_number", "too_near_due", sentence)


def _wanted(change: Change, claim: Claim, facts: Facts, today: Today) -> Iterator[Problem]:
    wanted = differences(change, claim)
    if change.delete:
        if wanted:
            yield Problem("change", "delete_alone", DELETE_ALONE)
        return
    if not wanted:
        yield Problem("change", "nothing", NOTHING)
    if change.due_on and "due_on" in wanted:
        yield from _due_on(change.due_on, today)
    if change.amount_yen is not None and "amount_yen" in wanted:
        yield from amount_within(change.amount_yen, "amount_min_yen", today)
        if change.amount_yen > claim.amount_yen:
            yield from _more(change, claim, facts, today)


def _due_on(due_on: date, today: Today) -> Iterator[Problem]:
    record_on = windows.record_dates(today).first
    first, last = windows.earliest_changed_due(record_on), windows.latest_due(record_on)
    if not first <= due_on <= last:
        sentence = f"変更後の支払期日は、{day(first)}から{day(last)}までの日付を入力してください。"
        yield Problem("due_on", "due_on_window", sentence)


def _more(change: Change, claim: Claim, facts: Facts, today: Today) -> Iterator[Problem]:
    """取引停止処分 forbids a debtor new debts; a small claim that grows is one (inferred). §4.8."""
    if not facts.sanctioned(claim.obligor_id, today.date, change.record_on):
        return
    if change.requester.company_id == claim.obligor_id:
        sentence = "取引停止処分の期間中のため、債権金額を増やすことはできません。取引店に連絡してください。"
    else:
        sentence = "この債権の金額は、今は増やせません。債務者に確認してください。"
    yield Problem("amount_yen", "obligor_unavailable", sentence)
