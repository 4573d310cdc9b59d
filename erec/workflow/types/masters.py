"""マスターユーザの操作: what one master may not do alone, as a request that another master approves.

Content: {"kind", "login_id", "wanted", "by", "whose", "lines": []}, as workflow.masters enters it. The check
adds, once, what the approving master is shown and by what that is known; at 承認 both must still be so.
There is no form: who sent it back or pulled it back does it again on the act's own page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.utils import timezone

from accounts.errors import AccountsError
from accounts.models import User
from accounts.second import Kind
from certs.errors import CertsError
from erec.formats import bank_calendar
from erec.members.catalogue import MASTERS
from erec.members.errors import MembersError
from erec.parameters.business_day import Today, cut_off_on
from erec.workflow.errors import MovedOn, OwnEntry, Problem, WorkflowError
from erec.workflow.types.base import (
    Act,
    Carried,
    Checked,
    Content,
    Context,
    Effect,
    RequestType,
    Row,
    Sheet,
    Summary,
)
from erec.workflow.types.masters_acts import (
    CHANGED,
    GONE,
    AppointDeputy,
    Case,
    Certify,
    ChangeRights,
    Delete,
    MastersAct,
    RefreshUsers,
    ResetApproval,
    ResetLogin,
    Revoke,
    Suspend,
    fingerprint,
)
from erec.workflow.types.masters_company import ChangeControls, SwitchOff

ACTS: dict[Kind, MastersAct] = {
    act.kind: act
    for act in (
        RefreshUsers(),
        ChangeRights(),
        ResetApproval(),
        ResetLogin(),
        Certify(),
        Revoke(),
        Suspend(),
        Delete(),
        AppointDeputy(),
        ChangeControls(),
        SwitchOff(),
    )
}

CODE = "masters"
ANSWER_DAYS = 5  # business days for the other master, as for an answer of another company (inferred)
AGAIN = "引き戻すか差し戻して削除し、今の内容でもう一度操作してください。"
LOOK_AGAIN = "まだ何も登録していません。画面を開き直して、もう一度操作してください。"
BY_GONE = "仮登録したマスターユーザが、今はマスターユーザとして利用できません。"
WAITING = (
    "同じ人への同じ操作が、すでにほかのマスターユーザの承認を待っています（請求番号{number}）。"
    "その操作が終わってから、もう一度操作してください。"
)
NOT_DONE = "この操作は、今はできません。承認されておらず、何も変わっていません。"


class ActOfMaster(RequestType):
    code: ClassVar = CODE
    name: ClassVar = "マスターユーザの操作"
    business: ClassVar = MASTERS.code
    effect: ClassVar = "承認すると、この操作がすぐに行われます。"
    mendable: ClassVar = False
    taken: ClassVar = WAITING

    def check(self, content: Content, context: Context) -> Checked:
        act, case = _act(content), _case(content, context)
        if content["login_id"] and case.user() is None:
            return Checked(content, [_problem(GONE)])
        problems = _problems(content, act, case)
        if problems or "seen" in content:
            return Checked(content, problems)
        return Checked(_as_seen(content, act, case, context.today))

    def summary(self, content: Content) -> Summary:
        return Summary(lines=1, partner_name=_target(content))

    def sheet(self, content: Content) -> Sheet:
        shown = content["shown"]
        facts = (("操作", _act(content).name), ("対象", content["whose"] or "企業全体"))
        return Sheet(
            (*facts, *((label, value) for label, value in shown["facts"])),
            tuple(shown["columns"]),
            tuple(Row(number, tuple(cells)) for number, cells in shown["rows"]),
        )

    def approve_until(self, content: Content) -> datetime:
        return datetime.fromisoformat(content["until"])

    def effects(self, content: Content, context: Context) -> Sequence[Effect]:
        case = _case(content, context)

        def do(act: Act) -> None:
            _do(content, case, act)

        return [Carried(do, partner_name=_target(content)[:60])]

    def claims_used(self, content: Content) -> Sequence[str]:
        """One open request an act and person: not a claim's number, but a word that none has."""
        return [_word(content)]


def _act(content: Content) -> MastersAct:
    return ACTS[Kind(content["kind"])]


def _case(content: Content, context: Context) -> Case:
    return Case(context.company, content["login_id"], content["wanted"])


def _word(content: Content) -> str:
    return f"{list(Kind).index(Kind(content['kind']))}:{content['login_id']}"


def _target(content: Content) -> str:
    """「権限変更：佐藤 花子」."""
    return f"{_act(content).name}：{content['whose']}" if content["whose"] else _act(content).name


def _problem(sentence: str) -> Problem:
    return Problem(0, "", sentence)


def _problems(content: Content, act: MastersAct, case: Case) -> list[Problem]:
    by = User.objects.select_related("company").filter(company=case.company, login_id=content["by"]).first()
    if by is None or not (by.is_active and by.is_master):
        found = [BY_GONE]
    elif content.get("seen", fingerprint(case, act)) != fingerprint(case, act):
        found = [CHANGED]
    else:
        found = [*act.problems(case)]
    then = AGAIN if "seen" in content else LOOK_AGAIN
    return [_problem(sentence + then) for sentence in found]


def _as_seen(content: Content, act: MastersAct, case: Case, today: Today) -> Content:
    user, shown = case.user(), act.shown(case)
    return {
        **content,
        "whose": f"{user.name}（{user.login_id}）" if user else "",
        "seen": fingerprint(case, act),
        "shown": {
            "facts": [list(fact) for fact in (*_about(user), *shown.facts)],
            "columns": list(shown.columns),
            "rows": [[row.number, list(row.cells)] for row in shown.rows],
        },
        "until": cut_off_on(bank_calendar.after(today.date, ANSWER_DAYS)).isoformat(),
    }


def _about(user: User | None) -> list[tuple[str, str]]:
    """By what the other master may know the person, besides his name."""
    if user is None:
        return []
    made = timezone.localtime(user.created_at)
    return [
        ("区分", user.get_kind_display()),
        ("メールアドレス", user.mail),
        ("登録日時", f"{made:%Y年%-m月%-d日 %-H:%M}"),
    ]


def _do(content: Content, case: Case, act: Act) -> None:
    """In the name of who entered it, who is not who approves. Whatever refuses it now undoes the approval."""
    maker = act.request.maker.user
    if maker.pk == act.approver.pk or maker.login_id != content["by"]:
        raise OwnEntry
    how: dict[str, Any] = {
        "acting_user": maker,
        "at": act.today.at,
        "origin": act.origin,
        "approved_in": act.request.request_no,
    }
    try:
        _act(content).do(case, **how)
    except (AccountsError, MembersError, CertsError, LookupError) as refused:
        raise MovedOn(NOT_DONE + AGAIN) from refused
    except WorkflowError as refused:
        raise MovedOn(refused.sentence) from refused
