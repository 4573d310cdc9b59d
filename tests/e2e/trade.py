"""People who trade: two persons a company, one enters and one approves, each with a browser of his own."""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.e2e.caller import Caller
from tests.e2e.hands import Mouse
from tests.e2e.people import OWN_PASSWORD, Person, fetch
from tests.e2e.service import Newcomer, Service
from tests.e2e.visitor import DESK, SCREENSHOTS, Visitor

APPROVAL = "shounin2026"
SERVICE = "電子記録債権サービス"
_BUSINESSES = ("accrual", "assignment", "other", "financing")
_LOOKS = ("inquiry:利用", "trade_history:利用", "financing_inquiry:利用")
MAKER = (*(f"{code}:担当者" for code in _BUSINESSES), *_LOOKS)
CHECKER = (*(f"{code}:承認者" for code in _BUSINESSES), *_LOOKS)
_HIDDEN = r'name="{}" value="([^"]+)"'


@dataclass(frozen=True)
class Firm:
    """A company as its partners know it, and its two people."""

    name: str
    user_number: str
    account: str  # 9999-101-2-0123456
    maker: Person
    checker: Person

    @property
    def account_label(self) -> str:
        _, branch, kind, number = self.account.split("-")
        return f"{branch} {'普通' if kind == '1' else '当座'} {number}"


def firm(service: Service, user_number: str, name: str, account: str, folder: Path) -> Firm:
    """Registered at the bank, and both people past every first step. All accounts may be used."""
    ids = [f"d-{user_number.lower()}{letter}" for letter in "mc"]
    people = [
        _ready(service, newcomer, folder, rights)
        for newcomer, rights in zip(
            service.register(user_number, name, ids, (account,)), (MAKER, CHECKER), strict=True
        )
    ]
    return Firm(name, user_number, account, *people)


def _ready(service: Service, newcomer: Newcomer, folder: Path, rights: Sequence[str]) -> Person:
    """Own login password, own approval password, own rights: what the manual has a master do first."""
    fetched = fetch(service, newcomer, folder)
    caller = fetched.logged_in(service)
    passwords = {"current": fetched.password, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert caller.submit("/password/first", passwords).status == 302
    assert caller.submit("/densai/enter", {}, page="/services").status == 302
    first = {"new": APPROVAL, "again": APPROVAL}
    assert caller.submit("/densai/approval-password/first", first).status == 302
    _take_rights(caller, newcomer.login_id, rights)
    return Person(fetched.login_id, OWN_PASSWORD, fetched.pem, fetched.serial)


def _take_rights(caller: Caller, login_id: str, rights: Sequence[str]) -> None:
    path = f"/densai/users/{login_id}/rights"
    page = caller.get(path).text
    accounts = re.findall(r'name="account" value="(\d+)"', page)
    wanted = {"right": list(rights), "account": accounts, "version": _hidden(page, "version")}
    assert caller.submit(path, wanted).headers["Location"] == f"{path}/confirm"
    token = _hidden(caller.get(f"{path}/confirm").text, "token")
    done = caller.submit(f"{path}/confirm", {"token": token, "approval_password": APPROVAL})
    assert done.headers["Location"] == f"{path}/result"


def _hidden(page: str, name: str) -> str:
    found = re.search(_HIDDEN.format(name), page)
    assert found, f"{name} is not on the page"
    return found[1]


class Desk:
    """One person at work: logged in, in the service, everything found by its label."""

    def __init__(
        self, browser: Browser, service: Service, person: Person, size: tuple[int, int] = DESK
    ) -> None:
        self.visitor = Visitor(browser, service, person.pem, size)
        self.hands = Mouse()
        page = self.visitor.cert("login")
        self.hands.type(page, ログインパスワード=person.password)
        self.hands.press(page, "ログイン", "サービス一覧")
        with page.expect_popup() as opened:
            self.hands.press(page, SERVICE)
        self.page: Page = opened.value
        self.at("さん")

    def at(self, heading: str) -> "Desk":
        self.hands.arrive(self.page, heading)
        return self

    def press(self, name: str, heading: str = "", *, row: str = "") -> "Desk":
        self.hands.press(self.page, name, heading, row=row)
        return self

    def type(self, **texts: str) -> "Desk":
        self.hands.type(self.page, **texts)
        return self

    def tick(self, *names: str) -> "Desk":
        self.hands.tick(self.page, *names)
        return self

    def choose(self, name: str, option: str) -> "Desk":
        self.page.get_by_label(name, exact=True).select_option(label=option)
        return self

    def sees(self, *texts: str) -> "Desk":
        for text in texts:
            expect(self.page.get_by_role("main")).to_contain_text(text)
        return self

    def leave(self) -> list[str]:
        """Close the browser; what its console said."""
        self.visitor.close()
        return self.visitor.said


Opened = Callable[..., Desk]


def look(one: Desk, name: str) -> None:
    """PICTURES=1 keeps a picture for people; nothing here judges it."""
    if os.environ.get("PICTURES") == "1":
        one.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
