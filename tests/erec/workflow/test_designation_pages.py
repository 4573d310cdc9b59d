"""The pages of 指定許可管理: the list, the form with its ticks, and what others may not see."""

import csv
import io
from typing import Any

import pytest

from erec.members.catalogue import Tick
from erec.partners.models import Designation, GroupMember, Partner, PartnerGroup
from erec.partners.policy import Area
from erec.workflow.forms.designation import DesignationEntry
from erec.workflow.models import Request, WorkingCopy
from tests import cast
from tests.erec.workflow.cast_designation import chooses, takes
from tests.erec.workflow.cast_pages import errors, opened, person_of, sent, submitted
from tests.erec.workflow.cast_workflow import Trader, trader
from tests.portal import Page, go

pytestmark = pytest.mark.django_db

LIST, CHANGE, TYPE = "/densai/designations", "/densai/designations/change", "designation"
MAKER, CHECKER = ("designated", Tick.MAKER), ("designated", Tick.CHECKER)


@pytest.fixture
def own() -> Trader:
    found = trader()
    chooses(found.company)
    return found


@pytest.fixture
def maker(own: Trader) -> cast.Person:
    return person_of(own, MAKER)


def line(partner: Trader, *areas: Area, n: int = 0) -> dict[str, str]:
    fields: dict[str, Any] = {**partner.as_partner(), **dict.fromkeys(areas, "on")}
    return {f"l{n}-{name}": value for name, value in fields.items()}


def ticked(page: Page) -> list[str]:
    return [name for name, found in page.inputs.items() if found["checked"]]


def ids(own: Trader) -> list[str]:
    return [str(pk) for pk in Designation.objects.filter(company=own.company).values_list("pk", flat=True)]


def test_a_maker_registers_and_the_confirmation_says_what_will_hold(own: Trader, maker: cast.Person) -> None:
    other = trader()
    page = sent(opened(maker, TYPE), line(other, Area.CHANGE, Area.ASSIGNMENT))
    assert "今の許可 承認後の許可" in page.text
    assert "なし 譲渡記録、変更記録" in page.text
    name = own.company.name
    assert f"{name}が、{other.company.name}からの請求を、選んだ業務区分だけ受け付けます。" in page.text
    assert submitted(page).status_code == 302
    request = Request.objects.get()
    assert (request.type, request.business, request.state) == (TYPE, "designated", "awaiting_approval")
    assert request.versions.get().content["lines"][0]["areas"] == ["assignment", "change"]


def test_the_ticked_ones_come_into_the_form_as_they_are_registered(own: Trader, maker: cast.Person) -> None:
    first, second = trader(), trader()
    takes(own, first, Area.CHANGE)
    takes(own, second, Area.PAYMENT, Area.ASSIGNMENT)
    answer = maker.client.post(CHANGE, {"designation": ids(own)})
    page = go(maker.client, answer.headers["Location"])
    assert ticked(page) == ["id_l0-change", "id_l1-assignment", "id_l1-payment"]
    assert "今の許可：譲渡記録、支払等記録" in page.text
    # All ticks off takes the counterpart out.
    gone = sent(page, {**line(first), **line(second, Area.PAYMENT, n=1)})
    assert "変更記録 なし" in gone.text
    assert f"{own.company.name}が、{first.company.name}からの請求の許可を取り消します。" in gone.text


def test_another_companys_registrations_are_not_taken_into_the_form(own: Trader, maker: cast.Person) -> None:
    stranger, other = trader(), trader()
    takes(stranger, other, Area.CHANGE)
    answer = maker.client.post(CHANGE, {"designation": ids(stranger)})
    assert answer.headers["Location"] == f"/densai/requests/new/{TYPE}"
    assert not WorkingCopy.objects.exists()


def test_what_is_wrong_stands_at_its_line_and_nothing_typed_is_lost(own: Trader, maker: cast.Person) -> None:
    other = trader()
    page = sent(opened(maker, TYPE), {**line(own, Area.CHANGE), **line(other, n=1)})
    page = go(maker.client, page.path) if page.status == 302 else page
    assert errors(page) == {
        "l0-user_number": "相手先に、自社は指定できません。",
        "l1-user_number": "許可する業務区分を、1つ以上選んでください。",
    }
    assert ticked(page) == ["id_l0-change"]
    assert not Request.objects.exists()


def test_a_draft_keeps_its_ticks(own: Trader, maker: cast.Person) -> None:
    half = {"l0-user_number": "T0", "l0-assignment": "on"}
    page = sent(opened(maker, TYPE), half, press="draft")
    assert page.status == 200, page.text
    assert (page.path.split("?")[0], "一時保存しました" in page.text) == (LIST, True)
    draft = Request.objects.get()
    page = opened(maker, TYPE, f"?from={draft.request_no}")
    assert page.inputs["id_l0-user_number"]["value"] == "T0"
    assert ticked(page) == ["id_l0-assignment"]


def test_lines_are_added_and_partners_chosen_without_a_script(own: Trader, maker: cast.Person) -> None:
    other = trader()
    partner = Partner.objects.create(
        company=own.company, name="見本", checked_at=cast.AT, changed_at=cast.AT, **other.as_partner()
    )
    page = sent(opened(maker, TYPE), line(other, Area.CHANGE), press="add-1")
    assert "id_l1-user_number" in page.inputs
    assert ticked(page) == ["id_l0-change"]
    group = PartnerGroup.objects.create(company=own.company, name="毎月", changed_at=cast.AT)
    GroupMember.objects.create(company=own.company, group=group, partner=partner, amount_yen=500)
    chosen = sent(page, {}, press="partners")
    page = go(maker.client, chosen.path, {**chosen.hidden, "group": str(group.pk)})
    assert page.inputs["id_l0-user_number"]["value"] == other.company.user_number
    assert ticked(page) == []


@pytest.mark.parametrize("grants", [(MAKER,), (CHECKER,)], ids=["maker", "checker"])
def test_the_list_shows_whom_and_what_and_only_a_maker_may_begin(own: Trader, grants: Any) -> None:
    other = trader()
    takes(own, other, Area.ASSIGNMENT, Area.ACCRUAL_BY_OBLIGOR)
    page = go(person_of(own, *grants).client, LIST)
    assert f"{other.company.name} {other.company.user_number}" in page.text
    assert "発生記録（債務者請求）、譲渡記録" in page.text
    assert ("選んだ相手先の許可を変更" in page.buttons) == (grants == (MAKER,))


def test_the_list_is_found_by_name_and_number_and_leaves_as_a_file(own: Trader, maker: cast.Person) -> None:
    first, second = trader(), trader()
    takes(own, first, Area.CHANGE)
    takes(own, second, Area.PAYMENT)
    answer = maker.client.get(LIST, {"q": second.company.user_number, "file": "csv"})
    table = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    account = second.account
    assert [row[:7] for row in table] == [
        ["相手先", "利用者番号", "金融機関コード", "支店コード", "口座種別", "口座番号", "業務区分"],
        [
            *(second.company.name, second.company.user_number, "9999", "101", "当座"),
            *(account.number, "支払等記録"),
        ],
    ]


def test_others_registrations_are_never_in_the_list(own: Trader, maker: cast.Person) -> None:
    stranger, other = trader(), trader()
    takes(stranger, other, Area.CHANGE)
    page = go(maker.client, LIST)
    assert other.company.name not in page.text
    assert "まだ1件も登録していないため、どの相手先からの請求も受け付けません。" in page.text


def test_without_the_contract_the_page_says_how_to_get_it() -> None:
    page: Page = go(person_of(trader(), MAKER).client, LIST)
    assert "指定許可機能は、利用していません。" in page.text


def test_the_businesss_address_leads_to_its_page(own: Trader, maker: cast.Person) -> None:
    answer = maker.client.get("/densai/business/designated?saved=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?saved=1")


def test_who_has_no_right_is_refused_and_changes_nothing(own: Trader) -> None:
    clerk = person_of(own, ("accrual", Tick.MAKER))
    takes(own, trader(), Area.CHANGE)
    assert clerk.client.get(LIST).status_code == 403
    assert clerk.client.post(CHANGE, {"designation": ids(own)}).status_code == 403
    assert clerk.client.get(f"/densai/requests/new/{TYPE}").status_code == 403
    assert not WorkingCopy.objects.exists()


def test_no_more_lines_than_a_request_may_have() -> None:
    assert DesignationEntry.lines_max() == 100
