"""手形 from a file: judged line by line, all of it or nothing, and never past the person who looks."""

import csv
import html
import io
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from erec.bills import policy
from erec.bills.actions import imports
from erec.bills.errors import Changed, HasErrors
from erec.bills.importing import LABELS, judged, lines_of
from erec.bills.models import Bill, BillUpload
from erec.partners import sheets
from erec.trail.models import Entry as TrailEntry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.bills.cast_bills import HERE, Accountant, kept

pytestmark = pytest.mark.django_db

HEADING = "種類,手形番号,満期日,相手先,金額（円）,銀行名"
LIST = "/densai/accounting/bills"
UPLOAD, PREVIEW = f"{LIST}/import", f"{LIST}/import/preview"


def file_of(*lines: str, heading: str = HEADING) -> bytes:
    return "\r\n".join((heading, *lines)).encode()


def send(of: Accountant, content: bytes, name: str = "手形.csv") -> Any:
    return of.client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def page_text(response: Any) -> str:
    return html.unescape(response.content.decode())


def preview_of(of: Accountant, content: bytes) -> str:
    assert send(of, content).headers["Location"] == PREVIEW
    return page_text(of.client.get(PREVIEW))


def run(of: Accountant, page: str, **more: str) -> Any:
    hidden = dict(re.findall(r'name="(token|digest)" value="([^"]+)"', page))
    return of.client.post(PREVIEW, {**hidden, "checked": "on", **more})


def outcomes(of: Accountant, content: bytes) -> list[tuple[int, str]]:
    found = judged(lines_of(sheets.read(content)), of.user.company)
    return [(one.number, str(one.outcome)) for one in found.lines]


def test_upload_preview_tick_and_all_lines_are_there() -> None:
    accountant = Accountant.at_work()
    old, same = accountant.adds(), accountant.adds(number="SAME", bank="", note="そのまま")
    page = preview_of(
        accountant,
        file_of(
            '受取手形,AB123456,2027/1/29,青葉製作所,"2,000",',
            "",
            "支払手形,Z9,令和9年3月31日,みどり,500,みずほ銀行",
            '受取手形,SAME,2027-01-29,青葉製作所,"1,234,567",',
        ),
    )
    assert "次のとおり取り込みます" in page
    counts = re.findall(r"<dt>(追加|変更|変更なし|エラー)</dt><dd>(\d)行", page)
    assert counts == [("追加", "1"), ("変更", "1"), ("変更なし", "1")]
    assert Bill.objects.count() == 2
    assert run(accountant, page).headers["Location"] == LIST
    added = Bill.objects.get(number="Z9")
    assert (added.kind, added.due_on, added.party, added.party_printed, added.amount_yen, added.bank) == (
        *("issued", date(2027, 3, 31), "みどり", "みどり", 500, "みずほ銀行"),
    )
    assert (added.bank_printed, added.voucher_on, added.version) == ("みずほ銀行", None, 1)
    old.refresh_from_db()
    same.refresh_from_db()
    # Columns that the file has not, keep what is registered.
    assert (old.amount_yen, old.version, old.note, old.voucher_on) == (2000, 2, "部品代", date(2026, 10, 1))
    assert (same.version, same.note) == (1, "そのまま")
    event = TrailEntry.objects.get(event="bill.imported")
    assert (event.target, event.detail) == ("手形.csv", {"added": 1, "changed": 1, "same": 1})
    assert "1件を登録し、1件を変更しました。" in page_text(accountant.client.get(LIST))
    assert run(accountant, page).headers["Location"] == UPLOAD  # a second press finds nothing to do
    assert Bill.objects.count() == 3


def test_every_wrong_line_is_told_and_nothing_is_taken() -> None:
    accountant = Accountant.at_work()
    content = file_of(
        "受取手形,OK1,2027/1/29,青葉,500,",
        "小切手,X1,2027/1/29,青葉,500,",
        "支払手形,X2,2027/2/30,青葉,-5,",
        "受取手形,OK1,2027/1/29,青葉,700,",
        "受取手形,,,,,みずほ",
    )
    told = [
        (line.number, label, sentence)
        for line in judged(lines_of(sheets.read(content)), accountant.user.company).lines
        for label, sentence in line.errors
    ]
    assert told == [
        (3, "種類", "受取手形・支払手形・割引手形・裏書手形のどれかにしてください。"),
        (4, "金額（円）", "マイナスの金額は入力できません。1円以上で入力してください。"),
        (4, "満期日", "この日付は暦にありません。年月日を確かめてください。"),
        (4, "銀行名", "支払手形では、銀行名を入力してください。"),
        (5, "手形番号", "2行目と同じ手形です。どちらかを消してください。"),
        (6, "手形番号", "入力してください。"),
        (6, "金額（円）", "入力してください。"),
        (6, "満期日", "入力してください。"),
        (6, "相手先", "入力してください。"),
    ]
    page = preview_of(accountant, content)
    assert "4行にエラーがあります" in page
    assert "取込の実行" not in page
    upload = BillUpload.objects.get()
    digest = judged(upload.lines, accountant.user.company).digest
    with pytest.raises(HasErrors):
        imports.carry_out(upload.token, digest, acting_user=accountant.user, **HERE)
    assert kept() == []
    assert not TrailEntry.objects.filter(event="bill.imported").exists()


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("種類,手形番号", "1行目に見出し「満期日」「相手先」「金額（円）」がありません。"),
        (f"{HEADING},満期日", "見出し「満期日」の列が2つあります。"),
        (HEADING, "手形の行がありません。"),
    ],
)
def test_wrong_columns_are_told_at_the_file(heading: str, sentence: str) -> None:
    accountant = Accountant.at_work()
    page = send(accountant, heading.encode())
    assert (page.status_code, sentence in page_text(page)) == (422, True)
    assert not BillUpload.objects.exists()


@pytest.mark.parametrize("file", ["csv", "excel"])
def test_the_saved_list_can_be_read_in_again(file: str) -> None:
    accountant = Accountant.at_work()
    accountant.adds(party="東日本電機製造株式会社", party_printed="東日本電機", user_number="T00000001")
    accountant.adds(number="0012", drawer="みどり", note="０１２", voucher_on=None)
    saved = accountant.client.get(f"{LIST}?file={file}").getvalue()
    assert outcomes(accountant, saved) == [(2, "変更なし"), (3, "変更なし")]


@pytest.mark.parametrize("file", ["csv", "excel"])
def test_the_template_has_the_columns_and_an_example_that_is_never_taken(file: str) -> None:
    accountant = Accountant.at_work()
    content = accountant.client.get(f"{UPLOAD}/template?file={file}").getvalue()
    if file == "excel":
        table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    else:
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert table[0] == list(LABELS.values())
    assert outcomes(accountant, content) == [(2, "エラー")]


def test_what_changed_since_the_preview_is_shown_and_not_done() -> None:
    accountant = Accountant.at_work()
    page = preview_of(accountant, file_of("受取手形,AB123456,2027/1/29,青葉製作所,5,"))
    accountant.adds()
    again = run(accountant, page)
    assert (again.status_code, "まだ取り込んでいません" in page_text(again)) == (409, True)
    assert Bill.objects.get().amount_yen == 1_234_567
    assert run(accountant, page_text(again)).status_code == 302
    assert Bill.objects.get().amount_yen == 5


def test_a_colleague_and_a_competitor_cannot_carry_out_my_file() -> None:
    boss = cast.master()
    mine, colleague, rival = Accountant.at_work(boss), Accountant.at_work(boss), Accountant.at_work()
    page = preview_of(mine, file_of("受取手形,A,2027/1/29,青葉,5,"))
    token = BillUpload.objects.get().token
    for other in (colleague, rival):
        assert other.client.get(PREVIEW).headers["Location"] == UPLOAD
        assert run(other, page).headers["Location"] == UPLOAD
        with pytest.raises(Changed):
            imports.carry_out(token, "x", acting_user=other.user, **HERE)
    assert kept() == []
    assert run(mine, page, checked="").status_code == 422
    assert kept() == []


def test_a_full_register_takes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    accountant = Accountant.at_work()
    monkeypatch.setattr(policy, "BILLS_MAX", 1)
    page = preview_of(accountant, file_of("受取手形,A,2027/1/29,青葉,5,", "受取手形,B,2027/1/29,青葉,5,"))
    full = run(accountant, page)
    assert (full.status_code, "1件までです" in page_text(full)) == (422, True)
    assert kept() == []


def test_a_death_at_any_statement_leaves_all_lines_or_none() -> None:
    accountant = Accountant.at_work()
    accountant.adds()
    lines = lines_of(
        sheets.read(file_of("受取手形,A,2027/1/29,青葉,5,", "受取手形,AB123456,2027/1/29,青葉製作所,5,"))
    )
    upload = imports.keep("手形.csv", lines, acting_user=accountant.user, at=cast.AT)
    digest = judged(lines, accountant.user.company).digest

    def act() -> None:
        imports.carry_out(upload.token, digest, acting_user=accountant.user, **HERE)

    assert every_death_leaves_nothing(act, "bills", "trail") > 4
    assert sorted(Bill.objects.values_list("number", "amount_yen")) == [("A", 5), ("AB123456", 5)]
