"""Who trades here, attacked by who trades here: a thief, a clumsy colleague, a competitor with a login."""

import io
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from xlsxwriter import Workbook

from erec.claims.models import Claim
from erec.members.catalogue import EVERY_GRANT
from erec.members.models import Member
from erec.workflow import difference
from erec.workflow.actions import deciding
from erec.workflow.errors import CheckFailed
from erec.workflow.models import Numbering, WorkingCopy
from erec.workflow.types.assignment import AssignmentOfClaims
from erec.workflow.types.base import Checked, Row, Sheet
from erec.workflow.types.cancellation import CancelAssignment
from tests.erec.workflow.cast_desk import Desk, Someone, controls, desk, kept
from tests.erec.workflow.cast_pages import line, opened, shared, token_of
from tests.erec.workflow.cast_workflow import (
    Trader,
    accrual,
    accrued,
    approved,
    assignment,
    by,
    cancellation,
    submitted,
    trader,
)


class World:
    """A company at its browsers, with a colleague who may do everything, and a company to trade with."""

    def __init__(self) -> None:
        self.own: Desk = desk()
        self.anybody: Someone = self.own.also(*EVERY_GRANT)
        self.other: Trader = trader()
        self.third: Trader = trader()
        for person in (self.anybody.person, self.own.making.person, self.own.checking.person):
            person.client.raise_request_exception = False


@pytest.fixture(scope="module")
def made(shared_rows: None) -> World:
    return World()


@pytest.fixture
def world(made: World, untouched: None) -> Iterator[World]:
    cookies = made.anybody.person.client.cookies.copy()
    yield made
    made.anybody.person.client.cookies = cookies


# What nobody types, in every value that a page sends back by itself.

NUL, LONG = "\0", "9" * 5_000


def test_nul_in_what_no_field_reads_is_no_failure(world: World) -> None:
    page = opened(world.anybody.person, "assignment")
    world.anybody.post(page.action, {**page.hidden, "go": "keep"})
    before = kept(), list(WorkingCopy.objects.values_list())
    new = opened(world.anybody.person)
    answers = [
        world.anybody.post(new.action, {**new.hidden, "go": "keep", "request_no": NUL, "version": "1"}),
        world.anybody.post(f"{page.action}/claims", {"choose": [NUL, f"T{NUL}"]}),
        world.anybody.post("/densai/notices/read", {"newest": NUL}),
    ]
    assert [answer.status_code for answer in answers] == [404, 302, 302]
    assert (kept(), list(WorkingCopy.objects.exclude(token=token_of(page)).values_list())) == (before[0], [])


@pytest.mark.parametrize("query", [f"partners={LONG}", "partners=-1,²,0x1", f"claims={LONG}"])
def test_an_address_with_numbers_that_are_none_opens_an_empty_form(query: str, world: World) -> None:
    page = opened(world.anybody.person, query=f"?{query}")
    assert page.inputs["id_l0-user_number"].get("value", "") == ""
    assert "id_l1-user_number" not in page.inputs


@pytest.mark.parametrize("place", ["claims", "partners"])
def test_a_search_of_thousands_of_words_is_refused_before_the_database_is_asked(
    place: str, world: World
) -> None:
    """Of 3,900 words each was three conditions more, and one page held the database for five minutes."""
    page = opened(world.anybody.person, "assignment")
    world.anybody.post(page.action, {**page.hidden, "go": "keep"})
    answer = world.anybody.get(f"{page.action}/{place}?words={'a+' * 31}")
    assert answer.status_code == 422
    assert "60文字以内で入力してください。今は61文字です。" in answer.content.decode()
    assert world.anybody.get(f"{page.action}/{place}?words={'a+' * 30}").status_code == 200


def test_a_draft_whose_date_no_calendar_reaches_can_be_looked_at_mended_and_deleted(world: World) -> None:
    page = opened(world.anybody.person)
    typed = {**shared(world.own), **line(world.other, due_on="9999-12-31"), "go": "draft"}
    answer = world.anybody.post(page.action, {**page.hidden, **typed})
    number = re.findall(r"saved=(\d+)", answer.headers["Location"])[0]
    path = f"/densai/requests/{number}"
    assert [world.anybody.get(p).status_code for p in (path, f"{path}/delete")] == [200, 200]
    assert world.anybody.post(f"{path}/delete", {"version": "1", "sure": "on"}).status_code == 302


def test_a_page_that_mends_without_saying_which_version_overwrites_nothing(world: World) -> None:
    request = submitted(world.own, "accrual_by_obligor", accrual(world.own, world.other))
    before = kept()
    page = opened(world.anybody.person)
    sent = {**page.hidden, **shared(world.own), **line(world.other, amount_yen="7")}
    world.anybody.post(
        page.action, {**sent, "go": "confirm", "request_no": request.request_no, "version": ""}
    )
    confirming = f"/densai/requests/confirm/{token_of(page)}"
    digest = re.findall(r'name="digest" value="(\w+)"', world.anybody.get(confirming).content.decode())[0]
    answer = world.anybody.post(confirming, {"go": "submit", "seen": "on", "digest": digest})
    assert answer.status_code == 409
    assert "この画面を開いたあとに、請求の内容が変わりました。" in answer.content.decode()
    assert kept() == before


# What was approved is what happens.


def divided_and_entered(world: World) -> tuple[Any, str]:
    """The own company holds 700,000 of a claim whose other 300,000 it gave away, and enters the whole rest.
    Then what was given away comes back.
    """
    number = accrued(world.third, world.own, amount_yen=1_000_000)
    part = approved(world.own, "assignment", assignment(world.other, (number, 300_000)))
    request = submitted(world.own, "assignment", assignment(world.other, (number, None)))
    approved(world.other, "cancel_assignment", cancellation(part.lines.get().record_number))
    return request, number


CHANGED = (
    "この債権の金額が、登録したときの700,000円から1,000,000円に変わりました。"
    "金額を確かめて、登録し直してください。"
)


def test_never_more_moves_than_the_checker_saw(world: World) -> None:
    request, number = divided_and_entered(world)
    with pytest.raises(CheckFailed) as refused:
        deciding.approve(request.request_no, request.version, **by(world.own.checker))
    assert [(p.line, p.field, p.sentence) for p in refused.value.problems] == [(1, "record_number", CHANGED)]
    request.refresh_from_db()
    claim = Claim.objects.get(record_number=number)
    assert (request.state, claim.amount_yen, claim.holder) == (
        "awaiting_approval",
        1_000_000,
        world.own.company,
    )


def test_nor_if_the_rest_comes_back_between_the_check_and_the_book(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, number = divided_and_entered(world)
    monkeypatch.setattr(AssignmentOfClaims, "check", lambda typ, content, context: Checked(content))
    done = deciding.approve(request.request_no, request.version, **by(world.own.checker))
    assert [(line.state, line.error) for line in done.lines.all()] == [("refused", CHANGED)]
    claim = Claim.objects.get(record_number=number)
    assert (claim.amount_yen, claim.holder) == (1_000_000, world.own.company)


OTHER_RECORD = (
    "取り消す記録が、登録したときの「2026年11月25日の譲渡の予約（{own}から{other}へ、全額）」ではなく"
    "「2026年11月20日の譲渡記録（{third}から{own}へ）」になりました。内容を確かめて、登録し直してください。"
)


@pytest.mark.parametrize("at_the_book", [False, True])
def test_a_reservation_s_cancellation_never_takes_the_record_before_it(
    at_the_book: bool, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both companies enter the same; who comes second would lose the claim itself."""
    own, other, third = world.own, world.other, world.third
    number = accrued(trader(), third)
    approved(third, "assignment", assignment(own, (number, None)))
    approved(own, "assignment", assignment(other, (number, None), record_on=date(2026, 11, 25)))
    request = submitted(own, "cancel_assignment", cancellation(number))
    approved(other, "cancel_assignment", cancellation(number))
    sentence = OTHER_RECORD.format(own=own.company.name, other=other.company.name, third=third.company.name)
    if at_the_book:
        monkeypatch.setattr(CancelAssignment, "check", lambda typ, content, context: Checked(content))
        done = deciding.approve(request.request_no, 1, **by(own.checker))
        assert [(line.state, line.error) for line in done.lines.all()] == [("refused", sentence)]
    else:
        with pytest.raises(CheckFailed) as refused:
            deciding.approve(request.request_no, 1, **by(own.checker))
        assert [problem.sentence for problem in refused.value.problems] == [sentence]
    assert Claim.objects.get(record_number=number).holder == own.company


def test_the_checker_reads_which_record_is_cancelled(world: World) -> None:
    number = accrued(world.other, world.own)
    request = submitted(world.own, "cancel_accrual", cancellation(number))
    page = world.own.checking.page(f"/densai/requests/{request.request_no}/approve")
    assert "2026年11月20日の発生記録" in page.text


# What another company does is nobody's business.

FROM_THE_ASSIGNEE = "記録された後は、譲渡人からは取り消せません。譲受人に取消を依頼してください。"


def test_who_gave_a_claim_away_cannot_ask_what_became_of_it(world: World) -> None:
    """Held, promised to somebody, passed on, settled: the same answer."""
    first, second, third = world.own, world.other, world.third
    number = accrued(trader(), first)
    answers = []

    def ask() -> None:
        with pytest.raises(CheckFailed) as refused:
            submitted(first, "cancel_assignment", cancellation(number))
        answers.append([problem.sentence for problem in refused.value.problems])

    approved(first, "assignment", assignment(second, (number, None), with_guarantee=False))
    ask()
    later = assignment(third, (number, None), record_on=date(2026, 11, 24), with_guarantee=False)
    approved(second, "assignment", later)
    ask()
    approved(second, "cancel_assignment", cancellation(number))
    approved(second, "assignment", assignment(third, (number, None), with_guarantee=False))
    ask()
    assert answers == [[FROM_THE_ASSIGNEE]] * 3


# Nobody is left waiting without a word.


def test_who_has_approved_alone_when_two_were_needed_reads_what_to_do_when_one_is_enough(
    world: World,
) -> None:
    controls(world.own, approvals="double_any")
    request = submitted(world.own, "accrual_by_obligor", accrual(world.own, world.other))
    deciding.approve(request.request_no, 1, **by(world.own.checker))
    Member.objects.filter(pk=world.anybody.member.pk).update(status="suspended")
    controls(world.own, approvals="single")
    page = world.own.checking.page(f"/densai/requests/{request.request_no}")
    assert "だけではこの請求の承認を終えられません。" in page.text


# Nobody is stopped by how much others do.


def test_a_company_s_millionth_number_is_followed_by_others(world: World) -> None:
    Numbering.objects.create(company=world.third.company, last=999_998)
    numbers = [
        submitted(world.third, "accrual_by_obligor", accrual(world.third, world.other)).request_no
        for _ in range(3)
    ]
    assert numbers == ["20261120999999", "20261120000000", "20261120000001"]


def test_two_versions_of_two_kinds_of_lines_are_compared_at_once() -> None:
    """It took seconds on every page of such a request, before equal lines were told apart."""

    def sheet(kinds: str) -> Sheet:
        return Sheet((), ("相手先",), tuple(Row(n, (kind,)) for n, kind in enumerate(kinds, start=1)))

    begun = time.process_time()
    changes = difference.between(sheet("ab" * 250), sheet("aabb" * 125))
    assert time.process_time() - begun < 0.5
    assert len(changes) == 250


# Files of strangers.


def test_a_workbook_with_nul_in_a_cell_gets_a_sentence(world: World) -> None:
    """Excel writes it as _x0000_, which is six harmless letters until it is read."""
    answer = world.anybody.post("/densai/partners/import", {"file": workbook("ab_x0000_cd")})
    assert answer.headers["Location"] == "/densai/partners/import/preview"
    page = world.anybody.page("/densai/partners/import/preview")
    assert (page.status, "取込の実行" in page.buttons) == (200, False)
    assert "\ufffd" in page.text


def workbook(registered_name: str) -> SimpleUploadedFile:
    row = ("T00000001", registered_name, "9999", "101", "当座", "0000001")
    labels = ("利用者番号", "登録名", "金融機関コード", "支店コード", "口座種別", "口座番号")
    made, renamed = io.BytesIO(), io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        for line, texts in enumerate((labels, row)):
            for place, text in enumerate(texts):
                sheet.write_string(line, place, "NAME" if text == registered_name else text)
    with zipfile.ZipFile(made) as before, zipfile.ZipFile(renamed, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"NAME", registered_name.encode()))
    return SimpleUploadedFile("torihikisaki.xlsx", renamed.getvalue())
