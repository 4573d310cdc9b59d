"""One list, the same everywhere: a search form, pages, two sorts at most, and the same rows as CSV and Excel.

    CLAIMS = Listing(name="債権一覧", orders=(…), columns=(…))

    def claims(request):
        form = SearchForm(request.GET)
        found = access.holdings_of(…)
        return CLAIMS.answer(request, "claims/claims.html", form=form, found=form.applied_to(found))

The template finds `rows`, `page` and `nav`, and includes `erec/list_head.html` above its table,
`erec/list_nav.html` below. Everything is in the address, so a search can be kept as a bookmark and the
browser's way back works.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import render

from erec.lists import keyset
from erec.lists.downloads import LABELS, Column, File, TooManyRows, response
from erec.lists.keyset import Order, Page

Row = TypeVar("Row", bound=Model)

SORT, AFTER, FILE = "sort", "after", "file"  # what this list's addresses carry beside the search


@dataclass(frozen=True)
class Link:
    """An address relative to the list's own, and whether the person is there now."""

    label: str
    url: str
    here: bool = False


@dataclass(frozen=True)
class Nav:
    """Where one can go from a page of a list. Empty where there is nothing to choose."""

    sorts: tuple[Link, ...]
    files: tuple[Link, ...]
    first: str
    next: str


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """`name` begins the files' names; `orders` begins with the usual one."""

    name: str
    orders: tuple[Order, ...]
    columns: tuple[Column[Row], ...]
    size: int = keyset.ROWS

    def answer(
        self,
        request: Any,
        template: str,
        *,
        form: forms.Form,
        found: QuerySet[Row],
        context: Mapping[str, Any] | None = None,
        shown_as: Callable[[Sequence[Row]], Sequence[Any]] = list,
    ) -> HttpResponseBase:
        """The page or the file that the address asks for. A senseless search finds nothing (422).

        `shown_as` turns a page's rows into what the template reads, all at once.
        """
        order = keyset.chosen(self.orders, request.GET.get(SORT, ""))
        rows = found if form.is_valid() else found.none()
        file = request.GET.get(FILE, "")
        if file in set(File) and form.is_valid():
            try:
                return self._file(request, File(file), order.sorted(rows))
            except TooManyRows as many:
                form.add_error(None, str(many))
        page = keyset.page(rows, order=order, after=request.GET.get(AFTER, ""), size=self.size)
        shown = {"form": form, "page": page, "rows": shown_as(page.rows), "nav": self.nav(request, page)}
        return render(request, template, {**shown, **(context or {})}, status=422 if form.errors else 200)

    def nav(self, request: HttpRequest, page: Page[Row]) -> Nav:
        asked = request.GET
        sort = {SORT: page.order.code} if page.order is not self.orders[0] else {}
        return Nav(
            sorts=tuple(
                Link(order.label, _with(asked, {SORT: order.code}), order is page.order)
                for order in self.orders
                if len(self.orders) > 1
            ),
            files=tuple(Link(LABELS[file], _with(asked, {**sort, FILE: file})) for file in File),
            first="" if page.is_first else _with(asked, sort),
            next=_with(asked, {**sort, AFTER: page.next}) if page.next else "",
        )

    def _file(self, request: Any, file: File, rows: QuerySet[Row]) -> HttpResponseBase:
        return response(file, name=self.name, columns=self.columns, rows=rows, at=request.at)


def _with(asked: QueryDict, more: Mapping[str, str]) -> str:
    """The search as it was, and these instead of the page, sort and file that were asked for."""
    query = asked.copy()
    for name in (SORT, AFTER, FILE):
        query.pop(name, None)
    query.update(more)
    return f"?{query.urlencode()}"
