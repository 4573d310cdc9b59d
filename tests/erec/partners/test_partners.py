"""The acts on one partner: who may, what is refused, two at once, and a death in the middle."""

import threading
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.actions.companies import stop_company
from accounts.errors import NotAllowed
from accounts.models import User
from erec.members.actions import rights
from erec.members.actions.rights import Rights
from erec.members.models import BusinessRight
from erec.partners import policy
from erec.partners.actions import partners
from erec.partners.actions.groups import delete_group, save_group
from erec.partners.actions.partners import Entry
from erec.partners.errors import AlreadyThere, Changed, LimitReached
from erec.partners.models import GroupMember, Partner, PartnerGroup
from erec.trail.models import Entry as TrailEntry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.members.cast_members import master
from tests.erec.partners.cast_partners import HERE, Keeper, another, key_of


def events(company_id: int) -> list[str]:
    rows = TrailEntry.objects.filter(company_id=company_id, event__startswith="partner")
    return list(rows.order_by("position").values_list("event", flat=True))


@pytest.mark.django_db
def test_each_act_is_one_event_in_the_actors_own_chain() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    group = keeper.groups("毎月", row, amounts={row.pk: 500})
    partners.change(row.pk, Entry(key_of(company, 1)), version=1, acting_user=keeper.user, **HERE)
    partners.delete(row.pk, version=2, acting_user=keeper.user, **HERE)
    delete_group(group.pk, version=1, acting_user=keeper.user, **HERE)
    assert events(keeper.company_id) == [
        "partner.added",
        "partner_group.saved",
        "partner.changed",
        "partner.deleted",
        "partner_group.deleted",
    ]
    assert events(company.pk) == []  # the other company does not learn in whose book it stands
    deleted = TrailEntry.objects.get(event="partner.deleted")
    assert (deleted.detail["groups"], GroupMember.objects.count()) == (1, 0)


@pytest.mark.django_db
def test_a_deleted_partner_can_be_registered_again() -> None:
    keeper, company = Keeper.at_work(), another()
    first = keeper.adds(company)
    partners.delete(first.pk, version=1, acting_user=keeper.user, **HERE)
    second = keeper.adds(company)
    assert second.pk != first.pk
    with pytest.raises(AlreadyThere) as refusal:
        keeper.adds(company)
    assert refusal.value.partner == second


def right_taken(keeper: Keeper) -> None:
    BusinessRight.objects.filter(member=keeper.member).delete()


def user_suspended(keeper: Keeper) -> None:
    User.objects.filter(pk=keeper.user.pk).update(status=User.Status.SUSPENDED)


def member_deleted(keeper: Keeper) -> None:
    type(keeper.member).objects.filter(pk=keeper.member.pk).update(status=User.Status.DELETED)


def company_stopped(keeper: Keeper) -> None:
    stop_company(keeper.user.company, because="試験", at=cast.AT, origin=cast.ORIGIN)


@pytest.mark.django_db
@pytest.mark.parametrize("loss", [right_taken, user_suspended, member_deleted, company_stopped])
def test_whoever_lost_the_right_a_moment_ago_changes_nothing(loss: Callable[[Keeper], None]) -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    group = keeper.groups("毎月", row)
    loss(keeper)
    acting = {"acting_user": keeper.user, **HERE}
    acts: list[Callable[[], object]] = [
        lambda: partners.add(Entry(key_of(another())), **acting),
        lambda: partners.change(row.pk, Entry(key_of(company)), version=1, **acting),
        lambda: partners.delete(row.pk, version=1, **acting),
        lambda: save_group(None, "別", {row.pk: 1}, **acting),
        lambda: save_group(group.pk, "改", {}, version=1, **acting),
        lambda: delete_group(group.pk, version=1, **acting),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
    row.refresh_from_db()
    group.refresh_from_db()
    assert (row.version, row.deleted_at, group.name, group.version) == (1, None, "毎月", 1)
    assert (Partner.objects.count(), PartnerGroup.objects.count(), GroupMember.objects.count()) == (1, 1, 1)
    assert len(events(keeper.company_id)) == 2


@pytest.mark.django_db
def test_a_competitor_cannot_act_on_what_he_cannot_see() -> None:
    keeper, rival, company = Keeper.at_work(), Keeper.at_work(), another()
    row = keeper.adds(company)
    group = keeper.groups("毎月", row)
    acting = {"acting_user": rival.user, **HERE}
    with pytest.raises(Partner.DoesNotExist):
        partners.change(row.pk, Entry(key_of(company)), version=1, **acting)
    with pytest.raises(Partner.DoesNotExist):
        partners.delete(row.pk, version=1, **acting)
    with pytest.raises(PartnerGroup.DoesNotExist):
        delete_group(group.pk, version=1, **acting)
    with pytest.raises(Changed):  # as for a partner that was deleted: no hint that it is somebody's
        save_group(None, "盗み見", {row.pk: None}, **acting)
    assert events(rival.company_id) == []
    assert PartnerGroup.objects.count() == 1


@pytest.mark.django_db
def test_an_old_version_and_a_full_book_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    for version in (0, 2):
        with pytest.raises(Changed):
            partners.delete(row.pk, version=version, acting_user=keeper.user, **HERE)
    monkeypatch.setattr(policy, "PARTNERS_MAX", 1)
    with pytest.raises(LimitReached, match="1件までです"):
        keeper.adds(another())
    assert events(keeper.company_id) == ["partner.added"]


@pytest.mark.django_db
def test_the_database_refuses_what_no_act_would_write() -> None:
    keeper, rival, company = Keeper.at_work(), Keeper.at_work(), another()
    row, other = keeper.adds(company), rival.adds(company)
    group = keeper.groups("毎月", row)
    rows = Partner.objects.filter(pk=row.pk)
    for wrong in ({"number": "12"}, {"kind": "3"}, {"user_number": "IOZ000000"}, {"name": ""}):
        with pytest.raises(IntegrityError, match="partner_shape"), transaction.atomic():
            rows.update(**wrong)
    with pytest.raises(IntegrityError, match="partner_open_once"), transaction.atomic():
        Partner.objects.filter(pk=other.pk).update(company=keeper.company_id)
    for amount in (0, -1, 10_000_000_000):
        with pytest.raises(IntegrityError, match="group_member_amount"), transaction.atomic():
            GroupMember.objects.update(amount_yen=amount)
    theirs = {"company_id": keeper.company_id, "group": group, "partner": other}
    with pytest.raises(IntegrityError, match="group_member_of_own_partner"), transaction.atomic():
        GroupMember.objects.create(**theirs)
    with pytest.raises(IntegrityError, match="group_member_of_own_group"), transaction.atomic():
        GroupMember.objects.create(**{**theirs, "company_id": rival.company_id})


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread of its own, together: what came of them, by name."""
    outcomes: list[str] = []
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        together.wait()
        try:
            act()
            outcomes.append("done")
        except Exception as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_partner_at_once_one_wins() -> None:
    boss = cast.master()
    one, two, company = Keeper.at_work(boss), Keeper.at_work(boss), another()
    outcomes = at_once(lambda: one.adds(company), lambda: two.adds(company))
    assert outcomes == ["AlreadyThere", "done"]
    assert Partner.objects.count() == 1
    assert events(one.company_id) == ["partner.added"]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_two_accounts_of_one_company_at_once_the_second_is_asked() -> None:
    boss = cast.master()
    one, two, company = Keeper.at_work(boss), Keeper.at_work(boss), another()
    outcomes = at_once(lambda: one.adds(company, seen=()), lambda: two.adds(company, index=1, seen=()))
    assert outcomes == ["Similar", "done"]
    assert Partner.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_a_change_and_a_deletion_at_once_one_wins() -> None:
    keeper, company = Keeper.at_work(), another()
    row = keeper.adds(company)
    entry = Entry(key_of(company), "新しい名前")
    outcomes = at_once(
        lambda: partners.change(row.pk, entry, version=1, acting_user=keeper.user, **HERE),
        lambda: partners.delete(row.pk, version=1, acting_user=keeper.user, **HERE),
    )
    assert outcomes in (["Changed", "done"], ["DoesNotExist", "done"])
    row.refresh_from_db()
    assert row.version == 2
    assert len(events(keeper.company_id)) == 2


@pytest.mark.django_db(transaction=True)
def test_a_right_that_is_taken_away_at_that_moment_comes_before_or_after_but_never_between() -> None:
    boss, _ = master()
    keeper, company = Keeper.at_work(boss), another()
    nothing = Rights(frozenset(), frozenset())
    outcomes = at_once(
        lambda: keeper.adds(company),
        lambda: rights.change_rights(
            keeper.member, nothing, version=0, acting_user=boss.user, at=cast.AT, origin=cast.ORIGIN
        ),
    )
    added = Partner.objects.count()
    assert outcomes == (["done", "done"] if added else ["NotAllowed", "done"])
    assert events(keeper.company_id) == ["partner.added"] * added


@pytest.mark.django_db
def test_a_death_at_any_statement_leaves_all_or_nothing() -> None:
    keeper, company, renamed = Keeper.at_work(), another(), Entry(key_of(another()), "改")
    row = keeper.adds(another())
    acts: dict[str, Callable[[], object]] = {
        "add": lambda: keeper.adds(company),
        "group": lambda: keeper.groups("毎月", row),
        "change": lambda: partners.change(row.pk, renamed, version=1, acting_user=keeper.user, **HERE),
        "delete": lambda: partners.delete(row.pk, version=2, acting_user=keeper.user, **HERE),
    }
    for act in acts.values():
        assert every_death_leaves_nothing(act, "partners", "trail") > 2
    assert events(keeper.company_id) == [
        "partner.added",
        "partner.added",
        "partner_group.saved",
        "partner.changed",
        "partner.deleted",
    ]
