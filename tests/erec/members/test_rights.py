"""権限変更: what may be ticked, by whom, and what then becomes visible."""

import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from accounts.errors import NotAllowed
from accounts.models import User
from erec.members import access
from erec.members.actions import rights
from erec.members.actions.rights import Rights
from erec.members.catalogue import CATALOGUE, EVERY_GRANT, Business, Kind, Tab, Tick, tabs_for, with_implied
from erec.members.errors import InitialNeeded, RightsChanged, UnknownRight
from erec.members.models import ApprovalPassword, BusinessRight, Member
from erec.trail.models import Entry, Outbox
from tests import cast
from tests.erec.members.cast_members import colleague, give, master, member_of, second_master

NONE: frozenset[int] = frozenset()


def change(
    acting: cast.Person,
    member: Member,
    *grants: tuple[str, Tick],
    accounts: frozenset[int] = NONE,
    **more: object,
) -> Rights:
    options: dict[str, object] = {"version": Member.objects.get(pk=member.pk).rights_version, **more}
    wanted = Rights(frozenset(grants), accounts)
    return rights.change_rights(
        member,
        wanted,
        acting_user=acting.user,
        at=cast.AT,
        origin=cast.ORIGIN,
        **options,  # type: ignore[arg-type]
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("business", "tick"), [(b.code, tick) for b in CATALOGUE for tick in b.ticks], ids=str
)
def test_every_tick_can_be_given_and_opens_its_tab(business: str, tick: Tick) -> None:
    boss, _ = master()
    _, member = colleague(boss)
    change(boss, member, (business, tick))
    held = access.grants_of(member)
    assert held == with_implied(frozenset({(business, tick)}))
    tab = next(b.tab for b in CATALOGUE if b.code == business)
    assert set(tabs_for(held)) == {Tab.TOP, tab, Tab.ADMINISTRATION}


def test_the_catalogue_is_that_of_the_manuals_and_one_business_of_our_own() -> None:
    kinds = {b.name: str(b.kind) for b in CATALOGUE}
    assert kinds.pop("会計データ") == "承認不要業務"
    assert kinds == {
        "債権情報照会（開示）": "承認不要業務",
        "融資申込（照会）": "承認不要業務",
        "取引履歴照会": "承認不要業務",
        "操作履歴照会": "承認不要業務",
        "取引先管理": "承認不要業務",
        "利用者情報照会": "承認不要業務",
        "債権発生請求": "承諾対象業務",
        "債権譲渡請求": "承認対象業務",
        "債権一括請求": "承認対象業務",
        "融資申込": "承認対象業務",
        "その他請求": "承諾対象業務",
        "指定許可管理": "承認対象業務",
    }
    for business in CATALOGUE:
        expected = (Tick.USE,) if business.kind is Kind.DIRECT else (Tick.MAKER, Tick.CHECKER)
        assert business.ticks == expected


RECORD_REQUESTS = {"accrual", "assignment", "batch", "other"}


@pytest.mark.parametrize("grant", sorted(EVERY_GRANT), ids=str)
def test_only_record_requests_bring_the_partners_along(grant: tuple[str, Tick]) -> None:
    implied = with_implied(frozenset({grant})) - {grant}
    assert implied == ({("partners", Tick.USE)} if grant[0] in RECORD_REQUESTS else frozenset())


BAD = [
    {("nothing", Tick.USE)},
    {("accrual", Tick.USE)},
    {("inquiry", Tick.CHECKER)},
]


@pytest.mark.django_db
@pytest.mark.parametrize("grants", BAD, ids=str)
def test_a_tick_of_no_business_is_refused_by_action_and_database(grants: set[tuple[str, Tick]]) -> None:
    boss, _ = master()
    _, member = colleague(boss)
    before = Entry.objects.count()
    with pytest.raises((UnknownRight, KeyError)):
        change(boss, member, *grants)
    assert access.grants_of(member) == frozenset()
    assert Entry.objects.count() == before
    (business, tick) = next(iter(grants))
    with pytest.raises(IntegrityError, match="business_right_in_catalogue"), transaction.atomic():
        BusinessRight.objects.create(member=member, business=business, tick=tick)


@pytest.mark.django_db
def test_another_companys_account_is_refused() -> None:
    boss, own = master()
    outsider, _ = master()
    theirs = outsider.user.company.settlement_accounts.order_by("pk")[0]
    with pytest.raises(UnknownRight):
        change(boss, own, accounts=frozenset({theirs.pk}))
    page = boss.client.post(
        f"/densai/users/{boss.user.login_id}/rights", {"account": [theirs.pk], "version": 0}
    )
    assert page.status_code == 422
    assert "選べない項目" in page.content.decode()
    assert not access.accounts_of(own).exists()


@pytest.mark.django_db
def test_who_may_change_whose() -> None:
    boss, own = master()
    second = second_master(boss.user.company)
    second_member = member_of(second)
    worker, member = colleague(boss)
    outsider, _ = master()
    for acting, target in ((boss, own), (boss, member), (boss, second_member), (second, own)):
        change(acting, target, ("inquiry", Tick.USE))
    for acting, target in ((worker, member), (worker, own), (outsider, member)):
        with pytest.raises(NotAllowed):
            change(acting, target, ("batch", Tick.MAKER))
    assert access.grants_of(member) == {("inquiry", Tick.USE)}


@pytest.mark.django_db
def test_a_first_checker_needs_an_initial_approval_password_and_a_maker_none() -> None:
    boss, _ = master()
    _, member = colleague(boss, approval=None)
    change(boss, member, ("accrual", Tick.MAKER), initial_hash=make_password("muyou12345"))
    assert not ApprovalPassword.objects.filter(member=member).exists()  # not kept for a pure maker
    with pytest.raises(InitialNeeded):
        change(boss, member, ("accrual", Tick.CHECKER))
    assert access.grants_of(member) == {("accrual", Tick.MAKER), ("partners", Tick.USE)}
    change(boss, member, ("accrual", Tick.CHECKER), initial_hash=make_password("hajime123"))
    assert ApprovalPassword.objects.get(member=member).is_initial


@pytest.mark.django_db
def test_a_new_checker_is_told_to_the_companys_contact_and_a_maker_is_not() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    told = Outbox.objects.filter(subject__contains="承認者の権限")
    change(boss, member, ("accrual", Tick.MAKER))
    assert not told.exists()
    change(boss, member, ("accrual", Tick.CHECKER))
    assert list(told.values_list("to", flat=True)) == [boss.user.company.contact_mail]
    change(boss, member, ("accrual", Tick.CHECKER))  # nothing new
    assert told.count() == 1


@pytest.mark.django_db
def test_the_second_master_sees_what_the_first_did() -> None:
    boss, _ = master()
    _, member = colleague(boss)
    change(boss, member, ("inquiry", Tick.USE))
    with pytest.raises(RightsChanged):
        change(boss, member, ("batch", Tick.MAKER), version=0)
    stale = boss.client.post(
        f"/densai/users/{member.login_id}/rights", {"right": ["batch:担当者"], "version": 0}
    )
    assert stale.status_code == 409
    assert "ほかのマスターユーザが権限を変更しました" in stale.content.decode()
    assert access.grants_of(member) == {("inquiry", Tick.USE)}


@pytest.mark.django_db
@pytest.mark.parametrize("status", [User.Status.SUSPENDED, User.Status.DELETED])
def test_a_person_stopped_before_the_confirmation_gets_nothing(status: str) -> None:
    boss, _ = master()
    person, member = colleague(boss)
    path = f"/densai/users/{member.login_id}/rights"
    boss.client.post(path, {"right": ["inquiry:利用"], "version": 0})
    token = boss.client.get(f"{path}/confirm").content.decode().split('name="token" value="')[1].split('"')[0]
    User.objects.filter(pk=person.user.pk).update(status=status)
    done = boss.client.post(f"{path}/confirm", {"approval_password": "shounin123", "token": token})
    assert done.status_code == 409
    assert "停止または削除" in done.content.decode()
    assert access.grants_of(member) == frozenset()


@pytest.mark.django_db
def test_the_last_checker_of_a_business_is_asked_about_and_then_allowed() -> None:
    boss, own = master()
    _, member = colleague(boss)
    give(own, ("accrual", Tick.CHECKER))
    give(member, ("accrual", Tick.CHECKER), ("batch", Tick.CHECKER))
    nothing = Rights(frozenset(), NONE)
    assert rights.businesses_left_without_checker(member, nothing) == ["債権一括請求"]
    assert rights.businesses_left_without_checker(own, nothing) == []
    path = f"/densai/users/{member.login_id}/rights"
    boss.client.post(path, {"version": 0})
    assert "債権一括請求" in boss.client.get(f"{path}/confirm").content.decode()
    change(boss, member)
    assert access.grants_of(member) == frozenset()


OWN_PAGES = {
    Tab.INQUIRY: "/densai/claims",
    Tab.ACCOUNTING: "/densai/accounting",
}  # the other tabs share an address


@pytest.mark.django_db
@pytest.mark.parametrize("business", [b for b in CATALOGUE if b.tab is not Tab.ADMINISTRATION], ids=str)
def test_a_businesss_tab_appears_with_its_right_and_goes_with_it(business: Business) -> None:
    boss, member = master()
    page = OWN_PAGES.get(business.tab, f"/densai/business/{business.tab.name.lower()}")
    missing = boss.client.get(page)
    assert missing.status_code == 403
    assert business.name in missing.content.decode()
    assert f">{business.tab}</a>" not in boss.client.get("/densai").content.decode()
    give(member, (business.code, business.ticks[0]))
    assert f">{business.tab}</a>" in boss.client.get("/densai").content.decode()
    shown = boss.client.get(page, follow=True)
    assert shown.status_code == 200
    assert f'aria-current="page">{business.tab}</a>' in shown.content.decode()
    BusinessRight.objects.all().delete()
    assert boss.client.get(page).status_code == 403


@pytest.mark.django_db
def test_a_right_taken_away_closes_the_page_at_the_next_click() -> None:
    boss, _ = master()
    assert boss.client.get("/densai/users").status_code == 200
    User.objects.filter(pk=boss.user.pk).update(kind=User.Kind.GENERAL)
    refused = boss.client.get("/densai/users")
    assert refused.status_code == 403
    assert "マスターユーザであること" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_masters_at_once_one_is_told_that_the_other_was_first() -> None:
    boss, _ = master()
    second = second_master(boss.user.company)
    _, member = colleague(boss)
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def try_it(acting: cast.Person, business: str) -> None:
        together.wait()
        try:
            change(acting, member, (business, Tick.USE), version=0)
            outcomes.append("changed")
        except RightsChanged:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=try_it, args=pair) for pair in ((boss, "inquiry"), (second, "trade_history"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "refused"]
    assert len(access.grants_of(member)) == 1


@pytest.mark.django_db
def test_the_inquiry_shows_the_company_and_who_may_do_what() -> None:
    boss, _ = master()
    worker, member = colleague(boss)
    give(member, ("accrual", Tick.MAKER))
    assert worker.log_in().status_code == 302
    worker.client.post("/densai/enter")
    assert worker.client.get("/densai/members").status_code == 403
    give(member, ("member_inquiry", Tick.USE), accounts=False)
    page = worker.client.get("/densai/members").content.decode()
    assert boss.user.company.user_number in page
    assert "債権発生請求：担当者" in page
    assert boss.client.get("/densai/members").status_code == 200  # a master needs no tick
