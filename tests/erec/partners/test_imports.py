"""取引先 from a file: judged line by line, all of it or nothing, and never past the person who looks."""

import csv
import html
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from accounts.actions.companies import stop_company
from accounts.models import Company
from erec.members.models import BusinessRight
from erec.partners import policy, sheets
from erec.partners.actions import imports
from erec.partners.errors import Changed, HasErrors, Unreadable
from erec.partners.importing import LABELS, judged, lines_of
from erec.partners.models import Partner, PartnerUpload
from erec.trail.models import Entry as TrailEntry
from tests import cast
from tests.crash import every_death_leaves_nothing
from tests.erec.partners.cast_partners import HERE, Keeper, another, key_of

pytestmark = pytest.mark.django_db

HEADING = "利用者番号,登録名,金融機関コード,支店コード,口座種別,口座番号,メモ"
UPLOAD, PREVIEW = "/densai/partners/import", "/densai/partners/import/preview"


def line(company: Company, index: int = 0, *, registered_name: str = "", memo: str = "") -> str:
    key = key_of(company, index)
    kind = {"1": "普通", "2": "当座", "9": "その他"}[key.account.kind]
    cells = (key.user_number, registered_name, key.account.bank_code, key.account.branch_code)
    return ",".join((*cells, kind, key.account.number, memo))


def file_of(*lines: str, heading: str = HEADING) -> bytes:
    return "\r\n".join((heading, *lines)).encode()


def send(keeper: Keeper, content: bytes, name: str = "取引先.csv") -> Any:
    return keeper.client.post(UPLOAD, {"file": SimpleUploadedFile(name, content)})


def preview_of(keeper: Keeper, content: bytes) -> str:
    assert send(keeper, content).headers["Location"] == PREVIEW
    return page_text(keeper.client.get(PREVIEW))


def page_text(response: Any) -> str:
    return html.unescape(response.content.decode())


def run(keeper: Keeper, page: str, **more: str) -> Any:
    hidden = dict(re.findall(r'name="(token|digest)" value="([^"]+)"', page))
    return keeper.client.post(PREVIEW, {**hidden, "checked": "on", **more})


def outcomes(keeper: Keeper, content: bytes) -> list[tuple[int, str]]:
    found = judged(lines_of(sheets.read(content)), keeper.user.company)
    return [(one.number, str(one.outcome)) for one in found.lines]


def errors(keeper: Keeper, *lines: str) -> list[tuple[int, str, str]]:
    found = judged(lines_of(sheets.read(file_of(*lines))), keeper.user.company)
    return [(one.number, *error) for one in found.lines for error in one.errors]


def rows() -> list[Any]:
    return list(Partner.objects.order_by("pk").values_list())


def test_upload_preview_tick_and_all_lines_are_there() -> None:
    keeper, old, new = Keeper.at_work(), another(), another()
    there = keeper.adds(old, registered_name="旧名")
    same = keeper.adds(another())
    content = file_of(
        line(new, registered_name="新しい取引先", memo="月末"),
        "",
        line(old, registered_name="新名"),
        line(Company.objects.get(user_number=same.user_number)),
    )
    page = preview_of(keeper, content)
    assert "次のとおり取り込みます" in page
    assert re.findall(r"<dt>(追加|変更|変更なし|エラー)</dt><dd>(\d)行", page) == [
        *(("追加", "1"), ("変更", "1"), ("変更なし", "1")),
    ]
    assert Partner.objects.count() == 2
    done = run(keeper, page)
    assert done.headers["Location"] == "/densai/partners"
    added = Partner.objects.get(user_number=new.user_number)
    assert (added.registered_name, added.memo, added.name, added.version, added.company_id) == (
        "新しい取引先",
        "月末",
        new.name,
        1,
        keeper.company_id,
    )
    there.refresh_from_db()
    same.refresh_from_db()
    assert (there.registered_name, there.version, same.version) == ("新名", 2, 1)
    event = TrailEntry.objects.get(event="partner.imported")
    assert (event.target, event.detail) == ("取引先.csv", {"added": 1, "changed": 1, "same": 1})
    assert "1件を登録し、1件を変更しました。" in page_text(keeper.client.get("/densai/partners"))
    assert not PartnerUpload.objects.exists()
    assert keeper.client.get(PREVIEW).headers["Location"] == UPLOAD  # and a second press finds nothing to do
    assert run(keeper, page).headers["Location"] == UPLOAD


def test_every_wrong_line_is_told_with_its_column_and_reason_and_nothing_is_taken() -> None:
    keeper, right, stopped = Keeper.at_work(), another(), another()
    stop_company(stopped, because="試験", at=cast.AT, origin=cast.ORIGIN)
    own = keeper.user.company
    number = right.user_number
    lines = (
        line(right),
        line(right, registered_name="名" * 61),
        f"{number},,9999,101,定期,1234567,",
        f"IOZ,,,1x1,当座,12345678,{'メ' * 101}",
        line(own),
        line(stopped),
        "T99999999,,9999,101,当座,1234567,",
        "T99999998,,9998,101,当座,1234567,",
        line(right),
        "short",
        f"{number},,9999,101,当座,7654321,\u200b",
    )
    not_found = "利用者番号と口座の組合せを確認できません。"
    expected = [
        (3, "登録名", "60文字以内で入力してください。今は61文字です。"),
        (4, "口座種別", "普通・当座・その他（または1・2・9）のどれかにしてください。"),
        (5, "利用者番号", "9文字で入力してください。今は3文字です。"),
        (5, "金融機関コード", "入力してください。"),
        (5, "支店コード", "半角の数字3桁で入力してください。"),
        (5, "口座番号", "半角の数字7桁で入力してください。"),
        (5, "メモ", "100文字以内で入力してください。今は101文字です。"),
        (6, "利用者番号", "自社は取引先に登録できません。"),
        (7, "利用者番号", not_found),
        (8, "利用者番号", not_found),
        (9, "金融機関コード", "この金融機関コードは一覧にありません。"),
        (9, "利用者番号", not_found),
        (10, "口座番号", "2行目と同じ取引先です。どちらかを消してください。"),
        (11, "利用者番号", "9文字で入力してください。今は5文字です。"),
        (11, "金融機関コード", "入力してください。"),
        (11, "支店コード", "入力してください。"),
        (11, "口座番号", "入力してください。"),
        (11, "口座種別", "普通・当座・その他（または1・2・9）のどれかにしてください。"),
    ]
    found = errors(keeper, *lines)
    assert [e for e in found if e[0] != 12] == [
        (n, column, next(s for m, c, s in found if (m, c) == (n, column) and s.startswith(sentence)))
        for n, column, sentence in expected
    ]
    assert [e[:2] for e in found if e[0] == 12] == [(12, "メモ")]
    page = preview_of(keeper, file_of(*lines))
    assert "10行にエラーがあります" in page
    assert "取込の実行" not in page
    assert stopped.name not in page
    digest = judged(PartnerUpload.objects.get().lines, own).digest
    token = PartnerUpload.objects.get().token
    with pytest.raises(HasErrors):
        imports.carry_out(token, digest, acting_user=keeper.user, **HERE)
    assert keeper.client.post(PREVIEW, {"token": token, "digest": digest, "checked": "on"}).status_code == 409
    assert rows() == []
    assert not TrailEntry.objects.filter(event="partner.imported").exists()


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        (
            "",
            "1行目に見出し「利用者番号」「金融機関コード」「支店コード」「口座種別」「口座番号」がありません。",
        ),
        ("利用者番号,登録名", "「金融機関コード」「支店コード」「口座種別」「口座番号」がありません。"),
        (f"{HEADING},利用者番号", "見出し「利用者番号」の列が2つあります。"),
        ("AQ7B2M4K1,青葉,9999,101,当座,0123456", "1行目に見出し"),
    ],
)
def test_wrong_columns_are_told_at_the_file(heading: str, sentence: str) -> None:
    keeper = Keeper.at_work()
    page = send(keeper, file_of(line(another()), heading=heading))
    assert page.status_code == 422
    assert sentence in page_text(page)
    assert not PartnerUpload.objects.exists()


def test_columns_may_stand_in_any_order_and_others_are_left_alone() -> None:
    keeper, company = Keeper.at_work(), another()
    key = key_of(company)
    heading = "口座番号,備考,ｺｳｻﾞ種別,口座種別,支店コード,金融機関コード,利用者番号"
    cells = f"{int(key.account.number)},x,y,{key.account.kind},101,9999,{key.user_number.lower()}"
    assert outcomes(keeper, file_of(cells, heading=heading)) == [(2, "追加")]


def test_a_file_without_the_column_keeps_the_registered_name_and_memo() -> None:
    keeper, company = Keeper.at_work(), another()
    keeper.adds(company, registered_name="呼び名", memo="覚え")
    key = key_of(company)
    heading = "利用者番号,金融機関コード,支店コード,口座種別,口座番号"
    cells = ",".join((key.user_number, *vars(key.account).values()))
    assert outcomes(keeper, file_of(cells, heading=heading)) == [(2, "変更なし")]
    assert outcomes(keeper, file_of(line(company))) == [(2, "変更")]  # an empty cell empties


@pytest.mark.parametrize("content", [b"", HEADING.encode(), f"{HEADING}\n,,,,,,\n".encode()])
def test_a_file_without_a_partner_is_refused(content: bytes) -> None:
    keeper = Keeper.at_work()
    assert send(keeper, content).status_code == 422
    assert not PartnerUpload.objects.exists()


def test_no_file_and_a_file_of_too_many_bytes_are_refused() -> None:
    keeper = Keeper.at_work()
    none = keeper.client.post(UPLOAD, {})
    assert (none.status_code, "ファイルを選んでください。" in page_text(none)) == (422, True)
    big = send(keeper, b"a" * (policy.IMPORT_BYTES_MAX + 1))
    assert (big.status_code, sheets.TOO_BIG in page_text(big)) == (422, True)
    long = send(keeper, file_of(line(another())), "名" * 97 + ".csv")
    assert (long.status_code, "100文字以内" in page_text(long)) == (422, True)


def test_a_formula_in_a_cell_stays_text_from_file_to_file() -> None:
    keeper, company = Keeper.at_work(), another()
    page = preview_of(keeper, file_of(line(company, registered_name="=1+1", memo="@SUM(A1)")))
    assert run(keeper, page).status_code == 302
    row = Partner.objects.get()
    assert (row.registered_name, row.memo) == ("=1+1", "@SUM(A1)")
    saved = keeper.client.get("/densai/partners?file=csv").getvalue()
    assert "'=1+1" in saved.decode("utf-8-sig")
    assert outcomes(keeper, saved) == [(2, "変更なし")]


@pytest.mark.parametrize("file", ["csv", "excel"])
def test_the_saved_list_can_be_read_in_again(file: str) -> None:
    keeper = Keeper.at_work()
    for name in ("青葉", ""):
        keeper.adds(another(), registered_name=name, memo="０１２")
    saved = keeper.client.get(f"/densai/partners?file={file}").getvalue()
    assert outcomes(keeper, saved) == [(2, "変更なし"), (3, "変更なし")]


@pytest.mark.parametrize("file", ["csv", "excel", ""])
def test_the_template_has_the_columns_and_an_example_that_is_nobody(file: str) -> None:
    keeper = Keeper.at_work()
    answer = keeper.client.get(f"/densai/partners/import/template?file={file}")
    content = answer.getvalue()
    if file == "excel":
        table = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    else:
        table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert table[0] == list(LABELS.values())
    assert outcomes(keeper, content) == [(2, "エラー")]
    assert ".xlsx" if file == "excel" else ".csv" in answer.headers["Content-Disposition"]


def test_similar_partners_are_warned_of_and_allowed() -> None:
    keeper, company, other = Keeper.at_work(), another(), another()
    keeper.adds(company)
    lines = (line(company, 1), line(other), line(other, 1), line(another()))
    found = judged(lines_of(sheets.read(file_of(*lines))), keeper.user.company)
    assert [bool(one.warnings) for one in found.lines] == [True, True, True, False]
    assert run(keeper, preview_of(keeper, file_of(*lines))).status_code == 302
    assert Partner.objects.count() == 5


def test_what_changed_since_the_preview_is_shown_and_not_done() -> None:
    keeper, company = Keeper.at_work(), another()
    page = preview_of(keeper, file_of(line(company, registered_name="わたしの名前")))
    keeper.adds(company, registered_name="同僚の名前")
    again = run(keeper, page)
    assert again.status_code == 409
    assert "まだ取り込んでいません" in page_text(again)
    assert Partner.objects.get().registered_name == "同僚の名前"
    assert run(keeper, page_text(again)).status_code == 302
    assert Partner.objects.get().registered_name == "わたしの名前"


def test_without_the_tick_or_with_another_files_token_nothing_is_done() -> None:
    keeper, company = Keeper.at_work(), another()
    first = preview_of(keeper, file_of(line(company)))
    assert run(keeper, first, checked="").status_code == 422
    second = preview_of(keeper, file_of(line(another())))
    assert run(keeper, first).status_code == 409  # another tab has read another file meanwhile
    assert rows() == []
    assert run(keeper, second).status_code == 302
    assert Partner.objects.get().user_number != company.user_number


def test_a_colleague_and_a_competitor_cannot_carry_out_my_file() -> None:
    boss = cast.master()
    keeper, colleague, rival = Keeper.at_work(boss), Keeper.at_work(boss), Keeper.at_work()
    page = preview_of(keeper, file_of(line(another())))
    for other in (colleague, rival):
        assert other.client.get(PREVIEW).headers["Location"] == UPLOAD
        assert run(other, page).headers["Location"] == UPLOAD
        kept = PartnerUpload.objects.get(user=keeper.user)
        with pytest.raises(Changed):
            imports.carry_out(kept.token, "x", acting_user=other.user, **HERE)
    assert rows() == []


def test_a_right_that_was_taken_away_stops_the_file() -> None:
    keeper = Keeper.at_work()
    page = preview_of(keeper, file_of(line(another())))
    BusinessRight.objects.filter(member=keeper.member).delete()
    assert run(keeper, page).status_code == 403
    assert send(keeper, file_of(line(another()))).status_code == 403
    assert rows() == []


def test_a_full_book_takes_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    keeper = Keeper.at_work()
    monkeypatch.setattr(policy, "PARTNERS_MAX", 1)
    page = preview_of(keeper, file_of(line(another()), line(another())))
    full = run(keeper, page)
    assert (full.status_code, "1件までです" in page_text(full)) == (422, True)
    assert rows() == []


def test_the_judgement_of_many_lines_takes_two_queries() -> None:
    keeper, company = Keeper.at_work(), another()
    keeper.adds(company)
    content = file_of(*(f"T{n:08d},,9999,101,当座,{n:07d}," for n in range(policy.IMPORT_LINES_MAX)))
    lines = lines_of(sheets.read(content))
    company = keeper.user.company
    with CaptureQueriesContext(connection) as queries:
        found = judged(lines, company)
    assert (len(queries), len(found.lines)) == (2, policy.IMPORT_LINES_MAX)


def test_a_death_at_any_statement_leaves_all_lines_or_none() -> None:
    keeper, old = Keeper.at_work(), another()
    keeper.adds(old)
    lines = lines_of(sheets.read(file_of(line(another()), line(old, registered_name="改"), line(another()))))
    kept = imports.keep("取引先.csv", lines, acting_user=keeper.user, at=cast.AT)
    digest = judged(lines, keeper.user.company).digest

    def act() -> None:
        imports.carry_out(kept.token, digest, acting_user=keeper.user, **HERE)

    assert every_death_leaves_nothing(act, "partners", "trail") > 4
    assert Partner.objects.count() == 3


def test_lines_of_a_ragged_table_keep_their_numbers() -> None:
    table = [[*LABELS.values()], [], ["a"], ["", "", "", "", "", "", "", "", "x"]]
    assert [number for number, _ in lines_of(table)] == [3, 4]
    with pytest.raises(Unreadable):
        lines_of([])
