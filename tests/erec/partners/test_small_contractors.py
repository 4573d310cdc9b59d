"""取適法の対象 on a partner: by hand, from a file, and back."""

import pytest

from erec.partners.importing import WRONG_SMALL_CONTRACTOR
from erec.partners.models import Partner
from erec.trail.models import Entry
from tests.erec.partners.cast_partners import Keeper, another
from tests.erec.partners.test_editing import NEW, TICK, press, text_of, typed, values_in
from tests.erec.partners.test_imports import HEADING, file_of, line, outcomes, preview_of, run

pytestmark = pytest.mark.django_db

COLUMN = "取適法の対象（中小受託事業者）"
LIST = "/densai/partners"


def ticked(page: str) -> bool:
    (tag,) = [part for part in page.split("<input") if 'name="is_small_contractor"' in part]
    return "checked" in tag.split(">")[0]


def test_a_tick_goes_from_the_form_to_the_row_and_comes_back_from_the_confirmation() -> None:
    keeper, company = Keeper.at_work(), another()
    assert not ticked(text_of(keeper.client.get(NEW)))
    confirmation = press(keeper.client, NEW, "check", {**typed(company), "is_small_contractor": "on"})
    assert "対象（中小受託事業者）" in text_of(confirmation)
    assert ticked(text_of(press(keeper.client, NEW, "mend", values_in(confirmation))))
    press(keeper.client, NEW, "save", {**values_in(confirmation), **TICK})
    row = Partner.objects.get()
    assert row.is_small_contractor is True
    assert Entry.objects.get(event="partner.added").detail["small_contractor"] is True
    assert "取適法" in text_of(keeper.client.get(LIST))
    assert "対象（中小受託事業者）" in text_of(keeper.client.get(f"{LIST}/{row.pk}"))
    assert ticked(text_of(keeper.client.get(f"{LIST}/{row.pk}/change")))


def test_who_was_not_ticked_is_not_ticked_on_the_way_back_and_a_tick_can_be_taken_off() -> None:
    keeper, company = Keeper.at_work(), another()
    confirmation = press(keeper.client, NEW, "check", typed(company))
    assert not ticked(text_of(press(keeper.client, NEW, "mend", values_in(confirmation))))
    row = keeper.adds(company)
    Partner.objects.update(is_small_contractor=True)
    change = f"{LIST}/{row.pk}/change"
    confirmation = press(keeper.client, change, "check", {**typed(company), "version": "1"})
    press(keeper.client, change, "save", {**values_in(confirmation), **TICK})
    row.refresh_from_db()
    assert (row.is_small_contractor, row.version) == (False, 2)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [("対象", True), ("１", True), ("○", True), ("対象外", False), ("0", False), ("", False)],
)
def test_a_file_says_it_in_words_or_figures(cell: str, kept: bool) -> None:
    keeper = Keeper.at_work()
    content = file_of(f"{line(another())},{cell}", heading=f"{HEADING},{COLUMN}")
    run(keeper, preview_of(keeper, content))
    assert Partner.objects.get().is_small_contractor is kept


def test_another_word_is_wrong_at_its_column() -> None:
    keeper = Keeper.at_work()
    page = preview_of(keeper, file_of(f"{line(another())},たぶん", heading=f"{HEADING},{COLUMN}"))
    assert f"{COLUMN}：{WRONG_SMALL_CONTRACTOR}" in page
    assert not Partner.objects.exists()


def test_a_file_without_the_column_keeps_what_is_registered() -> None:
    keeper, company = Keeper.at_work(), another()
    keeper.adds(company)
    Partner.objects.update(is_small_contractor=True)
    assert outcomes(keeper, file_of(line(company))) == [(2, "変更なし")]
    assert outcomes(keeper, file_of(f"{line(company)},", heading=f"{HEADING},{COLUMN}")) == [(2, "変更")]
    run(keeper, preview_of(keeper, file_of(line(company, memo="月末"))))
    row = Partner.objects.get()
    assert (row.memo, row.is_small_contractor) == ("月末", True)
