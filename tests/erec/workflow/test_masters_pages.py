"""A master's acts on their own pages while they wait: entered, approved by the other, and never alone."""

import re
from typing import Any

import pytest
from django.urls import reverse

from accounts import seen
from accounts.models import User
from certs import access as certs
from certs.actions.fetching import fetch
from certs.models import ClientCertificate, Issue
from erec.members.actions.refresh import differences
from erec.members.models import BusinessRight, Member
from erec.trail.models import Outbox
from erec.workflow.models import Controls, Request
from tests import cast
from tests.erec.members import cast_members
from tests.erec.members.cast_members import APPROVAL, enter
from tests.erec.workflow.cast_masters import Office, office, user_of
from tests.erec.workflow.test_masters import standing
from tests.portal import Page, go

pytestmark = pytest.mark.django_db


def entered(here: Office, *members: Member) -> None:
    for member in members:
        enter(here.person(member), member)


def page(here: Office, member: Member, path: str, sent: dict[str, Any] | None = None) -> Page:
    return go(here.person(member).client, path, sent)


def waiting(here: Office) -> Request:
    return Request.objects.get(company=here.company, state="awaiting_approval")


def approved_by_page(here: Office, member: Member, request: Request) -> Page:
    at = f"/densai/requests/{request.request_no}/approve"
    sent = {"version": "1", "comment": "", "approval_password": APPROVAL}
    return page(here, member, at, sent)


def test_changed_rights_wait_for_the_other_master() -> None:
    here = office()
    entered(here, here.first, here.second)
    rights = f"/densai/users/{here.clerk.login_id}/rights"
    shown = page(here, here.first, rights, {"version": "0", "right": ["inquiry:利用"]})
    assert "ほかのマスターユーザの承認が必要です" in shown.text
    before = standing()
    after = page(here, here.first, f"{rights}/confirm", {**shown.hidden, "approval_password": APPROVAL})
    assert "仮登録しました。" in after.text
    assert standing()["rights"] == before["rights"]
    request = waiting(here)
    assert request.partner_name == f"権限変更：{here.clerk.name}（{here.clerk.login_id}）"
    refused = page(here, here.first, f"/densai/requests/{request.request_no}/approve")
    assert refused.status == 403
    seen_by_other = page(here, here.second, f"/densai/requests/{request.request_no}/approve")
    assert "債権情報照会（開示）" in seen_by_other.text
    done = approved_by_page(here, here.second, request)
    assert "承認しました。" in done.text
    assert list(BusinessRight.objects.filter(member=here.clerk).values_list("business", "tick")) == [
        ("inquiry", "利用")
    ]
