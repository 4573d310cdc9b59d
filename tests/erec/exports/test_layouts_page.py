"""レイアウト一覧 and the page of one layout."""

from html import unescape
from typing import Any

import pytest

from erec.formats.pca import find, layouts
from tests.erec.jobs.cast_jobs import entered

pytestmark = pytest.mark.django_db

LIST = "/densai/accounting/layouts"
MESSAGES, PAYEES, JOURNALS, BILLS, CLAIMS, BREAK_EVEN = 14, 16, 17, 25, 26, 44


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_list_has_every_layout_in_the_documents_order() -> None:
    page = text_of(entered().client.get(LIST))
    places = [page.index(f'<a href="{LIST}/{n}">{layout.title}</a>') for n, layout in enumerate(layouts(), 1)]
    assert len(places) == 65
    assert places == sorted(places)


SEARCHES: dict[str, list[int]] = {
    "でんさい": [],
    "電子記録債権": [CLAIMS],
    "記録番号": [CLAIMS],
    "裏書電子記録債権": [CLAIMS],
    "数字1 裏書": [],
    "pca会計8": [JOURNALS, BILLS],
    "譲渡事由　記録番号": [CLAIMS],
    "ＥＤＩ": [PAYEES],
}


def test_the_search_finds_names_and_items_in_any_width() -> None:
    client = entered().client
    for words, found in SEARCHES.items():
        page = text_of(client.get(LIST, {"q": words}))
        assert [n for n in range(1, 66) if f'href="{LIST}/{n}"' in page] == found
        said = (
            f"{len(found)}件のレイアウトが見つかりました。" if found else "条件に合うレイアウトはありません。"
        )
        assert said in page


def test_the_list_names_the_items_that_were_found() -> None:
    page = text_of(entered().client.get(LIST, {"q": "記録番号"}))
    assert "項目：記録番号</span>" in page


def test_the_list_names_the_first_of_many_items() -> None:
    page = text_of(entered().client.get(LIST, {"q": "手数料金額"}))
    assert "手数料金額 (電信６)、ほか12項目</span>" in page


def test_a_search_that_is_too_long_is_refused_and_all_layouts_stay() -> None:
    page = text_of(entered().client.get(LIST, {"q": "あ" * 101}))
    assert "検索条件を確かめてください。" in page
    assert f'href="{LIST}/65"' in page


def test_each_layout_has_a_page_with_all_its_items_in_order() -> None:
    client = entered().client
    for number, layout in enumerate(layouts(), 1):
        page = text_of(client.get(f"{LIST}/{number}"))
        assert f"<h1>{layout.title}</h1>" in page
        at = 0
        for item in (item for table in layout.tables for item in table.fields):
            at = page.index(f'<th scope="row">{item.name}</th>', at) + 1
        assert page.count('<th scope="row">') == sum(len(table.fields) for table in layout.tables)


def test_a_page_says_what_an_item_may_hold() -> None:
    page = text_of(entered().client.get(f"{LIST}/{JOURNALS}"))
    assert "会計ソフトで受入と出力ができます。" in page
    assert r"<code>\text version='5' \</code>" in page
    assert "<li>31：決算１</li>" in page
    assert '<td data-th="必須・初期値">◎</td>' in page
    assert '<td data-th="必須・初期値">21(月次)</td>' in page
    assert '<td data-th="桁数" class="keep">30／15</td>' in page
    assert "<dt>※(部門)</dt>" in page
    assert "<h2>PCA会計2000形式</h2>" in page


def test_a_page_of_a_report_has_its_tables_and_no_marks_of_taking_in() -> None:
    page = text_of(entered().client.get(f"{LIST}/{CLAIMS}"))
    assert "会計ソフトが出力するファイルで、受入はできません。" in page
    for table in layouts()[CLAIMS - 1].tables:
        assert f"<h2>{(table.name or '').strip('【】')}</h2>" in page
    assert "必須・初期値" not in page
    assert "<dt>◎</dt>" not in page
    assert "<dt>※(部門)</dt>" not in page


def test_a_mark_says_at_its_item_what_it_means() -> None:
    page = text_of(entered().client.get(f"{LIST}/{JOURNALS}"))
    assert "<p>※2 取引合計入力/配賦入力で入力された仕訳以外は最大11桁になります。</p>" in page
    assert "<p>※6 下の注記にあります。</p>" in page
    assert (
        "<li>※6 補助科目の消費税自動計算、勘定科目の消費税自動計算、会社基本情報の消費税自動計算。</li>"
        in page
    )


def test_a_table_without_notes_of_its_own_uses_those_below_the_next() -> None:
    page = text_of(entered().client.get(f"{LIST}/{BREAK_EVEN}"))
    assert "<p>※1 見出し行では出力しません ※6 -9999.99～9999.99</p>" in page


def test_a_misprint_of_the_document_is_told() -> None:
    misprint = find("伝票エラーメッセージ").fields[8].misprint
    page = text_of(entered().client.get(f"{LIST}/{MESSAGES}"))
    assert misprint.startswith("桁数が128／256と印刷されています。")
    assert f"誤植</span> {misprint}" in page


def test_the_pages_lead_to_their_neighbours() -> None:
    client = entered().client
    first, last = text_of(client.get(f"{LIST}/1")), text_of(client.get(f"{LIST}/65"))
    assert f'href="{LIST}/2" rel="next">次：勘定科目</a>' in first
    assert 'rel="prev"' not in first
    assert f'href="{LIST}/64" rel="prev">前：銀行振込依頼書</a>' in last
    assert 'rel="next"' not in last


def test_an_unknown_layout_is_not_found() -> None:
    client = entered().client
    for number in ("0", "66", "99999999999999999999", "x"):
        assert client.get(f"{LIST}/{number}").status_code == 404


def test_会計データ_leads_to_the_list() -> None:
    assert f'<a href="{LIST}">レイアウト一覧</a>' in text_of(entered().client.get("/densai/accounting"))
