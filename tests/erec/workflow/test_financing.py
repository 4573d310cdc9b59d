"""割引申込 and 譲渡担保申込: entering, the institution's answer, and what each leaves."""

import pytest

from erec.claims.models import Claim
from erec.workflow.models import ClaimInUse, Request
from tests.erec.workflow.cast_financing import accepted, asked_for_discount, balance, executed, moved_to, standing, WISHED

pytestmark = pytest.mark.django_db


def test_smoke() -> None:
    own, application = asked_for_discount()
    before = balance(application.account)
    assert standing(application) == ("asked", ["asked"])
    accepted(application, 990_000)
    assert standing(application) == ("accepted", ["accepted"])
    moved_to(WISHED)
    assert standing(application) == ("executed", ["assigned"])
    assert balance(application.account) - before == 990_000
