"""期日管理帳票 on the screen: what it shows, what it gives out, and what it refuses."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from accounts.models import Company
from erec.accounting.models import PrintedName
from erec.claims.instructions import Party
from erec.exports.ledger import job as ledger_job
from erec.financing.models import Application
from erec.jobs import running
from erec.jobs.models import Job
from tests import cast
from tests.erec.claims import cast_claims as c
from tests.erec.exports.cast_ledger import apply
from tests.erec.jobs.cast_jobs import Accountant, entered

pytestmark = pytest.mark.django_db

PAGE, FILE = "/densai/accounting/ledger", "/densai/accounting/ledger/file"
ASKED = {"table": "電子記録債権", "basis": "発生分", "first": "2027-02-01", "last": "2027-02-28"}


@pytest.fixture
def desk(clock: Any) -> Accountant:
    return entered()


def debtor(name: str = "髙﨑商店㈱") -> Party:
    found = c.party()
    Company.objects.filter(pk=found.company_id).update(name=name)
    return Party(found.company_id, found.user_number, name, found.account)


def own(desk: Accountant) -> Party:
    return c.party(desk.user.company)


def given(desk: Accountant, **chosen: str) -> tuple[Any, bytes]:
    """The answer to a button, and its file."""
    answer = desk.client.post(FILE, ASKED | chosen)
    content = b"".join(answer)
    return answer, content


def asked(desk: Accountant, **more: str) -> str:
    answer = desk.client.get(PAGE, ASKED | more)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_nothing_is_counted_before_somebody_asks(desk: Accountant) -> None:
    c.claim(debtor(), own(desk))
    page = desk.client.get(PAGE).content.decode()
    assert 'value="2026-11-01"' in page and 'value="2026-11-30"' in page  # noqa: PT018 - one range
    assert "件、" not in page


def test_the_page_shows_count_total_rows_and_what_may_fall_back(desk: Accountant) -> None:
    first = c.claim(debtor(), own(desk), 1_234_567, reference="No.7")
    second = c.claim(debtor("みどり精機"), own(desk), 2_000)
    c.assign(second.record_number, own(desk), c.party(), 500)
    apply(own(desk), "R-9", Application.Kind.DISCOUNT)
    c.order(c.assignment(first.record_number, own(desk), c.party()), by=own(desk), key="R-9")
    page = asked(desk)
    assert "電子記録債権は2件、1,236,567円です" in page
    assert f'<td data-th="記録番号" class="code">{first.record_number}</td>' in page
    assert '<td data-th="取引先">髙﨑商店㈱</td><td data-th="金額" class="num">1,234,567</td>' in page
    assert "<dt>割引高</dt><dd>1,234,567円（1件）</dd>" in page
    assert "<dt>裏書譲渡高</dt><dd>500円（1件）</dd>" in page
    assert "電子記録債権は1件、1,500円です" in asked(desk, basis="残高")
    assert "電子記録債権は0件、0円です" in asked(desk, first="2027-03-01", last="2027-03-31")


def test_a_small_file_comes_at_once_and_is_kept_in_the_trail(desk: Accountant) -> None:
    claim = c.claim(debtor(), own(desk), 5_000)
    answer, content = given(desk, file="pca", header="on")
    assert content == (
        '"支払期日","記録番号","取引先","金額","摘要"\r\n'.encode("cp932")
        + f'20270226,"{claim.record_number}","'.encode()
        + b"\xfb\xfc\xfa\xb1"
        + '商店㈱",5000,\r\n'.encode("cp932")
    )
    assert answer["Content-Type"] == "text/csv; charset=Shift_JIS"
    job = Job.objects.get()
    assert (job.state, job.kind, job.file_name) == ("done", "ledger", "期日管理帳票_電子記録債権_発生分.csv")
    assert job.title == "電子記録債権 発生分 支払期日 2027/02/01～2027/02/28"


def test_a_large_one_becomes_a_job_that_says_what_was_asked(desk: Accountant, settings: Any) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "job_rows_min": 0}
    claim = c.claim(debtor(), own(desk), 5_000)
    answer = desk.client.post(
        FILE, ASKED | {"basis": "残高", "as_of": "2026-11-20", "file": "pca", "profile": "tab"}
    )
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/densai/accounting/jobs/{job.job_no}"
    assert job.title == "電子記録債権 残高（2026/11/20現在） 支払期日 2027/02/01～2027/02/28"
    taken = running.take(at=cast.AT)
    assert taken is not None
    running.run_here(taken)
    job.refresh_from_db()
    assert (job.state, job.note, job.error) == ("done", "1件", "")
    assert job.file_name == "期日管理帳票_電子記録債権_残高20261120.txt"
    assert desk.fetches(job).startswith(f'20270226\t"{claim.record_number}"\t"'.encode())


def test_excel_has_whole_names_and_the_bank(desk: Accountant) -> None:
    creditor = debtor("株式会社とても長い名前の商店")
    claim = c.claim(own(desk), creditor, 5_000, reference="No.7")
    _, content = given(desk, table="電子記録債務", file="excel")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("明細").to_python()
    assert rows[0] == ["支払期日", "記録番号", "支払先", "銀行名", "金額", "摘要"]
    assert rows[1] == [c.DUE, claim.record_number, creditor.name, "一〇信用金庫", 5_000, "No.7"]
    assert len(rows) == 2


def test_a_name_that_does_not_fit_stops_only_the_file_for_the_software(desk: Accountant) -> None:
    c.claim(debtor("株式会社とても長い名前の商店"), own(desk))
    page = asked(desk)
    assert "会計ソフト用のファイルは、まだ出力できません" in page
    assert "取引先「株式会社とても長い名前の商店」" in page
    assert "（印字名が未定）" in page
    assert 'value="pca"' not in page
    assert 'value="pdf"' in page
    answer = desk.client.post(FILE, ASKED | {"file": "pca"})
    assert answer.status_code == 422
    assert not Job.objects.exists()
    PrintedName.objects.update(printed="長い名前の商店")
    assert "長い名前の商店" in given(desk, file="pca")[1].decode("cp932")


def test_a_name_that_came_after_the_question_fails_the_job_with_a_sentence(
    desk: Accountant, settings: Any
) -> None:
    settings.PARAMETERS = {**settings.PARAMETERS, "job_rows_min": 0}
    c.claim(debtor(), own(desk))
    desk.client.post(FILE, ASKED | {"file": "pca"})
    c.claim(debtor("株式会社とても長い名前の商店"), own(desk))
    taken = running.take(at=cast.AT)
    assert taken is not None
    running.run_here(taken)
    job = Job.objects.get()
    assert (job.state, job.has_result) == ("failed", False)
    assert job.error.startswith("会計ソフトに渡せない項目があるため、出力していません。")
    assert "株式会社とても長い名前の商店" in job.error


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"as_of": "2026-11-21"}, "基準日は、2026年11月20日までの日付を入力してください。"),
        ({"first": "2027-03-01"}, "「支払期日から」より前になっています。"),
        ({"first": "2027-02-30"}, "2000年から2999年までの、正しい日付を入力してください。"),
        ({"table": "受取手形"}, "一覧の中から選んでください。"),
        ({"account": "9999-101-2-9999999"}, "一覧の中から選んでください。"),
    ],
)
def test_what_makes_no_sense_is_said_and_gives_nothing(
    wrong: dict[str, str], sentence: str, desk: Accountant
) -> None:
    for answer in (
        desk.client.get(PAGE, ASKED | wrong),
        desk.client.post(FILE, ASKED | wrong | {"file": "pca"}),
    ):
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert desk.client.post(FILE, ASKED | {"file": "exe"}).status_code == 422
    assert not Job.objects.exists()


def test_another_company_s_claims_are_in_no_answer(desk: Accountant) -> None:
    claim = c.claim(debtor(), c.party())
    for name in ("電子記録債権", "電子記録債務", "割引電子記録債権", "裏書電子記録債権"):
        assert f"{name}は0件、0円です" in asked(desk, table=name)
        page = asked(desk, table=name, partner=claim.obligor_number)
        assert claim.record_number not in page


def test_what_is_asked_survives_as_the_job_s_parameters(desk: Accountant) -> None:
    form = {"basis": "残高", "account": str(own(desk).account), "file": "pca"}
    given(desk, partner="Ｃ00000001", **form)
    job = Job.objects.get()
    found = ledger_job.selection_of(job.company_id, job.parameters)
    assert (found.account, found.partner, found.as_of) == (form["account"], "C00000001", c.TODAY)
    assert "company_id" not in job.parameters
