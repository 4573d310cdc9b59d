"""What people are told at each step (domain facts §2.5): 通知情報, and mail to who wants it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from erec.notices.actions import Telling, tell, tell_many
from erec.notices.what import What
from erec.workflow import asking
from erec.workflow.models import Demand, Line, Request
from erec.workflow.states import State
from erec.workflow.types import TYPES


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y年%-m月%-d日 %-H時%-M分")


def _until(request: Request) -> str:
    return _moment(request.deadline_at) if request.deadline_at else ""


def about(request: Request) -> list[str]:
    """The lines by which a person knows which request is meant."""
    lines = [f"請求番号: {request.request_no}", f"種類: {TYPES[request.type].name}"]
    if request.partner_name:
        lines.append(f"相手先: {request.partner_name}")
    if request.total_yen:
        lines.append(f"金額: {request.total_yen:,}円（{request.lines_count}件）")
    return lines


def _tell(what: What, request: Request, key: str, subject: str, lines: Sequence[str], at: datetime) -> None:
    tell(
        what,
        key=f"request:{request.pk}:{key}",
        company_id=request.company_id,
        business=request.business,
        subject=subject,
        lines=[*about(request), *lines],
        at=at,
        request_no=request.request_no,
    )


def _comment(comment: str) -> list[str]:
    return [f"コメント: {comment}"] if comment else []


def approval_asked(request: Request, comment: str, at: datetime) -> None:
    lines = [
        f"担当者: {request.maker_name}",
        f"承認の期限: {_until(request)}",
        *_comment(comment),
    ]
    _tell(What.APPROVAL_ASKED, request, f"{request.version}:asked", "承認のお願い", lines, at)


def second_approval_asked(request: Request, by: str, at: datetime) -> None:
    lines = [f"1人目の承認: {by}", "もう1人の承認を待っています。"]
    _tell(What.APPROVAL_ASKED, request, f"{request.version}:second", "2人目の承認のお願い", lines, at)


def sent_back(request: Request, by: str, comment: str, at: datetime) -> None:
    reasons = [f"承認時エラー: {error['sentence']}" for error in request.approval_error]
    lines = [f"差し戻した人: {by}", *_comment(comment), *reasons]
    _tell(What.SENT_BACK, request, f"{request.version}:sent-back", "請求が差し戻されました", lines, at)


def approved(request: Request, by: str, comment: str, at: datetime) -> None:
    lines = [f"承認した人: {by}", *_comment(comment)]
    _tell(What.APPROVED, request, f"{request.version}:approved", "請求が承認されました", lines, at)


def lapsed(request: Request, at: datetime) -> None:
    lines = ["期限までに手続きが終わらなかったため、取りやめになりました。［再利用］で作り直せます。"]
    _tell(What.LAPSED, request, f"{request.version}:lapsed", "請求が期限切れになりました", lines, at)


def expiring(request: Request, at: datetime) -> None:
    lines = [f"承認の期限: {_until(request)}", "期限を過ぎると、承認できなくなります。"]
    _tell(What.EXPIRING_SOON, request, f"{request.version}:expiring", "承認の期限が近づいています", lines, at)


# What who asked is told when the request's state changes after approval. 承諾待ち and 記録待ち are no news.
_WENT_ON: dict[State, tuple[What, str]] = {
    State.RESERVED: (What.RECORDED, "予約が登録されました"),
    State.RECORDED: (What.RECORDED, "記録が完了しました"),
    State.RECORD_ERROR: (What.RECORD_ERROR, "記録されなかった明細があります"),
    State.DENIED: (What.DENIED, "相手先が否認しました"),
    State.LAPSED: (What.ANSWER_LAPSED, "相手先の回答がないまま期限が過ぎました"),
    State.CANCELLED: (What.CANCELLED, "取消になりました"),
}


def went_on(request: Request, lines: Sequence[Line], at: datetime) -> None:
    state = State(request.state)
    if state not in _WENT_ON:
        return
    what, subject = _WENT_ON[state]
    told = [
        f"明細{line.number}: {line.standing.label} {line.record_number} {line.error}".strip()
        for line in lines
    ]
    shown = told if len(told) <= LINES_TOLD else [*told[:LINES_TOLD], f"ほか{len(told) - LINES_TOLD}件"]
    _tell(what, request, f"{request.version}:{state}", subject, shown, at)


LINES_TOLD = 20  # a mail is for reading; the page shows all


def consent_given(request: Request, demand: Demand, at: datetime) -> None:
    lines = [f"相手先が承諾しました。金額: {demand.amount_yen:,}円"]
    _tell(What.CONSENT_GIVEN, request, f"consent:{demand.pk}", "相手先が承諾しました", lines, at)


def _told_asked(what: What, demand: Demand, subject: str, lines: Sequence[str]) -> Telling:
    return Telling(
        what,
        key=f"demand:{demand.pk}:{what}",
        company_id=demand.company_id,
        business=demand.business,
        subject=subject,
        lines=[
            f"承諾依頼番号: {demand.demand_no}",
            f"種類: {asking.what(demand)}",
            f"請求者: {demand.asked_by_name}",
            f"金額: {demand.amount_yen:,}円",
            *lines,
        ],
        demand_no=demand.demand_no,
    )


def consents_asked(demands: Sequence[Demand], at: datetime) -> None:
    def lines(demand: Demand) -> list[str]:
        return [f"回答の期限: {_moment(demand.answer_until)}", "期限までに承諾がなければ、成立しません。"]

    tell_many([_told_asked(What.CONSENT_ASKED, d, "承諾依頼が届きました", lines(d)) for d in demands], at=at)


def demand_withdrawn(demand: Demand, at: datetime) -> None:
    told = _told_asked(What.CANCELLED, demand, "承諾依頼が取り消されました", ["回答は不要です。"])
    tell_many([told], at=at)


def demand_lapsed(demand: Demand, at: datetime) -> None:
    lines = ["回答がないまま期限が過ぎたため、成立しませんでした。"]
    told = _told_asked(What.ANSWER_LAPSED, demand, "承諾依頼の期限が過ぎました", lines)
    tell_many([told], at=at)
