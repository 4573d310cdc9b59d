"""一時保存, 仮登録, 引戻し and 削除: what a maker (担当者) does with a request."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from accounts.actions.companies import AccountNumber
from accounts.models import User
from accounts.origin import Origin, tell
from erec.claims.instructions import Party
from erec.members import access as members
from erec.members.catalogue import Tick
from erec.members.models import Member
from erec.parameters import business_day, table
from erec.parameters.business_day import Today
from erec.partners.actions.uses import note_use
from erec.partners.directory import Found
from erec.trail.events import Event
from erec.workflow import access, limits, messages, numbers, own_rules, policy
from erec.workflow.access import Actor
from erec.workflow.errors import CheckFailed, MovedOn, Problem, RightMissing, TooManyDrafts
from erec.workflow.models import ClaimInUse, Decision, Request, Version, WorkingCopy
from erec.workflow.states import FINISHED, Move, State
from erec.workflow.types import TYPES
from erec.workflow.types.base import Content, Context, RequestType, Summary

_ONE_PAGE = 0x70616765  # "page": who enters one waits for the others who enter the same


@dataclass(frozen=True)
class Typed:
    """What a maker enters. `token` names the page: the same page sent twice enters once.

    `request_no` and `version`: the request that is being mended, as the page showed it.
    """

    type: str
    content: Content
    token: str
    comment: str = ""
    request_no: str = ""
    version: int | None = None


@transaction.atomic
def save_draft(typed: Typed, *, acting_user: User, at: datetime, origin: Origin) -> Request:
    """一時保存: kept as it is, unchecked, for its maker alone. Raises TooManyDrafts, MovedOn…"""
    today = business_day.today(at)
    actor = access.acting(acting_user)
    done = _already(actor, typed)
    if done is not None:
        return done
    request = _target(actor, typed, Move.SAVE)
    if request is None:
        numbers.lock(actor.company)
        _check_room_for_draft(actor)
    return _enter(actor, request, typed, typed.content, State.DRAFT, today, origin)


@transaction.atomic
def submit(typed: Typed, *, acting_user: User, at: datetime, origin: Origin) -> Request:
    """仮登録, also of a mended request.

    Raises CheckFailed with what is wrong; RightMissing, NotThere, MovedOn and OutOfDate.
    """
    today = business_day.today(at)
    actor = access.acting(acting_user)
    done = _already(actor, typed)
    if done is not None:
        return done
    request = _target(actor, typed, Move.SUBMIT)
    content = _checked(actor, typed, request, today)
    return _enter(actor, request, typed, content, State.AWAITING_APPROVAL, today, origin)


@transaction.atomic
def pull_back(request_no: str, version: int, *, acting_user: User, at: datetime, origin: Origin) -> Request:
    """引戻し: out of the checkers' hands again. Raises NotThere, RightMissing, MovedOn, OutOfDate."""
    return _leave(request_no, version, Move.PULL_BACK, State.PULLED_BACK, acting_user, at, origin)


@transaction.atomic
def delete(request_no: str, version: int, *, acting_user: User, at: datetime, origin: Origin) -> Request:
    """削除 of what was not approved. Raises NotThere, RightMissing, MovedOn, OutOfDate."""
    return _leave(request_no, version, Move.DELETE, State.DELETED, acting_user, at, origin)


def _already(actor: Actor, typed: Typed) -> Request | None:
    """What the same page entered a moment ago: a double click is one entry, and the second waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_ONE_PAGE, typed.token])
    version = (
        Version.objects.filter(token=typed.token, company=actor.company).select_related("request").first()
    )
    return version.request if version else None


def _target(actor: Actor, typed: Typed, move: Move) -> Request | None:
    """The request under its lock that is entered again; None for a new one."""
    if not actor.may(TYPES[typed.type].business, Tick.MAKER):
        raise RightMissing
    if not typed.request_no:
        return None
    request = access.locked_for(actor, typed.request_no, move)
    if request.type != typed.type:
        raise MovedOn("請求の種類が違います。まだ何もしていません。一覧から開き直してください。")
    policy.check_move(request, move, actor.member, typed.version)
    return request


def _check_room_for_draft(actor: Actor) -> None:
    most = table.value("drafts_max")
    if access.drafts_of(actor.member).count() >= most:
        raise TooManyDrafts(
            f"一時保存は1人{most}件までです。今の入力は保存されていません。"
            "不要な一時保存を削除するか、このまま仮登録へ進んでください。"
        )


def _checked(actor: Actor, typed: Typed, request: Request | None, today: Today) -> Content:
    """The content as it will be kept. Raises CheckFailed."""
    typ = TYPES[typed.type]
    accounts = frozenset(members.accounts_of(actor.member).values_list("pk", flat=True))
    checked = typ.check(typed.content, Context(actor.company, today, accounts))
    problems = [*checked.problems]
    if not problems:
        problems += _claims_in_use(actor, typ, checked.content, request)
    if not problems and typ.approve_until(checked.content) <= today.moment:
        problems.append(Problem(0, "record_on", "承認の期限を過ぎています。日付を直してください。"))
    if not problems:
        problems += own_rules.problems(actor.company.pk, typ, checked.content, today)
    if problems:
        raise CheckFailed(problems)
    return checked.content


def _claims_in_use(
    actor: Actor, typ: RequestType, content: Content, request: Request | None
) -> list[Problem]:
    used = typ.claims_used(content)
    others = ClaimInUse.objects.filter(company=actor.company, record_number__in=used)
    if request is not None:
        others = others.exclude(request=request)
    return [
        Problem(
            typ.line_of(content, other.record_number),
            "record_number",
            typ.taken.format(number=other.request.request_no),
        )
        for other in others.select_related("request")
    ]


def _enter(
    actor: Actor,
    request: Request | None,
    typed: Typed,
    content: Content,
    state: State,
    today: Today,
    origin: Origin,
) -> Request:
    """Write the request and its new version; tell the checkers if it is theirs now."""
    typ, at = TYPES[typed.type], today.at
    is_new = request is None
    if request is None:
        request = Request(
            company=actor.company,
            request_no=numbers.next_number(actor.company, today.date),
            type=typ.code,
            business=typ.business,
            version=0,
            created_at=at,
        )
    request.state, request.version = state, request.version + 1
    request.maker, request.maker_name, request.updated_at = actor.member, actor.member.name, at
    _show(request, typ.summary(content))
    waits = state is State.AWAITING_APPROVAL
    request.deadline_at = typ.approve_until(content) if waits else None
    request.limited_yen = limits.counted_yen(typ.code, content) if waits else 0
    if waits:
        request.approval_error = []
    try:
        with transaction.atomic():
            request.save()
            _use_claims(request, typ, content if state is State.AWAITING_APPROVAL else None)
    except IntegrityError as taken:
        raise MovedOn(
            "同じ債権または承諾依頼について、ほかの人の請求が先に登録されました。"
            "今の入力は登録されていません。請求状況一覧で確かめてください。"
        ) from taken
    Version.objects.create(
        request=request,
        company=actor.company,
        number=request.version,
        content=content,
        comment=typed.comment,
        made_by=actor.member,
        made_by_name=actor.member.name,
        made_at=at,
        made_on=today.date,
        certificate=origin.certificate,
        device=origin.device,
        token=typed.token,
    )
    WorkingCopy.objects.filter(member=actor.member, token=typed.token).delete()
    if state is State.AWAITING_APPROVAL:
        note_use(actor.company.pk, [_found(party) for party in typ.partners(content)], at)
        messages.approval_asked(request, typed.comment, at)
    event = Event.REQUEST_SAVED if state is State.DRAFT else Event.REQUEST_SUBMITTED
    _tell(event, actor, request, at, origin, new=is_new, amount_yen=request.total_yen)
    return request


def _found(party: Party) -> Found:
    account = party.account
    number = AccountNumber(account.bank_code, account.branch_code, account.kind, account.number)
    return Found(party.company_id, party.user_number, party.name, number)


def _show(request: Request, summary: Summary) -> None:
    """The columns of lists and searches, from the content."""
    request.account, request.record_on = summary.account, summary.record_on
    request.total_yen, request.lines_count = summary.total_yen, summary.lines
    request.partner_name, request.demand_id = summary.partner_name[:80], summary.demand_id


def _use_claims(request: Request, typ: RequestType, content: Content | None) -> None:
    request.claims_in_use.all().delete()
    if content is not None:
        ClaimInUse.objects.bulk_create(
            ClaimInUse(record_number=number, request=request, company=request.company)
            for number in sorted(typ.claims_used(content))  # so that two never wait in a circle
        )


def _leave(
    request_no: str,
    version: int,
    move: Move,
    to: State,
    acting_user: User,
    at: datetime,
    origin: Origin,
) -> Request:
    """A move that only changes who may go on."""
    actor = access.acting(acting_user)
    request = access.locked_for(actor, request_no, move)
    policy.check_move(request, move, actor.member, version)
    leave(request, to, at)
    note(request, move, actor, "", at, origin)
    event = Event.REQUEST_PULLED_BACK if move is Move.PULL_BACK else Event.REQUEST_DELETED
    _tell(event, actor, request, at, origin)
    return request


def leave(request: Request, to: State, at: datetime) -> None:
    """Out of the checkers' hands. What is finished lets go of its claims; what is to be mended keeps them."""
    request.state, request.updated_at, request.deadline_at = to, at, _deadline_while_mended(request, to)
    request.save(update_fields=["state", "updated_at", "deadline_at"])
    if to in FINISHED:
        request.claims_in_use.all().delete()


def _deadline_while_mended(request: Request, to: State) -> datetime | None:
    return None if to in FINISHED else request.deadline_at


def note(
    request: Request,
    move: Move,
    actor: Actor,
    comment: str,
    at: datetime,
    origin: Origin,
    *,
    principal: Member | None = None,
    same: str = "",
) -> None:
    """Keep who did what to which version, with which certificate and at which browser."""
    Decision.objects.create(
        request=request,
        company=request.company,
        version=request.version,
        move=move,
        member=actor.member,
        member_name=actor.member.name,
        comment=comment,
        at=at,
        principal=principal,
        principal_name=principal.name if principal else "",
        certificate=origin.certificate,
        device=origin.device,
        same=same,
    )


def _tell(
    event: Event,
    actor: Actor,
    request: Request,
    at: datetime,
    origin: Origin,
    **detail: str | int | bool | None,
) -> None:
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=actor.user,
        company_id=actor.company.pk,
        target=request.request_no,
        type=request.type,
        version=request.version,
        **detail,
    )
