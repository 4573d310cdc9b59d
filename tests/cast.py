"""One cast for all tests: companies, people, their keys and certificates, and a client per door."""

import datetime as dt
import itertools
import json
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from accounts.actions.companies import AccountNumber
from accounts.actions.users import NewUser, add_user
from accounts.models import Company, User
from accounts.origin import Origin
from certs.actions.fetching import fetch
from certs.actions.issuing import issue
from certs.actions.registration import Starter, register
from certs.models import ClientCertificate

AT = dt.datetime(2026, 11, 20, 1, 0, tzinfo=dt.UTC)  # 10:00 on a Friday in Tokyo
ORIGIN = Origin(door="cert", address="192.0.2.7", environment="試験")
PASSWORD = "himitsu7890"
_numbers = itertools.count(1)


class Clock:
    """What time it is at both doors."""

    def __init__(self) -> None:
        self.at = AT

    def forward(self, **span: float) -> dt.datetime:
        """Later by `span` (as timedelta's keywords); returns the new time."""
        self.at += dt.timedelta(**span)
        return self.at


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def csr_for(key: Any, login_id: str = "d-whoever") -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, login_id)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def company(*, masters: int = 1) -> tuple[Company, list[Starter]]:
    """A registered company with `masters` masters whose certificates are ready to fetch."""
    n = next(_numbers)
    return register(
        user_number=f"T{n:08d}",
        name=f"試験{n}株式会社",
        contact_mail=f"contact{n}@example.com",
        accounts=[
            AccountNumber("9999", "101", "2", f"{n:07d}"),
            AccountNumber("9999", "102", "1", f"{n:07d}"),
        ],
        masters=[
            NewUser(f"d-mas{n:04d}x{i}", f"試験 {n} の {i}", f"m{n}x{i}@example.com") for i in range(masters)
        ],
        at=AT,
        origin=ORIGIN,
    )


def general(of: Company) -> User:
    """A general user with an own password and nothing else."""
    n = next(_numbers)
    new = NewUser(f"d-gen{n:06d}", f"一般 {n}", f"g{n}@example.com")
    with transaction.atomic():
        user, _ = add_user(of, User.Kind.GENERAL, new, at=AT)
    return with_password(user)


def with_password(user: User, password: str = PASSWORD) -> User:
    """The user after the forced change, without going through it."""
    user.password, user.password_is_initial = make_password(password), False
    user.password_used_at, user.password_changed_at = AT, AT
    user.save()
    return user


@dataclass
class Person:
    """A user with certificate and key, and a client at the cert door that shows it."""

    user: User
    certificate: ClientCertificate
    key: Any
    password: str = PASSWORD
    client: "DoorClient" = field(init=False)

    def __post_init__(self) -> None:
        self.client = DoorClient("cert", pem=self.certificate.pem)

    def log_in(self, password: str | None = None) -> Any:
        return self.client.post("/login", {"password": password or self.password})


def fetched(user: User, *, at: dt.datetime = AT, password: str | None = None) -> Person:
    """`user` with a certificate that was issued and fetched at `at`."""
    known = password or PASSWORD
    if password is None and user.password_is_initial:
        with_password(user)
    _, code = issue(user, acting_user=None, at=at, origin=ORIGIN)
    key = new_key()
    certificate = fetch(
        login_id=user.login_id, password=known, code=code, public_key=key.public_key(), at=at, origin=ORIGIN
    )
    return Person(user, certificate, key, known)


def master(*, at: dt.datetime = AT) -> Person:
    """A master with an own password and a certificate, in a company of his own."""
    _, (starter,) = company()
    return fetched(starter.user, at=at)


class DoorClient(Client):
    """Django's client, through one door, with what nginx would set."""

    def __init__(self, door: str, *, pem: str = "", verify: str = "", **extra: Any) -> None:
        headers = {
            "X-Erec-Door": door,
            "X-Real-Ip": "192.0.2.7",
            "User-Agent": "試験のブラウザ".encode().decode("latin-1"),
        }
        if pem:
            headers["X-Erec-Client-Cert"] = urllib.parse.quote(pem, safe="")
        headers["X-Erec-Client-Verify"] = verify or ("SUCCESS" if pem else "NONE")
        super().__init__(headers=headers, SERVER_NAME="localhost", **extra)

    def post_json(self, path: str, body: object, **extra: Any) -> Any:
        return self.post(path, json.dumps(body), content_type="application/json", **extra)


def entry() -> DoorClient:
    return DoorClient("entry")
