"""Every certificate that does not open the cert door, one fault each: its page, its event, and no session.

Also whose session goes on with which certificate.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from accounts.actions.companies import stop_company
from accounts.models import LoginRecord, User, UserSession
from certs.actions.people import suspend_user
from certs.actions.revocation import revoke
from certs.authority import authority
from certs.models import ClientCertificate, RevocationReason
from certs.pki import authority as pki
from certs.pki import fields, profile
from certs.policy import REFUSALS, Refusal
from erec.doors import CERT
from erec.trail.models import Entry
from tests import cast

DAY = dt.timedelta(days=1)
FOREIGN_PASSPHRASE = "the passphrase of another authority"
SESSION = "__Host-erec-cert-session"


@dataclass
class Shown:
    """What the proxy says of one connection, and when it was."""

    pem: str
    verify: str = ""
    at: dt.datetime = cast.AT


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def ours(public_key: ec.EllipticCurvePublicKey, login_id: str) -> x509.Certificate:
    return profile.client_certificate(
        authority(), public_key, login_id=login_id, not_before=cast.AT, not_after=cast.AT + 365 * DAY
    )


def nothing(person: cast.Person, folder: Path) -> Shown:
    return Shown("")


def text_that_is_no_certificate(person: cast.Person, folder: Path) -> Shown:
    return Shown("証明書です", verify="SUCCESS")


def half_a_certificate(person: cast.Person, folder: Path) -> Shown:
    return Shown(person.certificate.pem[:300])


def nothing_inside(person: cast.Person, folder: Path) -> Shown:
    return Shown("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")


def foreign_authority_with_the_same_names(person: cast.Person, folder: Path) -> Shown:
    """All names are ours, the key of the issuer is not."""
    organization = fields.organization_of(authority().root)
    pki.create_authority(
        folder / "pki", FOREIGN_PASSPHRASE, organization=organization, pki_url=authority().pki_url, at=cast.AT
    )
    foreign = pki.open_authority(folder / "pki", FOREIGN_PASSPHRASE)
    assert foreign.issuing.certificate.subject == authority().issuing.certificate.subject
    made = profile.client_certificate(
        foreign,
        person.key.public_key(),
        login_id=person.user.login_id,
        not_before=cast.AT,
        not_after=cast.AT + DAY,
    )
    return Shown(pem_of(made))


def forged_signature(person: cast.Person, folder: Path) -> Shown:
    """A copy of the real one, key identifiers too, signed by whoever had no key of ours."""
    real = x509.load_pem_x509_certificate(person.certificate.pem.encode())
    builder = fields.base(
        real.subject,
        person.key.public_key(),
        real.issuer,
        real.not_valid_before_utc,
        real.not_valid_after_utc,
    )
    for extension in real.extensions:
        if not isinstance(extension.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(extension.value, critical=extension.critical)
    return Shown(pem_of(builder.sign(cast.new_key(), hashes.SHA256())))


def self_signed(person: cast.Person, folder: Path) -> Shown:
    name = fields.name("だれか", person.user.login_id)
    builder = fields.base(name, person.key.public_key(), name, cast.AT, cast.AT + DAY)
    return Shown(pem_of(builder.sign(person.key, hashes.SHA256())))


def server_certificate_of_ours(person: cast.Person, folder: Path) -> Shown:
    issuer = authority().issuing.certificate
    name = fields.name(fields.organization_of(issuer), person.user.login_id)
    builder = (
        fields.base(name, person.key.public_key(), issuer.subject, cast.AT, cast.AT + DAY)
        .add_extension(fields.key_usage("digital_signature"), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(fields.issuer_identifier(issuer), critical=False)
    )
    return Shown(pem_of(authority().issuing.sign_certificate(builder)))


def our_own_responder(person: cast.Person, folder: Path) -> Shown:
    return Shown(pem_of(authority().ocsp.certificate))


def our_own_issuing_authority(person: cast.Person, folder: Path) -> Shown:
    return Shown(pem_of(authority().issuing.certificate))


def one_second_after_its_end(person: cast.Person, folder: Path) -> Shown:
    return Shown(person.certificate.pem, at=person.certificate.not_after + dt.timedelta(seconds=1))


def one_second_before_its_beginning(person: cast.Person, folder: Path) -> Shown:
    return Shown(person.certificate.pem, at=person.certificate.not_before - dt.timedelta(seconds=1))


def revoked(person: cast.Person, folder: Path) -> Shown:
    revoke(
        person.certificate, RevocationReason.KEY_COMPROMISE, acting_user=None, at=cast.AT, origin=cast.ORIGIN
    )
    return Shown(person.certificate.pem)


def never_issued(person: cast.Person, folder: Path) -> Shown:
    """Signed by our key and in no table: the signer was copied, or an old backup was restored."""
    return Shown(pem_of(ours(person.key.public_key(), person.user.login_id)))


def for_an_id_that_nobody_has(person: cast.Person, folder: Path) -> Shown:
    return Shown(pem_of(ours(person.key.public_key(), "d-nobody999")))


def other_owner(person: cast.Person, folder: Path) -> Shown:
    other = cast.master()
    ClientCertificate.everyone.filter(pk=person.certificate.pk).update(user=other.user)
    return Shown(person.certificate.pem)


def user_suspended(person: cast.Person, folder: Path) -> Shown:
    suspend_user(person.user, RevocationReason.CESSATION, acting_user=None, at=cast.AT, origin=cast.ORIGIN)
    return Shown(person.certificate.pem)


def user_deleted(person: cast.Person, folder: Path) -> Shown:
    User.objects.filter(pk=person.user.pk).update(status=User.Status.DELETED)
    return Shown(person.certificate.pem)


def company_stopped(person: cast.Person, folder: Path) -> Shown:
    stop_company(person.user.company, because="解約", at=cast.AT, origin=cast.ORIGIN)
    return Shown(person.certificate.pem)


def refused_by_the_edge(person: cast.Person, folder: Path) -> Shown:
    """nginx saw something wrong in the handshake that cannot be seen here any more."""
    return Shown(person.certificate.pem, verify="FAILED:certificate signature failure")


def not_asked_for_by_the_edge(person: cast.Person, folder: Path) -> Shown:
    return Shown(person.certificate.pem, verify="NONE")


FAULTS: tuple[tuple[Callable[[cast.Person, Path], Shown], Refusal], ...] = (
    (nothing, Refusal.NONE),
    (text_that_is_no_certificate, Refusal.MALFORMED),
    (half_a_certificate, Refusal.MALFORMED),
    (nothing_inside, Refusal.MALFORMED),
    (foreign_authority_with_the_same_names, Refusal.FOREIGN),
    (forged_signature, Refusal.FOREIGN),
    (self_signed, Refusal.FOREIGN),
    (server_certificate_of_ours, Refusal.WRONG_PURPOSE),
    (our_own_responder, Refusal.WRONG_PURPOSE),
    (our_own_issuing_authority, Refusal.WRONG_PURPOSE),
    (one_second_after_its_end, Refusal.EXPIRED),
    (one_second_before_its_beginning, Refusal.NOT_YET),
    (revoked, Refusal.REVOKED),
    (never_issued, Refusal.UNKNOWN),
    (for_an_id_that_nobody_has, Refusal.UNKNOWN),
    (other_owner, Refusal.OTHER_OWNER),
    (user_suspended, Refusal.USER_SUSPENDED),
    (user_deleted, Refusal.USER_DELETED),
    (company_stopped, Refusal.COMPANY_STOPPED),
    (refused_by_the_edge, Refusal.MALFORMED),
    (not_asked_for_by_the_edge, Refusal.MALFORMED),
)
# Whose it is stands in the table: the person's history and the company's own chain tell of the refusal.
OF_SOMEBODY = {
    one_second_after_its_end,
    one_second_before_its_beginning,
    revoked,
    other_owner,
    user_suspended,
    user_deleted,
    company_stopped,
}


def sets_no_session(response: Any) -> bool:
    return SESSION not in response.cookies or response.cookies[SESSION].value == ""


def refused_events() -> list[Entry]:
    return list(Entry.objects.filter(event="certificate.refused").order_by("recorded_at"))


def test_every_refusal_has_a_certificate_here_and_a_text_of_its_own() -> None:
    assert {refusal for _, refusal in FAULTS} == set(Refusal) == set(REFUSALS)
    assert len({text.title for text in REFUSALS.values()}) == len(REFUSALS)


@pytest.mark.parametrize(("fault", "refusal"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_bad_certificate_gets_its_page_its_event_and_no_session(
    fault: Any, refusal: Refusal, person: cast.Person, clock: cast.Clock, tmp_path: Path
) -> None:
    shown = fault(person, tmp_path)
    clock.at = shown.at
    client = cast.DoorClient(CERT, pem=shown.pem, verify=shown.verify)
    before = User.objects.order_by("pk").values_list()
    was = list(before)
    for response in (client.post("/login", {"password": person.password}), client.get("/services")):
        assert response.status_code == 403
        page = response.content.decode()
        assert f"<h1>{REFUSALS[refusal].title}</h1>" in page
        assert REFUSALS[refusal].next_step in page
        assert f'data-refusal="{refusal}"' in page
        assert sets_no_session(response)
    assert not UserSession.objects.exists()
    assert list(before.all()) == was  # no strike either
    events = refused_events()
    assert [event.detail for event in events] == [{"reason": str(refusal)}] * 2
    known = ClientCertificate.everyone.get(pk=person.certificate.pk).user if fault in OF_SOMEBODY else None
    assert {event.company_id for event in events} == {known.company_id if known else None}
    records = LoginRecord.objects.values_list("user_id", "result")
    assert list(records) == ([(known.pk, "refused")] * 2 if known else [])


@pytest.mark.parametrize("at", ["not_before", "not_after"])
def test_the_first_and_the_last_second_of_a_certificate_open(
    at: str, person: cast.Person, clock: cast.Clock
) -> None:
    clock.at = getattr(person.certificate, at)
    assert person.log_in().status_code == 302
    assert person.client.get("/services").status_code == 200


def shows(person: cast.Person, pem: str) -> cast.DoorClient:
    """The same browser, cookies and all, with another certificate."""
    client = cast.DoorClient(CERT, pem=pem)
    client.cookies = person.client.cookies
    return client


@pytest.mark.parametrize("whose", ["own", "colleague", "stranger"])
def test_a_session_ends_when_another_certificate_is_shown(whose: str, untouched: None) -> None:
    _, (one, two) = cast.company(masters=2)
    person = cast.fetched(one.user)
    users = {"own": one.user, "colleague": two.user, "stranger": cast.company()[1][0].user}
    other = cast.fetched(users[whose])
    assert person.log_in().status_code == 302
    response = shows(person, other.certificate.pem).get("/services")
    assert response.status_code == 302
    assert response.headers["Location"] == "/login?ended=certificate&next=%2Fservices"
    assert sets_no_session(response)
    ended = UserSession.objects.get(user=person.user)
    assert (ended.ended_because, ended.ended_at) == ("certificate", cast.AT)
    assert Entry.objects.filter(event="session.ended", detail={"reason": "certificate"}).count() == 1
    page = shows(person, other.certificate.pem).get(response.headers["Location"]).content.decode()
    assert "ログインしたときと別の証明書が使われたため、終了しました。" in page
    assert other.user.login_id in page
    # Showing the right one again does not bring it back.
    assert person.client.get("/services").headers["Location"].startswith("/login")


def test_a_session_ends_when_no_certificate_is_shown(person: cast.Person) -> None:
    person.log_in()
    response = shows(person, "").get("/services")
    assert (response.status_code, sets_no_session(response)) == (403, True)
    assert f"<h1>{REFUSALS[Refusal.NONE].title}</h1>" in response.content.decode()
    assert UserSession.objects.get(user=person.user).ended_because == "certificate"


def test_a_stop_takes_effect_at_the_next_click(person: cast.Person) -> None:
    person.log_in()
    assert person.client.get("/services").status_code == 200
    stop_company(person.user.company, because="解約", at=cast.AT, origin=cast.ORIGIN)
    response = person.client.get("/services")
    assert (response.status_code, sets_no_session(response)) == (403, True)
    assert f"<h1>{REFUSALS[Refusal.COMPANY_STOPPED].title}</h1>" in response.content.decode()
    assert UserSession.objects.get(user=person.user).ended_because == "stopped"


def test_revoking_the_certificate_one_stands_on_ends_the_session(person: cast.Person) -> None:
    person.log_in()
    response = person.client.post(f"/certificates/{person.certificate.serial}/stop")
    assert response.status_code == 302
    response = person.client.get(response.headers["Location"])
    assert (response.status_code, sets_no_session(response)) == (403, True)
    assert f"<h1>{REFUSALS[Refusal.REVOKED].title}</h1>" in response.content.decode()
