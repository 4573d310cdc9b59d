"""What masters do to the company's people, a class an act: what is shown, what is wrong, how it is done.

Each is done by the function that does it at once where no second master is needed, in the name of the master
who entered it: what one may not do to oneself, for instance, is asked of him.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django.utils.crypto import salted_hmac

from accounts import seen
from accounts.actions.users import store_reset
from accounts.models import Company, SettlementAccount, User
from accounts.second import Kind
from certs import access as certs
from certs import choices
from certs.actions.issuing import issue, remake_code
from certs.actions.people import delete_user, suspend_user
from certs.actions.revocation import revoke
from certs.models import RevocationReason
from erec.members.actions import deputies, passwords, refresh, rights
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, EVERY_GRANT, Grant, Tick
from erec.members.models import ApprovalPassword, Member
from erec.workflow.types.base import Row

GONE = "対象のユーザは、停止または削除されました。"
CHANGED = "仮登録のあとに、対象の内容が変わりました。"
ALREADY = "この手続きは、すでに済んでいます。"

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Case:
    """One act on one person of one company. `wanted`: as the act's page made it (second.Proposal)."""

    company: Company
    login_id: str
    wanted: Mapping[str, Any]

    def user(self) -> User | None:
        rows = User.objects.select_related("company").filter(company=self.company, login_id=self.login_id)
        return rows.first()

    def member(self) -> Member | None:
        rows = Member.objects.select_related("user").filter(company=self.company, login_id=self.login_id)
        return rows.exclude(status=User.Status.DELETED).first()


@dataclass(frozen=True)
class Shown:
    """What the approving master sees: facts, then a table. Kept with the request as it was entered."""

    facts: Facts = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


class MastersAct(ABC):
    """`name`: as its page calls it. `effect`: what becomes of it for the person, in one sentence."""

    kind: ClassVar[Kind]
    name: ClassVar[str]
    effect: ClassVar[str]

    @abstractmethod
    def shown(self, case: Case) -> Shown: ...

    @abstractmethod
    def problems(self, case: Case) -> Sequence[str]:
        """Why it cannot be done now. The person is there."""

    @abstractmethod
    def do(self, case: Case, **how: Any) -> None:
        """`how`: acting_user, at, origin and approved_in of the action. Raises what the action raises."""

    def standing(self, case: Case) -> str:
        """What was seen and must not change before the approval, besides who the person is."""
        return ""


def person_of(case: Case) -> User:
    user = case.user()
    if user is None:
        raise LookupError(case.login_id)
    return user


def member_of(case: Case) -> Member:
    member = case.member()
    if member is None:
        raise LookupError(case.login_id)
    return member


class RefreshUsers(MastersAct):
    kind = Kind.REFRESH
    name = "ユーザ更新"
    effect = "ユーザの登録内容が、電子記録債権サービスに反映されます。"

    def shown(self, case: Case) -> Shown:
        rows = [
            (f"{d.user.name}（{d.user.login_id}）", d.change.value, label, before, after)
            for d in refresh.differences(case.company)
            for label, before, after in d.fields
        ]
        columns = ("ユーザ", "区分", "項目", "更新前", "更新後")
        return Shown((), columns, tuple(Row(n, cells) for n, cells in enumerate(rows, start=1)))

    def problems(self, case: Case) -> Sequence[str]:
        found = refresh.differences(case.company)
        if not found:
            return [ALREADY]
        return [] if refresh.digest(found) == case.wanted["seen"] else [CHANGED]

    def do(self, case: Case, **how: Any) -> None:
        refresh.refresh(seen=case.wanted["seen"], **how)


class ChangeRights(MastersAct):
    kind = Kind.RIGHTS
    name = "権限変更"
    effect = "この人の業務権限と口座権限が、下の「変更後」のとおりになります。"

    def shown(self, case: Case) -> Shown:
        member, wanted = member_of(case), self._wanted(case)
        now = rights.rights_of(member)
        left = rights.businesses_left_without_checker(member, wanted)
        facts = (("承認者がいなくなる業務", "、".join(left)),) if left else ()
        if case.wanted["initial_hash"]:
            facts = (*facts, ("初期承認パスワード", "設定します（仮登録した人が本人に伝えます）"))
        cells = [*_of_businesses(now, wanted), *_of_accounts(case.company, now, wanted)]
        columns = ("業務・口座", "変更前", "変更後")
        return Shown(facts, columns, tuple(Row(n, each) for n, each in enumerate(cells, start=1)))

    def problems(self, case: Case) -> Sequence[str]:
        member, wanted = case.member(), self._wanted(case)
        if member is None or member.status != User.Status.ACTIVE or not member.user.is_active:
            return [GONE]
        if member.rights_version != case.wanted["version"]:
            return [CHANGED]
        own = SettlementAccount.objects.filter(company=case.company, pk__in=wanted.accounts).count()
        if not wanted.grants <= EVERY_GRANT or own != len(wanted.accounts):
            return ["選んだ業務または口座が、ご契約から外れました。"]
        if rights.needs_initial(member, wanted) and not case.wanted["initial_hash"]:
            return ["初期承認パスワードが必要になりました。"]
        return []

    def do(self, case: Case, **how: Any) -> None:
        rights.change_rights(
            member_of(case),
            self._wanted(case),
            version=case.wanted["version"],
            initial_hash=case.wanted["initial_hash"],
            **how,
        )

    def _wanted(self, case: Case) -> Rights:
        grants: frozenset[Grant] = frozenset((code, Tick(tick)) for code, tick in case.wanted["grants"])
        return Rights(grants, frozenset(case.wanted["accounts"]))


def _of_businesses(now: Rights, wanted: Rights) -> list[tuple[str, str, str]]:
    """Every business in which the person has or gets a tick."""
    found = []
    for business in CATALOGUE:
        before, after = (
            "・".join(tick for tick in business.ticks if (business.code, tick) in of.grants)
            for of in (now, wanted)
        )
        if before or after:
            found.append((business.name, before or "なし", _marked(before, after)))
    return found


def _of_accounts(company: Company, now: Rights, wanted: Rights) -> list[tuple[str, str, str]]:
    found = []
    for account in company.settlement_accounts.all():
        before, after = ("使える" if account.pk in of.accounts else "" for of in (now, wanted))
        if before or after:
            found.append((account.label, before or "なし", _marked(before, after)))
    return found


def _marked(before: str, after: str) -> str:
    return after or "なし" if before == after else f"{after or 'なし'} ［変更］"


class ResetApproval(MastersAct):
    kind = Kind.APPROVAL_RESET
    name = "承認パスワード初期化"
    effect = (
        "この人の承認パスワードは、仮登録した人が決めた初期承認パスワードに変わり、ロックも解除されます。"
    )

    def shown(self, case: Case) -> Shown:
        return Shown()

    def problems(self, case: Case) -> Sequence[str]:
        member = case.member()
        if member is None:
            return [GONE]
        there = ApprovalPassword.objects.filter(member=member).exists()
        return [] if there else ["この人には、承認パスワードがありません。"]

    def standing(self, case: Case) -> str:
        row = ApprovalPassword.objects.filter(member__login_id=case.login_id, member__company=case.company)
        return "".join(row.values_list("hash", flat=True))

    def do(self, case: Case, **how: Any) -> None:
        passwords.reset(member_of(case), initial_hash=case.wanted["initial_hash"], **how)


class ResetLogin(MastersAct):
    kind = Kind.LOGIN_RESET
    name = "初回ログインパスワードの再設定"
    effect = (
        "この人のログインパスワードは、仮登録した人が決めた初回ログインパスワードに変わります。"
        "ログイン中なら終了し、ロックも解除されます。"
    )

    def shown(self, case: Case) -> Shown:
        return Shown()

    def problems(self, case: Case) -> Sequence[str]:
        user = person_of(case)
        if user.status == User.Status.DELETED:
            return [GONE]
        return _unlike(case, user, seen.FOR_RESET)

    def do(self, case: Case, **how: Any) -> None:
        looked_at = seen.read(case.wanted["seen"])
        store_reset(person_of(case), case.wanted["initial_hash"], seen=looked_at, **how)


def _unlike(case: Case, user: User, fields: Sequence[str]) -> Sequence[str]:
    looked_at, now = seen.read(case.wanted["seen"]), seen.seen_of(user)
    same = looked_at is not None and all(getattr(looked_at, f) == getattr(now, f) for f in fields)
    return [] if same else [CHANGED]


class Certify(MastersAct):
    """発行, 追加発行, 再発行, 取得コード再作成. The code it makes nobody sees: see workflow.masters."""

    kind = Kind.CERTIFY
    name = "電子証明書の発行・再発行"
    effect = (
        "この人が電子証明書を取得できるようになります。取得コードは、承認したマスターユーザに表示し、"
        "その人から本人に渡します。"
    )
    words: ClassVar = {
        choices.ISSUE: "発行（1枚取得できるようにする）",
        choices.REISSUE: "再発行（今の証明書をすべて失効し、新しく1枚取得できるようにする）",
        choices.REMAKE: "取得コード再作成（前のコードは使えなくなる）",
    }

    def shown(self, case: Case) -> Shown:
        return Shown((("手続き", self.words[case.wanted["act"]]),))

    def problems(self, case: Case) -> Sequence[str]:
        user = person_of(case)
        if not user.is_active:
            return [GONE]
        return [] if certs.standing(user) == case.wanted["standing"] else [CHANGED]

    def do(self, case: Case, **how: Any) -> None:
        user, act = person_of(case), case.wanted["act"]
        if act == choices.REMAKE:
            remake_code(user, standing=case.wanted["standing"], **how)
        else:
            issue(user, reissue=act == choices.REISSUE, standing=case.wanted["standing"], **how)


def _reason(case: Case) -> tuple[str, str]:
    return ("理由", RevocationReason(case.wanted["reason"]).label)


class Revoke(MastersAct):
    kind = Kind.REVOKE
    name = "電子証明書の失効"
    effect = "この電子証明書ではログインできなくなり、ログイン中なら終了します。元に戻せません。"

    def shown(self, case: Case) -> Shown:
        return Shown((("シリアル番号", case.wanted["serial"]), _reason(case)))

    def problems(self, case: Case) -> Sequence[str]:
        held = certs.held_by(person_of(case)).filter(serial=case.wanted["serial"])
        return [] if held.exists() else [ALREADY]

    def do(self, case: Case, **how: Any) -> None:
        row = certs.of_user(person_of(case)).get(serial=case.wanted["serial"])
        revoke(row, RevocationReason(case.wanted["reason"]), **how)


class Suspend(MastersAct):
    kind = Kind.SUSPEND
    name = "利用停止"
    effect = "この人はすぐに使えなくなり、電子証明書と取得コードはすべて使えなくなります。"

    def shown(self, case: Case) -> Shown:
        return Shown((_reason(case),))

    def problems(self, case: Case) -> Sequence[str]:
        return [] if person_of(case).status == User.Status.ACTIVE else [ALREADY]

    def do(self, case: Case, **how: Any) -> None:
        suspend_user(person_of(case), RevocationReason(case.wanted["reason"]), **how)


class Delete(MastersAct):
    kind = Kind.DELETE
    name = "削除"
    effect = "この人は削除され、ログインIDは二度と使えません。元に戻せません。"

    def shown(self, case: Case) -> Shown:
        return Shown((_reason(case),))

    def problems(self, case: Case) -> Sequence[str]:
        user = person_of(case)
        if user.status == User.Status.DELETED:
            return [ALREADY]
        return _unlike(case, user, seen.FOR_DELETION)

    def do(self, case: Case, **how: Any) -> None:
        looked_at = seen.read(case.wanted["seen"])
        delete_user(person_of(case), RevocationReason(case.wanted["reason"]), seen=looked_at, **how)


class AppointDeputy(MastersAct):
    kind = Kind.DEPUTY
    name = "承認の代理の登録"
    effect = "この人が、下の期間、代理される人の代わりに承認できるようになります。"

    def shown(self, case: Case) -> Shown:
        wanted = self._wanted(case)
        principal = f"{wanted.principal.name}（{wanted.principal.login_id}）"
        days = f"{wanted.from_on:%Y年%-m月%-d日}から{wanted.until_on:%Y年%-m月%-d日}まで"
        return Shown((("代理される人", principal), ("期間", days)))

    def problems(self, case: Case) -> Sequence[str]:
        member, principal = case.member(), self._of(case).member()
        if member is None or principal is None:
            return [GONE]
        sentence = deputies.problem(self._wanted(case))
        return [sentence] if sentence else []

    def do(self, case: Case, **how: Any) -> None:
        deputies.appoint(self._wanted(case), **how)

    def _of(self, case: Case) -> Case:
        return Case(case.company, case.wanted["principal"], {})

    def _wanted(self, case: Case) -> deputies.Wanted:
        return deputies.Wanted(
            member_of(self._of(case)),
            member_of(case),
            date.fromisoformat(case.wanted["from_on"]),
            date.fromisoformat(case.wanted["until_on"]),
        )


def fingerprint(case: Case, act: MastersAct) -> str:
    """Who the person is and where he stands, in one word; the same at 仮登録 and at 承認."""
    user = case.user()
    of_person = (user.pk, user.name, user.mail, user.kind, user.status) if user else ()
    return salted_hmac("workflow.masters", f"{of_person}{act.standing(case)}").hexdigest()[:32]
