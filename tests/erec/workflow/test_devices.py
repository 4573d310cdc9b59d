"""Maker and checker on one certificate or one browser; whose work a version is; a certificate's first day."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from accounts.origin import Origin
from certs import device
from erec.trail.models import Entry
from erec.workflow.actions import deciding, entering
from erec.workflow.errors import CertificateTooNew, OwnEntry, SameDevice
from erec.workflow.models import Decision, Request, Version
from erec.workflow.queue import approvable_by
from tests import cast
from tests.erec.members.cast_members import APPROVAL
from tests.erec.workflow import cast_workflow as w
from tests.erec.workflow.cast_desk import Desk, controls, desk, kept
from tests.erec.workflow.cast_workflow import Trader, by, person, trader, typed

pytestmark = pytest.mark.django_db

TYPE = "accrual_by_obligor"
HERE = replace(cast.ORIGIN, certificate="aa", device="1" * 32)
THERE = replace(cast.ORIGIN, certificate="bb", device="2" * 32)


def entered(a: Trader, origin: Origin = HERE) -> Request:
    return entering.submit(typed(TYPE, w.accrual(a, trader())), **{**by(a.maker), "origin": origin})


def approve(request: Request, member: Any, origin: Origin = THERE) -> Request:
    return deciding.approve(request.request_no, request.version, **{**by(member), "origin": origin})


@pytest.mark.parametrize(
    ("origin", "same"),
    [
        (THERE, ""),
        (replace(THERE, device=HERE.device), "仮登録と同じ端末"),
        (replace(THERE, certificate=HERE.certificate), "仮登録と同じ証明書"),
        (HERE, "仮登録と同じ証明書・端末"),
        (replace(THERE, certificate="", device=""), ""),
    ],
)
def test_what_is_the_same_is_kept_with_the_approval_and_in_the_trail(origin: Origin, same: str) -> None:
    a = trader()
    request = entered(a)
    version = Version.objects.get()
    assert (version.certificate, version.device, version.made_on) == ("aa", "1" * 32, w.TODAY)
    assert approve(request, a.checker, origin).state == "recorded"
    decision = Decision.objects.get()
    assert (decision.certificate, decision.device, decision.same) == (
        origin.certificate,
        origin.device,
        same,
    )
    assert Entry.objects.get(event="request.approved").detail["same"] == same


def test_where_it_is_refused_nothing_changes_and_another_machine_may() -> None:
    a = trader()
    controls(a, same_device="refuse")
    request = entered(a)
    before = kept()
    with pytest.raises(SameDevice) as refused:
        approve(request, a.checker, HERE)
    assert kept() == before
    assert refused.value.sentence == (
        "仮登録と同じ証明書・端末からは、承認できない設定です。何も変わっていません。"
        "ほかの承認者に、その人の端末から承認してもらってください。"
    )
    assert approve(request, a.checker).state == "recorded"


def test_two_checkers_at_one_browser_are_refused_too() -> None:
    a = trader()
    second = person(a.company, *w.CHECKS)
    controls(a, same_device="refuse", approvals="double_any")
    request = entered(a)
    approve(request, a.checker)
    with pytest.raises(SameDevice) as refused:
        approve(request, second, replace(THERE, certificate="cc"))
    assert refused.value.sentence.startswith("1人目の承認と同じ端末からは")


@pytest.fixture
def own() -> Desk:
    return desk()


def marked(person_: cast.Person) -> str:
    return str(person_.client.cookies[device.COOKIE].value)


def test_each_browser_keeps_a_mark_of_its_own_and_what_is_none_is_replaced(own: Desk) -> None:
    client = own.checking.person.client
    morsel = client.cookies[device.COOKIE]
    assert (morsel["secure"], morsel["httponly"], morsel["samesite"], morsel["path"]) == (
        True,
        True,
        "Strict",
        "/",
    )
    kept_mark = marked(own.checking.person)
    assert (len(kept_mark), kept_mark != marked(own.making.person)) == (32, True)
    assert device.COOKIE not in own.checking.get("/densai").cookies
    client.cookies[device.COOKIE] = "<script>"
    own.checking.get("/densai")
    assert len(marked(own.checking.person)) == 32


def test_the_checker_sees_that_the_maker_sat_at_his_browser(own: Desk) -> None:
    here = replace(cast.ORIGIN, device=device.name_of(marked(own.checking.person)))
    request = entered(own, here)
    path = f"/densai/requests/{request.request_no}"
    assert "お使いの環境は、仮登録と同じ端末です。" in own.checking.page(f"{path}/approve").text
    many = own.checking.page("/densai/requests/approve", {"item": f"{request.request_no}:1"})
    assert "お使いの環境は、仮登録と同じ端末です。" in many.text
    done = own.checking.page(f"{path}/approve", {"version": "1", "approval_password": APPROVAL})
    assert "仮登録と同じ端末" in done.text
    assert Decision.objects.get().same == "仮登録と同じ端末"


def test_who_approves_his_own_entry_at_his_own_machine_is_told_nothing(own: Desk) -> None:
    both = own.also(*w.MAKES, *w.CHECKS)
    here = replace(cast.ORIGIN, device=device.name_of(marked(both.person)))
    request = entering.submit(typed(TYPE, w.accrual(own, trader())), **{**by(both.member), "origin": here})
    path = f"/densai/requests/{request.request_no}/approve"
    assert "お使いの環境は" not in both.page(path).text
    both.page(path, {"version": "1", "approval_password": APPROVAL})
    assert Decision.objects.get().same == "仮登録と同じ端末"  # and it is kept all the same


def test_whoever_touched_it_since_it_was_sent_back_is_its_maker() -> None:
    a = trader()
    both = person(a.company, *w.MAKES, *w.CHECKS)
    controls(a, own_approval_refused=True)
    b = trader()
    request = entering.submit(typed(TYPE, w.accrual(a, b, amount_yen=9)), **by(both))
    mended = mend(request, a, b, 10, a.maker)
    before = kept()
    with pytest.raises(OwnEntry):
        approve(mended, both)
    assert kept() == before
    assert not approvable_by(both, frozenset(w.CHECKS)).exists()
    deciding.send_back(mended.request_no, 2, **by(a.checker))
    anew = mend(mended, a, b, 11, a.maker)
    assert approvable_by(both, frozenset(w.CHECKS)).get() == anew
    assert approve(anew, both).state == "recorded"


def test_the_same_content_is_still_its_first_makers_after_it_was_sent_back() -> None:
    a, b = trader(), trader()
    both = person(a.company, *w.MAKES, *w.CHECKS)
    controls(a, own_approval_refused=True)
    request = entering.submit(typed(TYPE, w.accrual(a, b)), **by(both))
    deciding.send_back(request.request_no, 1, **by(a.checker))
    anew = mend(request, a, b, 1_000_000, a.maker)
    before = kept()
    with pytest.raises(OwnEntry):
        approve(anew, both)
    assert kept() == before
    assert not approvable_by(both, frozenset(w.CHECKS)).exists()


def mend(request: Request, a: Trader, b: Trader, amount_yen: int, member: Any) -> Request:
    entry = typed(
        TYPE,
        w.accrual(a, b, amount_yen=amount_yen),
        request_no=request.request_no,
        version=request.version,
    )
    return entering.submit(entry, **by(member))


def test_a_certificate_on_its_first_day_approves_nothing_in_the_act_itself() -> None:
    a = trader()
    request = entered(a)
    young = replace(THERE, approves_from=cast.AT + timedelta(seconds=1))
    before = kept()
    with pytest.raises(CertificateTooNew):
        approve(request, a.checker, young)
    assert kept() == before
    assert approve(request, a.checker, replace(young, approves_from=cast.AT)).state == "recorded"
