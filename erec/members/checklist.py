"""準備のこと: what is still missing, for whom, and where it is done. Nothing missing is an error later."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts import access as accounts
from accounts import second
from accounts.models import User
from certs import access as certs
from certs import policy
from erec.doors import CERT, URLCONFS
from erec.members import access, approval
from erec.members.actions.refresh import differences
from erec.members.models import Member
from erec.parameters import table


@dataclass(frozen=True)
class Step:
    """One thing to do: what, why, and the page. `done` ones are shown as such, `advice` is not counted."""

    what: str
    why: str
    url: str = ""
    link: str = ""
    done: bool = False
    advice: bool = False


def steps_for(member: Member, user: User, at: datetime) -> list[Step]:
    """One's own standing, and for a master the company's."""
    steps = [_own_password(member, at)]
    if not access.grants_of(member):
        steps.append(_no_rights(user))
    if user.is_master:
        steps += _of_the_company(user, at)
    return steps


def _own_password(member: Member, at: datetime) -> Step:
    standing = approval.standing(member)
    if not standing.exists:
        return Step("承認パスワードは要りません", "承認者の権限がないためです。", done=True)
    days = standing.days_left(at)
    if days is not None and standing.near_end(at):
        return Step(
            f"承認パスワードの期限まで、あと{days}日です",
            "期限を過ぎると、承認や権限変更ができなくなります。",
            _page("approval-change"),
            "変更する",
        )
    until = "期限はありません。" if days is None else f"期限まであと{days}日です。"
    return Step("あなたの証明書と2つのパスワード", f"承認パスワードの{until}", done=True)


def _no_rights(user: User) -> Step:
    if user.is_master:
        return Step(
            "あなたには、まだ取引の権限がありません",
            "業務と口座の権限を設定すると、タブが表示されます。",
            _page("rights", user.login_id),
            "設定する",
        )
    return Step("あなたには、まだ取引の権限がありません", "マスターユーザに設定を依頼してください。")


def _of_the_company(user: User, at: datetime) -> list[Step]:
    others = [person for person in accounts.users_of(user) if person.pk != user.pk]
    steps = [step for person in others if (step := _certificate(person, at)) is not None]
    steps += [
        Step(
            f"{d.user.name}さんの{d.change}が、まだ反映されていません",
            "ユーザ更新が必要です。更新すると、権限を設定できるようになります。",
            _page("refresh"),
            "ユーザ更新へ",
        )
        for d in differences(user.company)
    ]
    for member in access.members_of(user).exclude(user=user).filter(status=User.Status.ACTIVE):
        if not access.grants_of(member):
            steps.append(
                Step(
                    f"{member.name}さんに、まだ権限がありません",
                    "業務と口座の権限を設定すると、使えるようになります。",
                    _page("rights", member.login_id),
                    "設定する",
                )
            )
    if access.masters_of(user).count() == 1:
        steps.append(
            Step(
                "マスターユーザが1名です",
                "あなたのパソコンが壊れると、窓口での手続きが必要になります。もう1名をおすすめします。",
                _page("portal-user-new"),
                "追加する",
                advice=table.value("masters_min") < 2,
            )
        )
    elif _other_master_is_ready(user) and not second.waits(user.company_id):
        steps.append(
            Step(
                "マスターユーザの操作を、互いに承認できます",
                "1人のパソコンとパスワードが盗まれても、権限のあるユーザを作られないようになります。",
                _page("company-second-master"),
                "設定する",
                advice=True,
            )
        )
    return steps


def _other_master_is_ready(user: User) -> bool:
    """Somebody who could approve: he has entered, and has an approval password of his own."""
    others = access.members_of(user).filter(kind=User.Kind.MASTER, status=User.Status.ACTIVE)
    standings = [approval.standing(member) for member in others.exclude(user=user)]
    return any(standing.exists and not standing.is_initial for standing in standings)


def _certificate(person: User, at: datetime) -> Step | None:
    state = policy.state_of_person(*certs.newest_of(person), at)
    if person.status != User.Status.ACTIVE or state in (policy.State.VALID, policy.State.RENEWABLE):
        return None
    if state is policy.State.READY:
        why = "取得コードを渡し、本人が取得するのを待っています。"
    else:
        why = "発行の手続きが必要です。"
    url = _page("portal-certificate", person.login_id)
    return Step(f"{person.name}さんの電子証明書: {state}", why, url, "電子証明書管理へ")


def _page(name: str, *args: object) -> str:
    """Checklists are of the cert door, whoever asks for them."""
    return reverse(name, urlconf=URLCONFS[CERT], args=args)
