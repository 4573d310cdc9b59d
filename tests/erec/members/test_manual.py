"""初期設定編 from the master's first entry to a checker's, page by page."""

import pytest

from accounts.models import User
from erec.members import access
from erec.members.catalogue import EVERY_GRANT, Tick
from tests import cast

pytestmark = pytest.mark.django_db
APPROVAL = "shounin123"


def entered(person: cast.Person) -> cast.Person:
    person.log_in()
    assert person.client.post("/densai/enter").headers["Location"] == "/densai"
    return person


def ready_master() -> cast.Person:
    person = entered(cast.master())
    assert person.client.get("/densai").headers["Location"] == "/densai/approval-password/first"
    page = person.client.get("/densai/approval-password/first").content.decode()
    assert "新しい承認パスワード" in page
    assert "現在の承認パスワード" not in page
    done = person.client.post("/densai/approval-password/first", {"new": APPROVAL, "again": APPROVAL})
    assert done.headers["Location"] == "/densai/approval-password/done"
    return person


def all_ticks(person: cast.Person) -> dict[str, object]:
    accounts = person.user.company.settlement_accounts.values_list("pk", flat=True)
    return {
        "right": [f"{code}:{tick}" for code, tick in EVERY_GRANT],
        "account": list(accounts),
        "version": 0,
    }


def hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="')[1].split('"')[0]


def test_a_company_of_one_gives_itself_every_right() -> None:
    person = ready_master()
    rights = f"/densai/users/{person.user.login_id}/rights"
    assert person.client.post(rights, all_ticks(person)).headers["Location"] == f"{rights}/confirm"
    page = person.client.get(f"{rights}/confirm").content.decode()
    token = hidden(page, "token")
    done = person.client.post(f"{rights}/confirm", {"approval_password": APPROVAL, "token": token})
    assert done.headers["Location"] == f"{rights}/result"
    result = person.client.get(f"{rights}/result").content.decode()
    assert result.count(">○<") == len(EVERY_GRANT)
    assert "101 当座" in result
    assert access.grants_of(access.own(person.user)) == EVERY_GRANT


def test_a_checker_comes_through_refresh_rights_and_the_initial_approval_password() -> None:
    boss = ready_master()
    checker = cast.fetched(cast.general(boss.user.company))
    checker.log_in()
    refused = checker.client.post("/densai/enter")
    assert refused.status_code == 403
    assert "ユーザ更新" in refused.content.decode()
    assert boss.user.name in refused.content.decode()

    page = boss.client.get("/densai/refresh/confirm").content.decode()
    assert checker.user.name in page
    typed = {"approval_password": APPROVAL, "seen": hidden(page, "seen")}
    assert boss.client.post("/densai/refresh/confirm", typed).headers["Location"] == "/densai/refresh/done"

    rights = f"/densai/users/{checker.user.login_id}/rights"
    ticks = {"right": [f"accrual:{Tick.CHECKER}"], "version": 0}
    assert boss.client.post(rights, ticks).headers["Location"] == f"{rights}/initial"
    typed = {"initial_password": "hajime123", "again": "hajime123"}
    assert boss.client.post(f"{rights}/initial", typed).headers["Location"] == f"{rights}/confirm"
    token = hidden(boss.client.get(f"{rights}/confirm").content.decode(), "token")
    done = boss.client.post(f"{rights}/confirm", {"approval_password": APPROVAL, "token": token})
    assert done.headers["Location"] == f"{rights}/result"

    entered(checker)
    assert checker.client.get("/densai").headers["Location"] == "/densai/approval-password/first"
    typed = {"current": "hajime123", "new": "kakunin456", "again": "kakunin456"}
    done = checker.client.post("/densai/approval-password/first", typed)
    assert done.headers["Location"] == "/densai/approval-password/done"
    assert checker.client.get("/densai").status_code == 200
    assert User.objects.get(pk=checker.user.pk).login_strikes == 0


def test_a_pure_maker_goes_straight_to_the_top() -> None:
    boss = ready_master()
    maker = cast.fetched(cast.general(boss.user.company))
    page = boss.client.get("/densai/refresh/confirm").content.decode()
    boss.client.post("/densai/refresh/confirm", {"approval_password": APPROVAL, "seen": hidden(page, "seen")})
    rights = f"/densai/users/{maker.user.login_id}/rights"
    ticks = {"right": [f"accrual:{Tick.MAKER}"], "version": 0}
    assert boss.client.post(rights, ticks).headers["Location"] == f"{rights}/confirm"
    token = hidden(boss.client.get(f"{rights}/confirm").content.decode(), "token")
    boss.client.post(f"{rights}/confirm", {"approval_password": APPROVAL, "token": token})
    entered(maker)
    assert maker.client.get("/densai").status_code == 200
    assert access.grants_of(access.own(maker.user)) == {("accrual", Tick.MAKER), ("partners", Tick.USE)}
    refused = maker.client.get("/densai/users")
    assert refused.status_code == 403
    assert boss.user.name in refused.content.decode()
