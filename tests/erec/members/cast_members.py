"""Members ready for a test: entered, with approval passwords and rights, without going through the pages."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.actions.users import NewUser, add_user
from accounts.models import Company, User
from erec.members.actions.entering import copy_of
from erec.members.actions.refresh import differences, digest, refresh
from erec.members.catalogue import Grant
from erec.members.models import AccountRight, ApprovalPassword, BusinessRight, Member
from tests import cast

APPROVAL = "shounin123"


def member_of(person: cast.Person, *, approval: str | None = APPROVAL, initial: bool = False) -> Member:
    """The person's row on the densai side, with this approval password (None: none)."""
    member = copy_of(person.user, Member.objects.filter(user=person.user).first(), cast.AT)
    if approval is not None:
        ApprovalPassword.objects.update_or_create(
            member=member,
            defaults={"hash": make_password(approval), "is_initial": initial, "set_at": cast.AT},
        )
    return member


def give(member: Member, *grants: Grant, accounts: bool = True) -> Member:
    BusinessRight.objects.bulk_create(
        BusinessRight(member=member, business=code, tick=tick) for code, tick in grants
    )
    if accounts:
        AccountRight.objects.bulk_create(
            AccountRight(member=member, account=a) for a in member.company.settlement_accounts.all()
        )
    return member


def master() -> tuple[cast.Person, Member]:
    """A master with an approval password, logged in and entered."""
    person = cast.master()
    return person, enter(person, member_of(person))


def colleague(of: cast.Person, **options: object) -> tuple[cast.Person, Member]:
    """A general user of the same company who came through ユーザ更新."""
    person = cast.fetched(cast.general(of.user.company))
    return person, member_of(person, **options)  # type: ignore[arg-type]


def second_master(company: Company) -> cast.Person:
    """Another master of the company, with a certificate and nothing on the densai side."""
    n = company.users.count()
    new = NewUser(
        f"{company.users.order_by('pk')[0].login_id[:10]}n{n}", f"二人目 {n}", f"second{n}@example.com"
    )
    with transaction.atomic():
        user, _ = add_user(company, User.Kind.MASTER, new, at=cast.AT)
    return cast.fetched(user)


def enter(person: cast.Person, member: Member) -> Member:
    assert person.log_in().status_code == 302
    assert person.client.post("/densai/enter").headers["Location"] == "/densai"
    member.refresh_from_db()
    return member


def run_refresh(person: cast.Person) -> int:
    """ユーザ更新 as the master sees it now; how many users changed."""
    found = differences(person.user.company)
    return len(refresh(seen=digest(found), acting_user=person.user, at=cast.AT, origin=cast.ORIGIN))
