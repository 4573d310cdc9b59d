"""Laws of rights and ユーザ更新, tried on many made-up examples."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Company, User
from erec.members import access
from erec.members.actions.refresh import differences, digest, refresh
from erec.members.actions.rights import Rights, change_rights, rights_of
from erec.members.catalogue import BY_CODE, EVERY_GRANT, Grant, Tab, Tick, tabs_for, with_implied
from erec.members.errors import NothingToDo
from erec.members.models import BusinessRight, Member
from tests import cast
from tests.erec.members.cast_members import colleague, give, member_of, second_master

pytestmark = pytest.mark.django_db

GRANTS = st.frozensets(st.sampled_from(sorted(EVERY_GRANT)))
EXAMPLES = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
WHO: dict[str, Any] = {"at": cast.AT, "origin": cast.ORIGIN}


@pytest.fixture
def boss() -> cast.Person:
    person = cast.master()
    member_of(person)
    return person


@pytest.fixture
def member(boss: cast.Person) -> Member:
    return colleague(boss)[1]


@pytest.fixture
def bystander(boss: cast.Person) -> Member:
    return give(colleague(boss)[1], ("inquiry", Tick.USE))


@given(grants=GRANTS, others=GRANTS)
def test_what_is_implied_is_implied_once_and_grows_with_what_is_ticked(
    grants: frozenset[Grant], others: frozenset[Grant]
) -> None:
    assert grants <= with_implied(grants) == with_implied(with_implied(grants))
    assert with_implied(grants) | with_implied(others) == with_implied(grants | others)
    assert with_implied(grants) <= EVERY_GRANT
    assert bool(with_implied(grants)) == bool(grants)  # nothing comes from nothing
    shown = {tab for tab in tabs_for(grants) if tab not in (Tab.TOP, Tab.ADMINISTRATION)}
    assert shown == {BY_CODE[code].tab for code, _ in grants} - {Tab.ADMINISTRATION}


@EXAMPLES
@given(steps=st.lists(st.tuples(GRANTS, st.booleans(), st.booleans()), min_size=1, max_size=3))
def test_after_a_change_somebody_may_what_was_ticked_and_what_that_implies(
    steps: list[tuple[frozenset[Grant], bool, bool]], boss: cast.Person, member: Member, bystander: Member
) -> None:
    """Exactly that, whatever was before (the examples follow each other); nobody else's rights move."""
    untouched = rights_of(bystander)
    one, two = boss.user.company.settlement_accounts.order_by("pk")
    for grants, first, second in steps:
        version = Member.objects.get(pk=member.pk).rights_version
        accounts = frozenset(account.pk for account, on in ((one, first), (two, second)) if on)
        wanted = Rights(grants, accounts)
        told = change_rights(member, wanted, version=version, acting_user=boss.user, **WHO)
        assert access.grants_of(member) == with_implied(grants) == told.grants
        assert set(access.accounts_of(member).values_list("pk", flat=True)) == accounts
        assert Member.objects.get(pk=member.pk).rights_version == version + 1
    assert rights_of(bystander) == untouched


CHANGES = st.sampled_from(["add", "add a master", "rename", "mail", "suspend", "delete", "nothing"])


def change_portal(company: Company, kind: str, n: int) -> None:
    if kind == "add":
        cast.general(company)
    elif kind == "add a master" and company.users.filter(kind=User.Kind.MASTER).count() < 3:
        second_master(company)
    else:
        users = list(company.users.filter(kind=User.Kind.GENERAL).order_by("pk"))
        user = User.objects.filter(pk=users[n % len(users)].pk)
        if kind == "rename":
            user.update(name=f"改名 {n}")
        elif kind == "mail":
            user.update(mail=f"new{n}@example.com")
        elif kind in ("suspend", "delete"):
            user.update(status=User.Status.SUSPENDED if kind == "suspend" else User.Status.DELETED)


@EXAMPLES
@given(changes=st.lists(st.tuples(CHANGES, st.integers(0, 5)), max_size=6))
def test_after_a_refresh_both_sides_are_alike_and_nobody_may_more_than_before(
    changes: list[tuple[str, int]],
) -> None:
    boss = cast.master()
    member_of(boss)
    _, member = colleague(boss)
    give(member, *EVERY_GRANT)
    company = boss.user.company
    for kind, n in changes:
        change_portal(company, kind, n)
    before = set(BusinessRight.objects.values_list("member", "business", "tick"))
    found = differences(company)
    assert digest(found) == digest(differences(company))
    if not found:
        with pytest.raises(NothingToDo):
            refresh(seen=digest(found), acting_user=boss.user, **WHO)
    else:
        refresh(seen=digest(found), acting_user=boss.user, **WHO)
    assert differences(company) == []
    assert set(BusinessRight.objects.values_list("member", "business", "tick")) <= before
    for row in Member.objects.filter(company=company).select_related("user"):
        as_user = (row.user.login_id, row.user.name, row.user.mail, row.user.kind, row.user.status)
        assert (row.login_id, row.name, row.mail, row.kind, row.status) == as_user
        kept = EVERY_GRANT if row == member and row.status != User.Status.DELETED else frozenset()
        assert access.grants_of(row) == kept


def test_two_different_pictures_of_a_company_have_different_digests(boss: cast.Person) -> None:
    seen = {digest(differences(boss.user.company))}
    for n, kind in enumerate(("add", "rename", "mail", "suspend", "add", "add a master")):
        change_portal(boss.user.company, kind, 0)
        seen.add(digest(differences(boss.user.company)))
        assert len(seen) == n + 2
