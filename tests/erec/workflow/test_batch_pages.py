"""債権一括請求: a file becomes one request of many kinds, or nothing at all."""

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from erec.claims.models import Claim
from erec.partners import policy
from erec.workflow.actions import deciding
from erec.workflow.forms.batch import LABELS
from erec.workflow.models import Demand, Request, WorkingCopy
from tests import cast
from tests.erec.workflow.cast_pages import entered, opened, person_of, sent, submitted
from tests.erec.workflow.cast_workflow import Trader, accrued, by, trader
from tests.portal import Page, go

pytestmark = pytest.mark.django_db
HEADING = tuple(LABELS.values())


def row(kind: str, other: Trader, **cells: str) -> list[str]:
    """One line of the file."""
    partner = {LABELS[name]: value for name, value in other.as_partner().items()}
    filled = {LABELS["type"]: kind, **partner, **{LABELS[name]: text for name, text in cells.items()}}
    return [filled.get(label, "") for label in HEADING]


def accrual_row(own: Trader, kind: str, other: Trader, **cells: str) -> list[str]:
    usual = {"account": own.account_text, "amount_yen": "1,000", "due_on": "2027/1/29"}
    return row(kind, other, **{**usual, **cells})


def file_of(*rows: list[str], name: str = "請求.csv", encoding: str = "cp932") -> SimpleUploadedFile:
    lines = [",".join(f'"{cell}"' for cell in cells) for cells in (list(HEADING), *rows)]
    return SimpleUploadedFile(name, "\r\n".join(lines).encode(encoding))


def read(person: cast.Person, file: SimpleUploadedFile, press: str = "read") -> Page:
    answer = person.client.post("/densai/batch/file", {"file": file, "go": press}, follow=True)
    return Page(person.client, answer.request["PATH_INFO"], answer)


def test_one_file_of_all_kinds_is_entered_approved_and_recorded() -> None:
    own, other = trader(), trader()
    held = accrued(other, own, amount_yen=5_000)
    file = file_of(
        accrual_row(own, "債務者請求", other, reference="A-1"),
        accrual_row(own, "12", other, amount_yen="2000"),
        row("分割譲渡", other, record_number=held, amount_yen="１，５００", with_guarantee="なし"),
        accrual_row(own, "11", other, amount_yen="3000"),
    )
    page = read(person_of(own), file)
    assert page.status == 200, page.text
    assert "請求.csv" in page.text
    assert f"{own.company.name}が、{other.company.name}へ、合計4,000円（2件）を" in page.text
    assert f"{own.company.name}が、{other.company.name}に、2,000円を" in page.text
    assert f"{other.company.name}へ、1,500円の電子記録債権を譲渡します。" in page.text
    assert submitted(page).status_code == 302
    request = Request.objects.get(type="batch")
    assert (request.business, request.lines_count, request.total_yen) == ("batch", 4, 7_500)

    deciding.approve(request.request_no, 1, **by(own.checker))
    request.refresh_from_db()
    lines = [(line.number, line.state, line.amount_yen) for line in request.lines.order_by("number")]
    assert lines == [
        (1, "recorded", 1_000),
        (2, "awaiting_consent", 2_000),
        (3, "recorded", 1_500),
        (4, "recorded", 3_000),
    ]
    assert request.state == "awaiting_consent"
    assert Claim.objects.get(record_number=held).amount_yen == 3_500
    # The other company is asked under the line's own business, and never hears of the batch.
    assert Demand.objects.get(company=other.company).business == "accrual"


def test_each_wrong_row_is_named_and_nothing_is_entered() -> None:
    own, other = trader(), trader()
    person, before = person_of(own), entered()
    file = file_of(
        accrual_row(own, "債務者請求", other),
        accrual_row(own, "振込", other),
        accrual_row(own, "11", other, amount_yen="0"),
        accrual_row(own, "11", other, due_on="2027/2/30"),
        row("譲渡", other, record_number="X" * 20),
    )
    page = read(person, file)
    assert page.status == 422
    assert "明細2 種類：種類は、債務者請求・債権者請求・譲渡" in page.text
    assert "明細3 金額：0円は入力できません。" in page.text
    assert "明細4 支払期日：この日付は暦にありません。" in page.text
    assert "明細1" not in page.text
    assert entered() == before
    assert "振込" in page.html  # what was read stands in the form


def test_what_the_book_says_is_told_at_the_row() -> None:
    own, other, third = trader(), trader(), trader()
    foreign = accrued(third, other)
    page = read(
        person_of(own), file_of(accrual_row(own, "11", other), row("20", other, record_number=foreign))
    )
    assert page.status == 422
    assert "明細2 記録番号：この記録番号の債権は、譲渡できる債権の中にありません。" in page.text


def test_one_claim_is_assigned_once_in_a_file() -> None:
    own, other, third = trader(), trader(), trader()
    held = accrued(other, own)
    rows = [
        row("20", partner, record_number=held, amount_yen=yen)
        for partner, yen in ((other, "1"), (third, "2"))
    ]
    page = read(person_of(own), file_of(*rows))
    assert page.status == 422
    assert "明細2 記録番号：1行目と同じ債権です。" in page.text


def test_the_test_says_what_is_wrong_and_keeps_nothing() -> None:
    own, other = trader(), trader()
    person = person_of(own)
    good = read(person, file_of(accrual_row(own, "11", other), accrual_row(own, "12", other)), press="test")
    assert "テストの結果：エラーはありません（2件）。" in good.text
    wrong = read(person, file_of(accrual_row(own, "11", own)), press="test")
    assert "テストの結果：エラーが1件あります。" in wrong.text
    assert not WorkingCopy.objects.exists()
    assert not Request.objects.exists()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (None, "ファイルを選んでください。"),
        (SimpleUploadedFile("leer.csv", b""), "ファイルが空です。"),
        (SimpleUploadedFile("bild.csv", b"\x89PNG\r\n\x1a\n\x00\x00"), "CSVとして読み取れません。"),
        (SimpleUploadedFile("alt.xls", b"\xd0\xcf\x11\xe0rest"), "古い形式のExcelファイル"),
        (SimpleUploadedFile("kaputt.xlsx", b"PK\x03\x04rest"), "Excelファイルとして読み取れません。"),
        (SimpleUploadedFile("gross.csv", b"a" * (policy.IMPORT_BYTES_MAX + 1)), "ファイルが大きすぎます。"),
        (SimpleUploadedFile("offen.csv", '種類\r\n"11'.encode()), "CSVの2行目を読み取れません。"),
    ],
)
def test_a_file_that_is_none_is_refused(file: SimpleUploadedFile | None, sentence: str) -> None:
    person = person_of(trader())
    fields = {"go": "read"} if file is None else {"go": "read", "file": file}
    if file is not None:
        file.seek(0)
    answer = person.client.post("/densai/batch/file", fields)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "ファイルを読み込むか、表計算ソフトの行を貼り付けてください。"),
        ("金額\t支払期日\n1\t2", "1行目に見出しがありません。"),
        ("種類\t種類\n11\t11", "見出し「種類」の列が2つ以上あります。"),
        ("種類\t金額\n", "明細の行がありません。"),
        ('種類\t金額\n11\t"5', "表として読み取れません。"),
        ("種類\n" + "11\n" * 501, "明細は500件までです。今は501件あります。"),
    ],
)
def test_rows_that_are_no_table_are_refused(rows: str, sentence: str) -> None:
    page = sent(opened(person_of(trader()), "batch"), {"rows": rows, "file_name": ""})
    assert page.status == 422
    assert sentence in page.text
    assert not Request.objects.exists()


def test_a_batch_is_mended_with_its_rows_as_they_were() -> None:
    own, other = trader(), trader()
    person = person_of(own)
    held = accrued(other, own)
    rows = (accrual_row(own, "11", other, fee_bearer="受取人"), row("20", other, record_number=held))
    assert submitted(read(person, file_of(*rows))).status_code == 302
    request = Request.objects.get(type="batch")
    page = go(person.client, f"/densai/requests/{request.request_no}/edit")
    kept = page.html.partition("<textarea")[2].partition("</textarea>")[0]
    assert f"{held}" in kept
    assert "受取人負担" in kept or "受取人" in kept
    again = sent(page, {"rows": unescaped(kept), "file_name": "請求.csv"})
    assert "仮登録の実行" in again.buttons, again.text


def unescaped(textarea: str) -> str:
    return html.unescape(textarea.partition(">")[2]).lstrip("\r\n")


def test_the_templates_have_the_headings() -> None:
    person = person_of(trader())
    csv = person.client.get("/densai/batch/template?file=csv")
    first = b"".join(csv).decode("utf-8-sig").splitlines()[0]
    assert first.replace('"', "").split(",") == list(HEADING)
    excel = person.client.get("/densai/batch/template?file=excel")
    assert b"".join(excel)[:2] == b"PK"


def test_a_claim_in_another_request_is_told_at_its_row() -> None:
    own, other = trader(), trader()
    person = person_of(own)
    held = accrued(other, own)
    first = read(person, file_of(row("20", other, record_number=held)))
    assert submitted(first).status_code == 302
    page = read(person, file_of(accrual_row(own, "11", other), row("20", other, record_number=held)))
    answer = submitted(page)
    assert answer.status_code == 422
    assert "明細2 記録番号：この債権は、ほかの請求（請求番号" in answer.content.decode()
    assert Request.objects.filter(type="batch").count() == 1


def test_a_batch_that_is_not_understood_is_kept_as_a_draft() -> None:
    own, other = trader(), trader()
    person = person_of(own)
    table = "種類\t相手先の利用者番号\t金額\n11\t" + other.company.user_number + "\tzehn"
    answer = sent(opened(person, "batch"), {"rows": table, "file_name": "x.csv"}, press="draft")
    saved = Request.objects.get()
    assert (saved.type, saved.state, answer.status) == ("batch", "draft", 200)
    again = opened(person, "batch", f"?from={saved.request_no}")
    assert "zehn" in again.html


def test_as_many_kinds_of_lines_as_can_be_checked_at_once() -> None:
    own, other = trader(), trader()
    days = [f"2026/{month}/{day}" for month in (11, 12) for day in range(1, 29)]
    fees = ("依頼人", "受取人")
    rows = [accrual_row(own, "11", other, record_on=day, fee_bearer=fee) for day in days for fee in fees]
    page = read(person_of(own), file_of(*rows))
    assert page.status == 422
    assert "1つの一括請求で100通りまでです。今は112通りあります。" in page.text
