"""A list's page and its addresses: the search stays, whatever one presses."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.http import QueryDict
from django.test import RequestFactory, override_settings

from accounts.models import Company
from erec.lists.downloads import Column
from erec.lists.keyset import Order
from erec.lists.listing import Listing

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
BY_NAME = Order("name", "企業名順", ("name", "id"))
NEWEST = Order("newest", "新しい順", ("id",), descending=True)
COMPANIES = Listing[Company](
    name="企業", orders=(BY_NAME, NEWEST), columns=(Column("企業名", lambda c: c.name),), size=2
)
TEMPLATE = "erec/list_nav.html"


class SearchForm(forms.Form):
    most = forms.IntegerField(required=False)


def companies(count: int = 3) -> None:
    Company.objects.bulk_create(
        Company(user_number=f"{n:09d}", name=f"社{n}", contact_mail="x@example.com", registered_at=AT)
        for n in range(count)
    )


def answer(query: str, listing: Listing[Company] = COMPANIES, **more: Any) -> Any:
    request: Any = RequestFactory().get(f"/list?{query}")
    request.at = AT
    return listing.answer(
        request,
        TEMPLATE,
        form=SearchForm(request.GET),
        found=Company.objects.filter(user_number__lt="000000100"),
        **more,
    )


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the template is given."""

    def render(request: Any, template: str, context: dict[str, Any], status: int) -> Any:
        return SimpleNamespace(template=template, status=status, **context)

    monkeypatch.setattr("erec.lists.listing.render", render)
    return answer


def test_the_pages_one_after_another(look: Any) -> None:
    companies()
    first = look("most=5")
    assert (first.status, [c.name for c in first.rows], first.nav.first) == (200, ["社0", "社1"], "")
    second = look(first.nav.next[1:])
    assert ([c.name for c in second.rows], second.nav.first, second.nav.next) == (["社2"], "?most=5", "")


def test_the_sorts_and_files_keep_the_search_and_begin_at_the_first_page(look: Any) -> None:
    companies()
    page = look("most=5&after=x&sort=newest&file=nothing")
    assert [c.name for c in page.rows] == ["社2", "社1"]
    assert [(s.label, s.url, s.here) for s in page.nav.sorts] == [
        ("企業名順", "?most=5&sort=name", False),
        ("新しい順", "?most=5&sort=newest", True),
    ]
    assert [(f.label, f.url) for f in page.nav.files] == [
        ("CSVで保存", "?most=5&sort=newest&file=csv"),
        ("Excelで保存", "?most=5&sort=newest&file=excel"),
    ]
    assert dict(QueryDict(page.nav.next[1:]).items())["sort"] == "newest"


def test_a_list_with_one_order_offers_no_choice(look: Any) -> None:
    companies()
    page = look("", Listing(name="企業", orders=(NEWEST,), columns=COMPANIES.columns))
    assert page.nav.sorts == ()


def test_a_file_holds_all_pages_in_the_order_that_is_shown() -> None:
    companies()
    got = answer("sort=newest&file=csv")
    assert got.getvalue().decode("utf-8-sig") == "企業名\r\n社2\r\n社1\r\n社0\r\n"


@pytest.mark.parametrize("file", ["", "csv", "excel"])
def test_a_search_that_makes_no_sense_finds_nothing_not_everything(look: Any, file: str) -> None:
    companies()
    page = look(f"most=x&file={file}")
    assert (page.status, page.rows, list(page.form.errors)) == (422, [], ["most"])


def test_too_many_rows_for_a_file_are_told_on_the_page_that_shows_them(look: Any) -> None:
    companies()
    with override_settings(PARAMETERS={**settings.PARAMETERS, "download_rows_max": 2}):
        page = look("file=excel")
    assert (page.status, len(page.rows)) == (422, 2)
    assert page.form.non_field_errors() == [
        "2件を超えるため、ファイルに保存できません。期間などの条件を絞って、もう一度保存してください。"
    ]


def test_rows_are_shown_as_the_view_wants_them(look: Any) -> None:
    companies()
    assert look("", shown_as=lambda rows: [c.name for c in rows]).rows == ["社0", "社1"]


def test_the_parts_of_the_page_say_their_words() -> None:
    companies()
    page = answer("").content.decode()
    assert ">次のページ</a>" in page
    assert "最初のページ" not in page
