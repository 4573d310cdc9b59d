"""取適法 (in force since 2026-01-01): what a payer to a 中小受託事業者 is warned of.

Nothing is refused: what the law covers is a contract that this service does not see.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from erec.claims import windows
from erec.formats import bank_calendar
from erec.partners.access import partners_of
from erec.workflow.types.base import date_of, day, several

# 第3条第1項: within 60 days, counted from the day of receipt (起算): that day is the first.
PAID_WITHIN = timedelta(days=59)
SHOWN_MAX = 20


def among(company_id: int, user_numbers: Sequence[str]) -> set[str]:
    """Which of these companies one of the company's 取引先 says to be such, whatever account it has there."""
    rows = partners_of(company_id).filter(is_small_contractor=True, user_number__in=set(user_numbers))
    return set(rows.values_list("user_number", flat=True))


def latest_due(received_on: date) -> date:
    """The last 支払期日 that is paid in time: on a holiday it would be paid on the next business day.

    Worked example: received on 2026-11-20, the 60th day is 2027-01-18, a Monday.
    """
    return bank_calendar.on_or_before(received_on + PAID_WITHIN)


def of_due(line: dict[str, Any]) -> str:
    """What is to be said of one such line's 支払期日; nothing while it cannot be read yet.

    A claim that is paid later than 第3条 allows is 支払遅延 (第5条第1項第2号).
    """
    received_on, due_on = date_of(line.get("received_on")), date_of(line.get("due_on"))
    if received_on is None:
        return (
            "受領日がないため、支払期日が受領日から60日以内かを確かめられません。受領日を入力してください。"
        )
    if due_on is None or windows.effective_due(due_on) <= latest_due(received_on):
        return ""
    return (
        f"支払期日が、受領日の{day(received_on)}から数えて60日を過ぎます。"
        f"遅くとも{day(latest_due(received_on))}にしてください（取適法第3条）。"
    )


def warnings(lines: Sequence[dict[str, Any]], *, fee_taken_off: bool) -> Iterator[str]:
    """For a confirmation: `lines` as the check left them."""
    such = [(n, line) for n, line in enumerate(lines, start=1) if line.get("is_small_contractor")]
    if not such:
        return
    if fee_taken_off:
        # 第5条第1項第3号 (減額); 取適法運用基準 第4の3(1)カ: also where both sides agreed to it.
        names = several([line["name"] for _, line in such])
        yield (
            f"{names}は、取適法の対象です。手数料を代金から差し引くことは、合意があっても、"
            "減額の禁止（取適法第5条第1項第3号）にあたります。依頼人負担にしてください。"
        )
    told = [(n, line["name"], sentence) for n, line in such if (sentence := of_due(line))]
    for number, name, sentence in told[:SHOWN_MAX]:
        yield f"明細{number} {name}（取適法の対象）：{sentence}"
    if len(told) > SHOWN_MAX:
        yield f"ほかに{len(told) - SHOWN_MAX}件の明細で、受領日か支払期日を確かめてください（取適法の対象）。"
