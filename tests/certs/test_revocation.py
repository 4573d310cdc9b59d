"""失効: by whom, with what effect, and when."""

import pytest

from accounts.errors import NotAllowed
from accounts.models import UserSession
from certs.actions.people import resume_user, suspend_user
from certs.actions.revocation import revoke
from certs.errors import NothingToDo
from certs.models import ClientCertificate, RevocationReason
from erec.trail.models import Outbox
from tests import cast

pytestmark = pytest.mark.django_db
LOST = RevocationReason.KEY_COMPROMISE


def people() -> dict[str, cast.Person]:
    """Two masters and a general user of one company, and a master of another."""
    company, (one, two) = cast.company(masters=2)
    return {
        "master": cast.fetched(one.user),
        "other master": cast.fetched(two.user),
        "general": cast.fetched(cast.general(company)),
        "foreigner": cast.master(),
    }


# The master for everybody of the company (a lost machine must not wait), everybody for himself.
MAY = [
    ("master", "general", True),
    ("master", "master", True),
    ("master", "other master", True),
    ("master", "foreigner", False),
    ("general", "general", True),
    ("general", "master", False),
    ("foreigner", "general", False),
    ("institution", "master", True),
    ("institution", "general", True),
]


@pytest.mark.parametrize(("who", "whose", "may"), MAY)
def test_who_may_revoke_whose(who: str, whose: str, may: bool) -> None:
    cast_ = people()
    acting = cast_[who].user if who in cast_ else None
    certificate = cast_[whose].certificate
    mails = Outbox.objects.count()
    if may:
        revoke(certificate, LOST, acting_user=acting, at=cast.AT, origin=cast.ORIGIN)
        assert ClientCertificate.everyone.get(pk=certificate.pk).revoked_at == cast.AT
    else:
        with pytest.raises(NotAllowed):
            revoke(certificate, LOST, acting_user=acting, at=cast.AT, origin=cast.ORIGIN)
        assert ClientCertificate.everyone.get(pk=certificate.pk).revoked_at is None
        assert Outbox.objects.count() == mails


def test_a_revocation_takes_effect_at_the_next_click() -> None:
    person = cast.master()
    person.log_in()
    assert person.client.get("/services").status_code == 200
    revoke(person.certificate, LOST, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    refused = person.client.get("/services")
    assert refused.status_code == 403
    assert "電子証明書は失効しています" in refused.content.decode()
    assert UserSession.objects.get(user=person.user).ended_because == "stopped"


def test_revoking_another_certificate_leaves_the_session_of_this_one() -> None:
    person = cast.master()
    second = cast.fetched(person.user)
    person.log_in()
    revoke(second.certificate, LOST, acting_user=person.user, at=cast.AT, origin=cast.ORIGIN)
    assert person.client.get("/services").status_code == 200


def test_twice_is_refused_and_the_first_reason_stays() -> None:
    person = cast.master()
    revoke(person.certificate, LOST, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    with pytest.raises(NothingToDo):
        revoke(
            person.certificate, RevocationReason.CESSATION, acting_user=None, at=cast.AT, origin=cast.ORIGIN
        )
    assert ClientCertificate.everyone.get(pk=person.certificate.pk).revocation_reason == "keyCompromise"


def test_the_owner_stops_a_lost_machine_on_the_page_after_being_asked() -> None:
    person = cast.master()
    lost = cast.fetched(person.user)
    person.log_in()
    page = f"/certificates/{lost.certificate.serial}/stop"
    assert "元に戻せません" in person.client.get(page).content.decode()
    assert ClientCertificate.everyone.get(pk=lost.certificate.pk).revoked_at is None
    assert person.client.post(page).headers["Location"] == "/certificates"
    assert ClientCertificate.everyone.get(pk=lost.certificate.pk).revocation_reason == "keyCompromise"
    assert lost.client.get("/login").status_code == 403


def test_another_persons_certificate_is_not_found_on_that_page() -> None:
    cast_ = people()
    cast_["general"].log_in()
    page = f"/certificates/{cast_['master'].certificate.serial}/stop"
    assert cast_["general"].client.get(page).status_code == 404
    assert cast_["general"].client.post(page).status_code == 404
    assert ClientCertificate.everyone.get(pk=cast_["master"].certificate.pk).revoked_at is None


def test_a_resumed_person_needs_a_new_certificate() -> None:
    person = cast.master()
    suspend_user(person.user, LOST, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    resume_user(person.user, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    refused = person.client.get("/login")
    assert "電子証明書は失効しています" in refused.content.decode()
    assert cast.fetched(person.user).client.get("/login").status_code == 200
