"""Who trades here, attacked by who trades here: a thief, a clumsy colleague, a competitor with a login."""

import copy
import io
import re
import time
import zipfile
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from xlsxwriter import Workbook

from erec.claims.models import Claim, Holding
from erec.doors import CERT, URLCONFS
from erec.members.catalogue import EVERY_GRANT
from erec.members.models import Member
from erec.notices.models import Notice
from erec.workflow import difference
from erec.workflow.actions import deciding, keeping
from erec.workflow.errors import CheckFailed
from erec.workflow.forms import tokens
from erec.workflow.forms.base import Texts
from erec.workflow.models import Demand, Numbering, Request, WorkingCopy
from erec.workflow.types.assignment import AssignmentOfClaims
from erec.workflow.types.base import Checked, Row, Sheet
from erec.workflow.types.cancellation import CancelAssignment
from tests import cast
from tests.erec.partners.cast_partners import Keeper
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
from tests.security import walk
from tests.security.walk import Url


class World:
    """A company at its browsers, with a colleague who may do everything, and a company to trade with."""

    def __init__(self) -> None:
        self.own: Desk = desk()
        self.anybody: Someone = self.own.also(*EVERY_GRANT)
        self.other: Trader = trader()
        self.third: Desk = desk()
        self.competitor: Someone = self.third.also(*EVERY_GRANT)
        self.anybody.person.client.raise_request_exception = False
        self.cookies = copy.deepcopy(self.anybody.person.client.cookies)
        self.values = {**walk.SOMETHING, **self._rows(), **self._typing()}

    def _rows(self) -> dict[str, str]:
        """What the company has, as it stands in addresses."""
        number = accrued(self.other, self.own)
        waiting = submitted(self.own, "assignment", assignment(self.other, (number, None)))
        approved(self.other, "accrual_by_obligee", accrual(self.other, self.own))
        keeper = Keeper(self.anybody.person, self.anybody.member)
        partner = keeper.adds(self.other.company)
        return {
            "login_id": self.own.maker.login_id,
            "name": "accrual",
            "notice": Notice.objects.filter(company=self.own.company)[0].code,
            "record_number": number,
            "partner": str(partner.pk),
            "group": str(keeper.groups("毎月", partner).pk),
            "request_no": waiting.request_no,
            "demand_no": Demand.objects.get(company=self.own.company).demand_no,
        }

    def _typing(self) -> dict[str, str]:
        """A form that is kept, filled in as it should be."""
        token = tokens.new(self.anybody.member)
        texts = Texts(shared(self.own), [{k.partition("-")[2]: v for k, v in line(self.other).items()}])
        keeping.keep(
            token, "accrual_by_obligor", texts.to_json(), acting_user=self.anybody.person.user, at=cast.AT
        )
        return {"token": token}


@pytest.fixture(scope="module")
def made(shared_rows: None) -> World:
    return World()


@pytest.fixture
def world(made: World, untouched: None) -> World:
    """Everybody in the service, whatever the test before has pressed."""
    made.anybody.person.client.cookies = copy.deepcopy(made.cookies)
    return made


# What nobody types, in every value that a page sends back by itself.

NUL, LONG = "\0", "9" * 5_000
HOSTILE = (
    *(NUL, LONG, "-1", "0", "", " ", "１２", "٣", "²", "1e9", "1_000", "0x1", "9999-12-31", "0001-01-01"),
    *("'\"><script>", "=1+1", "a\r\nSet-Cookie: x", "\u202e😀", "%00", "{{7*7}}", "../..", "電" * 3_000),
)
# Names that views read without a form, and names of lines.
READ_BARE = (
    *("go", "step", "choose", "group", "pasted", "all_due_on", "newest", "digest", "token", "type"),
    *("request_no", "version", "member", "candidate", "seen", "words", "item", "fill", "both"),
    *("l0-amount_yen", "l0-user_number", "l0-due_on", "l0-kind", "l0-record_number", "l998-number"),
)
READ_FROM_ADDRESSES = ("after", "sort", "file", "all", "done", "saved", "from", "claims", "partners", "q")
GO = (
    *("keep", "draft", "confirm", "paste", "dues", "partners", "claims", "add-9999", "remove-0", "rebase"),
    *("detach", "back", "submit", "find", "take", "drop:x", "save", "mend", "bank:", "branches", "banks"),
)
LEAVING = ("densai-enter", "densai-leave", "densai-left")
SERVICE = [url for url in walk.urls(CERT) if url.path(**walk.SOMETHING).startswith("/densai")]
STAYING = [url for url in SERVICE if url.name not in LEAVING]


def names() -> list[str]:
    """Of every field of every form, and what is read besides."""
    fields = {name for form in walk.every_form() for name in form.base_fields}
    return sorted({*fields, *READ_BARE, *READ_FROM_ADDRESSES} - {"approval_password"})


@pytest.mark.parametrize("url", STAYING, ids=str)
def test_no_page_fails_whatever_is_sent(url: Url, world: World) -> None:
    """Each name gets each kind of text in turn; never a 500, and nobody else's row is moved."""
    path, sent = url.path(**world.values), names()
    others = theirs(world)
    for turn in range(0, len(HOSTILE), 10):
        texts = {name: HOSTILE[(n + turn) % len(HOSTILE)] for n, name in enumerate(sent)}
        answer = world.anybody.post(path, texts)
        assert (turn, answer.status_code < 500) == (turn, True)
        told = {name: text for name, text in texts.items() if NUL not in text and len(text) < 9}
        answer = world.anybody.get(f"{path}?{urlencode(told)}")
        assert (turn, answer.status_code < 500) == (turn, True)
        assert "<script>" not in b"".join(answer).decode().partition("<main")[2]
    assert theirs(world) == others
    assert world.anybody.get("/densai").status_code == 200


BUTTONS = ("request-entry", "request-confirm", "partners-new", "partners-group")


@pytest.mark.parametrize("url", [url for url in STAYING if url.name in BUTTONS], ids=str)
def test_no_button_fails_whatever_is_sent_with_it(url: Url, world: World) -> None:
    for turn, go in enumerate(GO):
        texts = {name: HOSTILE[(place + turn) % len(HOSTILE)] for place, name in enumerate(names())}
        answer = world.anybody.post(url.path(**world.values), {**texts, "go": go, "step": go})
        assert (go, answer.status_code < 500) == (go, True)


def theirs(world: World) -> list[Any]:
    """What the other companies have."""
    other = {"company__in": [world.other.company, world.third.company]}
    return [list(m.objects.filter(**other).order_by("pk").values_list()) for m in (Request, Demand, Holding)]


def test_nul_in_what_no_field_reads_is_no_failure(world: World) -> None:
    page = opened(world.anybody.person, "assignment")
    world.anybody.post(page.action, {**page.hidden, "go": "keep"})
    before = kept(), list(WorkingCopy.objects.exclude(token=token_of(page)).values_list())
    new = opened(world.anybody.person)
    answers = [
        world.anybody.post(new.action, {**new.hidden, "go": "keep", "request_no": NUL, "version": "1"}),
        world.anybody.post(f"{page.action}/claims", {"choose": [NUL, f"T{NUL}"]}),
        world.anybody.post("/densai/notices/read", {"newest": NUL}),
    ]
    assert [answer.status_code for answer in answers] == [404, 302, 302]
    assert (kept(), list(WorkingCopy.objects.exclude(token=token_of(page)).values_list())) == before


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


MASTERS_ONLY = {"masters-code"}  # the same 403 to everybody else, before any row is looked for
ROWS = {"request_no", "record_number", "demand_no", "notice", "partner", "group", "token"}
NOBODY_S = {
    "request_no": "20261120999999",
    "record_number": "T9999999999999999999",
    "demand_no": "20261120999999",
    "notice": "0123456789abcdef",
    "partner": "999999",
    "group": "999999",
    "token": "x" * 38,
}


@pytest.mark.parametrize("url", [url for url in SERVICE if ROWS & {*url.converters}], ids=str)
def test_to_a_competitor_with_every_right_others_rows_are_as_if_there_were_none(
    url: Url, world: World
) -> None:
    """Not only 404: the same page, but for what he typed into the address himself."""
    before = kept()
    for ask in (
        world.competitor.get,
        lambda path: world.competitor.post(path, {"version": "1", "seen": "on"}),
    ):
        pages = []
        for values in (world.values, {**world.values, **NOBODY_S}):
            answer = ask(url.path(**values))
            assert answer.status_code in ((403,) if url.name in MASTERS_ONLY else (404, 405))
            pages.append(UNIQUE.sub("", answer.content.decode().replace(url.path(**values), "")))
        assert pages[0] == pages[1]
    assert kept() == before


UNIQUE = re.compile(r'csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[0-9a-f]{32}')
LISTS = (
    "requests",
    "requests-awaiting",
    "requests-mending",
    "demands",
    "claims",
    "trades",
    "partners",
    "notices",
)


@pytest.mark.parametrize("name", LISTS)
def test_no_list_and_no_file_shows_a_competitor_another_company(name: str, world: World) -> None:
    path = reverse(name, urlconf=URLCONFS[CERT])
    hidden = [world.own.company.name, world.other.company.name, world.values["record_number"]]
    for query in ("", "?file=csv", "?state=all", "?all=1"):
        seen = b"".join(world.competitor.get(path + query)).decode()
        assert [word for word in hidden if word in seen] == []
    shown = b"".join(world.anybody.get(f"{path}?file=csv")).decode()
    assert (name, any(word in shown for word in hidden)) == (name, name not in ("requests-mending",))


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
