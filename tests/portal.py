"""ユーザ管理業務 for tests: a company with its people, the rows that an act may touch, pages by label."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from accounts.models import Company, User, UserSession
from accounts.seen import Seen, seen_of
from certs.models import ClientCertificate, Issue
from erec.trail.models import Entry, Outbox
from tests import cast

HERE: dict[str, Any] = {"at": cast.AT, "origin": cast.ORIGIN}


@dataclass
class Office:
    """Two masters and two general users of one company, and a stranger of another; nobody has fetched."""

    company: Company
    master: User
    colleague: User
    general: User
    other_general: User

    @classmethod
    def open(cls) -> "Office":
        company, (one, two) = cast.company(masters=2)
        masters = cast.with_password(one.user), cast.with_password(two.user)
        return cls(company, *masters, cast.general(company), cast.general(company))


def again(user: User) -> User:
    """The row as it is now."""
    return User.objects.select_related("company").get(pk=user.pk)


def seen_now(user: User) -> Seen:
    return seen_of(again(user))


def rows() -> dict[str, list[Any]]:
    """Everything that a refused act leaves as it was; idle clocks and session data apart."""
    return {
        "users": list(User.objects.order_by("pk").values_list()),
        "certificates": list(ClientCertificate.everyone.order_by("pk").values_list()),
        "rights": list(Issue.objects.order_by("pk").values_list()),
        "sessions": list(UserSession.objects.order_by("pk").values_list("user", "key_hash", "ended_at")),
        "mails": list(Outbox.objects.order_by("pk").values_list("key", "to")),
        "events": list(Entry.objects.order_by("pk").values_list("event", "target")),
    }


def told(subject: str) -> list[str]:
    """The addresses that a mail with this subject went to, sorted."""
    return sorted(Outbox.objects.filter(subject__contains=subject).values_list("to", flat=True))


def last_event() -> tuple[str, str, str]:
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    return entry.event, entry.login_id, entry.target


class Page(HTMLParser):
    """What a person sees on one page and can press, by the names that the page prints."""

    def __init__(self, client: cast.DoorClient, path: str, response: Any) -> None:
        super().__init__()
        self.client, self.path, self.status = client, path, response.status_code
        self.html: str = response.content.decode()
        self.text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.html))
        self.links: dict[str, str] = {}
        self.inputs: dict[str, dict[str, str]] = {}
        self.labels: dict[str, str] = {}
        self.buttons: list[str] = []
        self.hidden: dict[str, str] = {}
        self.action = ""
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        main = self.html.partition("<main")[2].partition("</main>")[0]
        nav = "".join(re.findall(r"<nav class=\"tabs\".*?</nav>", self.html, re.DOTALL))
        self.feed(nav + "<main" + main)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.action = found.get("action", "")
        elif tag == "input" and found.get("type") == "hidden":
            self.hidden[found["name"]] = found.get("value", "")
        elif tag == "input":
            key = found.get("id") or f"{found['name']}={found.get('value', '')}"
            self.inputs[key] = {**found, "checked": "yes" if "checked" in found else ""}
            if "aria-label" in found:
                self.labels[found["aria-label"]] = key
        elif tag == "textarea":
            self.inputs[found["id"]] = {**found, "checked": ""}
        elif tag in ("a", "button", "label"):
            self._open.append((tag, found, []))

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("a", "button", "label") or not self._open:
            return
        kind, found, words = self._open.pop()
        name = found.get("aria-label") or re.sub(r"\s+", " ", "".join(words)).strip()
        if kind == "a" and "href" in found:
            self.links[name] = found["href"]
        elif kind == "button" and found.get("type") != "button":
            self.buttons.append(name)
        elif kind == "label" and "for" in found:
            self.labels[name] = found["for"]

    def follow(self, name: str) -> "Page":
        return go(self.client, urljoin(self.path, self.links[name]))

    def typed(self, **more: str) -> dict[str, str]:
        """What a browser sends if nothing is touched: hidden fields, preset texts and chosen radios."""
        sent = dict(self.hidden)
        for found in self.inputs.values():
            radio = found.get("type") in ("radio", "checkbox")
            if found["checked"] or (not radio and found.get("value")):
                sent[found["name"]] = found.get("value", "")
        return {**sent, **more}

    def press(self, button: str, fields: dict[str, str] | None = None, choose: str = "") -> "Page":
        """Type `fields` by label, choose the radio or tick whose label begins so, press the button."""
        assert button in self.buttons, (button, self.buttons)
        sent = self.typed()
        for label, value in (fields or {}).items():
            sent[self.inputs[self.labels[label]]["name"]] = value
        for label in choose.split("|") if choose else []:
            key = next(id_ for name, id_ in self.labels.items() if name.startswith(label))
            sent[self.inputs[key]["name"]] = self.inputs[key].get("value", "on")
        return go(self.client, urljoin(self.path, self.action or self.path), sent)


def go(client: cast.DoorClient, path: str, sent: dict[str, str] | None = None) -> Page:
    """GET, or POST if something is sent; redirects are followed."""
    response = client.get(path) if sent is None else client.post(path, sent)
    while response.status_code == 302:
        path = urljoin(path, response.headers["Location"])
        response = client.get(path)
    return Page(client, path, response)
