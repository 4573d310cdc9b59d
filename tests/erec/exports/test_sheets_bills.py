"""手形期日管理帳票: the bytes that the accounting software takes in, and the papers for people."""

import html
import io
from datetime import date
from itertools import product
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from erec.bills.models import BillSwitch
from erec.bills.policy import Kind
from erec.exports.sheets import bills as sheets
from erec.exports.sheets import typeface
from erec.formats import pca
from erec.trail.models import Entry
from tests import cast
from tests.erec.bills.cast_bills import Accountant
from tests.erec.exports.cast_sheets import built, typefaces
from tests.erec.exports.reading_pdf import read
from tests.erec.workflow.cast_workflow import accrual, approved, trader

__all__ = ["built", "typefaces"]

pytestmark = pytest.mark.django_db

REPORT = "/densai/accounting/bills/report"


@pytest.fixture
def accountant() -> Accountant:
    """With a bill in each table, the 受取手形 in the wrong order and one of them long and wide."""
    at_work = Accountant.at_work()
    at_work.adds(number="ﾊ-2", due_on=date(2027, 4, 1), party='髙橋"商店', note="部品、代", voucher_on=None)
    at_work.adds(party="東日本電機製造株式会社", party_printed="東日本電機")
    at_work.adds(kind=Kind.ISSUED, bank="みずほ銀行", party="みどり")
    at_work.adds(kind=Kind.DISCOUNTED, bank="三井住友信託銀行", bank_printed="三井住友信託")
    at_work.adds(kind=Kind.ENDORSED, reason="買掛金", party="みどり")
    Accountant.at_work().adds(number="RIVAL")
    return at_work


def saved(accountant: Accountant, query: str) -> str:
    answer = accountant.client.get(f"{REPORT}?{query}&file=pca")
    assert answer.status_code == 200, html.unescape(answer.content.decode())
    text: str = answer.content.decode("cp932")
    return text


FILES = [
    (
        "kind=held",
        '20270129,"AB123456","東日本電機",1234567,"部品代"\r\n'
        '20270401,"ﾊ-2","髙橋""商店",1234567,"部品、代"\r\n',
    ),
    ("kind=issued", '20270129,"AB123456","みどり","みずほ銀行",1234567,"部品代"\r\n'),
    ("kind=discounted", '"三井住友信託",20270129,"AB123456","青葉製作所",1234567,"部品代"\r\n'),
    ("kind=endorsed", '20270129,"AB123456","みどり","買掛金",1234567,"部品代"\r\n'),
    (
        "kind=held&form=PCA会計８形式",
        '"2027/1/29","AB123456","2026/10/1","東日本電機",1234567,"部品代"\r\n'
        '"2027/4/1","ﾊ-2",,"髙橋""商店",1234567,"部品、代"\r\n',
    ),
    (
        "kind=issued&form=PCA会計８形式",
        '"2027/1/29","AB123456","みどり","2026/10/1","みずほ銀行",1234567,"部品代"\r\n',
    ),
    (
        "kind=discounted&form=PCA会計８形式",
        '"三井住友信託","2026/10/1","2027/1/29","AB123456","青葉製作所",1234567,"部品代"\r\n',
    ),
    (
        "kind=endorsed&form=PCA会計８形式",
        '"2027/1/29","AB123456","みどり","2026/10/1","買掛金",1234567,"部品代"\r\n',
    ),
    ("kind=held&last=2027-01-29", '20270129,"AB123456","東日本電機",1234567,"部品代"\r\n'),
    ("kind=held&first=2027-01-30", '20270401,"ﾊ-2","髙橋""商店",1234567,"部品、代"\r\n'),
    (
        "kind=issued&profile=tab&header=on",
        '"満期日"\t"手形番号"\t"支払先"\t"銀行名"\t"金額"\t"摘要"\r\n'
        '20270129\t"AB123456"\t"みどり"\t"みずほ銀行"\t1234567\t"部品代"\r\n',
    ),
    ("kind=issued&profile=bare", "20270129,AB123456,みどり,みずほ銀行,1234567,部品代\r\n"),
]


def test_the_files_are_the_layout_s_to_the_byte(accountant: Accountant) -> None:
    for query, content in FILES:
        assert (query, saved(accountant, query)) == (query, content)


def test_each_file_that_leaves_is_told_to_the_trail_and_a_look_is_not(
    accountant: Accountant, typefaces: Any
) -> None:
    accountant.client.get(f"{REPORT}?kind=issued&last=2027-12-31")
    for paper in ("pca", "pdf", "excel"):
        accountant.client.get(f"{REPORT}?kind=issued&last=2027-12-31&file={paper}").getvalue()
    accountant.client.get(f"{REPORT}?kind=issued&first=2099-01-01&file=pca")
    told = Entry.objects.filter(event="bill.report_saved").order_by("pk")
    about = {"due_on": "～2027/12/31", "rows": 1, "total_yen": 1_234_567}
    assert list(told.values_list("target", "detail")) == [
        ("支払手形", {"paper": paper, **about}) for paper in ("pca", "pdf", "excel")
    ]


def test_what_is_written_is_read_back_without_a_fault(accountant: Accountant) -> None:
    for kind, form in product(Kind, sheets.FORMATS):
        answer = accountant.client.get(f"{REPORT}?kind={kind.value}&form={form}&file=pca")
        lines = list(pca.read(sheets.table_of(kind, form), io.BytesIO(answer.content)))
        assert (kind, [type(line) for line in lines]) == (
            kind,
            [pca.Record] * (2 if kind is Kind.HELD else 1),
        )


def test_the_page_shows_what_will_be_written_with_its_total(accountant: Accountant) -> None:
    page = html.unescape(accountant.client.get(f"{REPORT}?kind=held").content.decode())
    assert "<dd>2件</dd>" in page
    assert "2,469,134円" in page
    assert "20270129" in page
    assert "RIVAL" not in page
    assert 'href="?kind=held&file=pca"' in page
    none = html.unescape(accountant.client.get(f"{REPORT}?kind=held&first=2099-01-01").content.decode())
    assert "この条件の手形はありません。" in none
    assert "file=pca" not in none
    assert accountant.client.get(f"{REPORT}?kind=cheque").status_code == 422
    assert accountant.client.get(f"{REPORT}?first=2027-02-01&last=2027-01-01&file=pca").status_code == 422


def test_a_comma_where_nothing_is_quoted_is_told_and_no_file_is_made(accountant: Accountant) -> None:
    accountant.adds(number="COMMA", note="部品,代")
    answer = accountant.client.get(f"{REPORT}?kind=held&profile=bare&file=pca")
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, "Content-Disposition" in answer.headers) == (422, False)
    assert "このままでは出力できません" in page
    assert "「摘要」" in page


def test_a_switched_bill_is_left_out_unless_it_is_asked_for(accountant: Accountant) -> None:
    own, other = trader(), trader()
    clerk = Accountant.at_work(cast.fetched(cast.general(own.company)))
    bill = clerk.adds(kind=Kind.ISSUED, bank="みずほ銀行")
    request = approved(own, "accrual_by_obligor", accrual(own, other))
    BillSwitch.objects.create(
        company=own.company,
        bill=bill,
        token=request.versions.get().token,
        begun_by=clerk.user,
        begun_at=cast.AT,
    )
    answer = clerk.client.get(f"{REPORT}?kind=issued&file=pca")
    assert "Content-Disposition" not in answer.headers
    assert saved(clerk, "kind=issued&switched=on").count("\r\n") == 1


def test_the_pdf_and_the_excel_have_whole_names(accountant: Accountant, typefaces: Any) -> None:
    answer = accountant.client.get(f"{REPORT}?kind=discounted&first=2027-01-01&file=pdf")
    name = accountant.user.company.name
    assert read(answer.getvalue()).lines(0) == [
        f"手形期日管理帳票【割引手形】|{name}（{accountant.user.company.user_number}）",
        "満期日：2027/01/01～　　でんさいへ切替済の手形：除く　　単位：円　　作成日時：2026/11/20 10:00",
        "銀行名|満期日|手形番号|取引先|金額|摘要",
        "三井住友信託銀行|2027/01/29|AB123456|青葉製作所|1,234,567|部品代",
        "三井住友信託銀行　2027/01/29（金）　小計　1件|1,234,567",
        "合計　1件|1,234,567",
        "1 / ",
    ]
    answer = accountant.client.get(f"{REPORT}?kind=held&form=PCA会計８形式&file=excel")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue()))
    assert book.get_sheet_by_name("明細").to_python() == [
        ["満期日", "手形番号", "伝票日付", "取引先", "金額", "摘要"],
        [date(2027, 1, 29), "AB123456", date(2026, 10, 1), "東日本電機製造株式会社", 1234567.0, "部品代"],
        [date(2027, 4, 1), "ﾊ-2", "", '髙橋"商店', 1234567.0, "部品、代"],
    ]
    assert book.get_sheet_by_name("期日別合計").to_python()[-1] == ["合計", 2.0, 2469134.0]


def test_without_the_typeface_the_page_says_so(accountant: Accountant, settings: Any, tmp_path: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    typeface._width_in_cells.cache_clear()
    answer = accountant.client.get(f"{REPORT}?kind=held&file=pdf")
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, "PDFの書体（sheet.ttf）を読み込めないため、PDFを作れません。" in page) == (
        503,
        True,
    )
