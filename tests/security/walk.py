"""Every URL of both doors, read from the resolvers themselves: a new one is seen by every test here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from erec.doors import CERT, ENTRY, URLCONFS

# Values for every path, where nothing particular is meant.
SOMETHING = {
    "serial": "0",
    "encoded": "MAA=",
    "login_id": "d-nobody01",
    "name": "accrual",
    "notice": "0",
    "record_number": "T0000000000000000000",
    "partner": "0",
    "type": "accrual_by_obligor",
    "token": "0",
    "request_no": "20261120000001",
    "line": "1",
    "demand_no": "20261120000001",
    "answer": "accept",
    "group": "0",
    "deputy": "0",
    "application_no": "F20261120-000000",
    "layout": "26",
    "job_no": "J20261120-22222222",
    "master_kind": "sub_accounts",
    "printed_name": "0",
    "bill": "0",
    "party": "T00000000",
    "export_number": "0",
    "master": "users",
}


@dataclass(frozen=True)
class Url:
    """One named URL of one door. `converters` are the names of the values that stand in its path."""

    door: str
    name: str
    view: Any
    converters: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.door}:{self.name}"

    def path(self, **values: str) -> str:
        """The path with these values in it. KeyError for a value that the tests do not know yet."""
        kwargs = {name: values[name] for name in self.converters}
        return reverse(self.name, urlconf=URLCONFS[self.door], kwargs=kwargs)


def _patterns(resolver: URLResolver, converters: tuple[str, ...] = ()) -> Iterator[tuple[URLPattern, Any]]:
    for entry in resolver.url_patterns:
        here = (*converters, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, here)
        else:
            yield entry, here


def urls(door: str) -> list[Url]:
    """Raises AssertionError for a URL without a name: no row could stand for it."""
    found = []
    for pattern, converters in _patterns(get_resolver(URLCONFS[door])):
        assert pattern.name, f"{pattern} has no name"
        found.append(Url(door, pattern.name, pattern.callback, tuple(converters)))
    return found


def all_urls() -> list[Url]:
    return urls(ENTRY) + urls(CERT)


def every_form() -> list[type[forms.Form]]:
    """All forms of the project; the resolvers have imported the views, and these their forms."""
    all_urls()
    found: list[type[forms.Form]] = []
    waiting = [forms.Form]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.partition(".")[0] in ("accounts", "certs", "erec"):
            found.append(form)
    return found
