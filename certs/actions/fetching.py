"""取得: login ID, login password and one-time code against one certificate.

The code is looked up first; a password is hashed only beside a right code, so that the answer to an
unknown ID, a known ID and a wrong code takes the same steps. A wrong password is never a strike here:
from outside nobody can be locked out. Beside a right code it makes the next try wait.
"""

import hashlib
from datetime import datetime
from typing import NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.hashers import check_password
from django.db import transaction

from accounts.models import User
from accounts.origin import Origin, tell
from certs import access, mails, policy
from certs.authority import authority
from certs.errors import FetchRefused, NotInWindow
from certs.models import ClientCertificate, Issue
from certs.pki import profile
from erec.trail.events import Event


def fetch(
    *,
    login_id: str,
    password: str,
    code: str,
    public_key: ec.EllipticCurvePublicKey,
    at: datetime,
    origin: Origin,
) -> ClientCertificate:
    """The person's certificate for `public_key`. Raises FetchRefused, alike for every reason.

    The same request again within REPEAT_WINDOW (its answer was lost on the way) gives the same
    certificate again.
    """
    issue = (
        Issue.objects.select_related("user__company")
        .filter(user__login_id=login_id, code_hash=policy.code_hash(code), cancelled_at=None)
        .first()
    )
    if issue is None:
        _refuse(None, "no_such_code", login_id=login_id, at=at, origin=origin)
    reason = _reason_to_refuse(issue, at) or _count_try(issue, at)
    if reason:
        _refuse(issue, reason, at=at, origin=origin)
    if not check_password(password, issue.user.password):
        _refuse(issue, "wrong_password", at=at, origin=origin)
    certificate = _issue_once(issue, public_key, at=at, origin=origin)
    if certificate is None:
        _refuse(issue, "already_fetched", at=at, origin=origin)
    return certificate


def _reason_to_refuse(issue: Issue, at: datetime) -> str:
    if not issue.user.is_active:
        return "not_usable"
    if issue.fetched_at is None and at > issue.fetch_until:
        return "window_over"
    return ""


@transaction.atomic
def _count_try(issue: Issue, at: datetime) -> str:
    """Count this try before the password is looked at; a reason if it came too soon after others."""
    row = Issue.objects.select_for_update().get(pk=issue.pk)
    if row.refuse_until is not None and at < row.refuse_until:
        return "too_soon"
    row.wrong_passwords = min(row.wrong_passwords + 1, 1000)
    wait = policy.wait_after(row.wrong_passwords)
    row.refuse_until = at + wait if wait else None
    row.save(update_fields=["wrong_passwords", "refuse_until"])
    return ""


@transaction.atomic
def _issue_once(
    issue: Issue, public_key: ec.EllipticCurvePublicKey, *, at: datetime, origin: Origin
) -> ClientCertificate | None:
    """The certificate made now, or the one this very request made before; None if another key has it."""
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=issue.user_id)
    row = Issue.objects.select_for_update().get(pk=issue.pk)
    if row.cancelled_at is not None or not user.is_active:
        return None
    if row.fetched_at is not None:
        return _again(row, public_key, at)
    certificate = _store(user, public_key, at=at, issue=row, approves_from=policy.approves_from(row.kind, at))
    row.fetched_at, row.wrong_passwords, row.refuse_until = at, 0, None
    row.save(update_fields=["fetched_at", "wrong_passwords", "refuse_until"])
    mails.fetched(certificate, at)
    tell(
        Event.CERTIFICATE_FETCHED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
        serial=certificate.serial,
        kind=row.kind,
    )
    return certificate


def _again(issue: Issue, public_key: ec.EllipticCurvePublicKey, at: datetime) -> ClientCertificate | None:
    made = ClientCertificate.everyone.filter(
        issue=issue, public_key_hash=key_hash(public_key), revoked_at__isnull=True
    ).first()
    if made is None or issue.fetched_at is None or at > issue.fetched_at + policy.REPEAT_WINDOW:
        return None
    return made


def _refuse(
    issue: Issue | None, reason: str, *, login_id: str = "", at: datetime, origin: Origin
) -> NoReturn:
    """Record why, then raise without saying it. `login_id`: as typed, whether there is one or not."""
    with transaction.atomic():
        tell(
            Event.CERTIFICATE_FETCH_REFUSED,
            at=at,
            origin=origin,
            acting_user=None,
            company_id=issue.user.company_id if issue else None,
            target=issue.user.login_id if issue else login_id,
            reason=reason,
        )
    raise FetchRefused


@transaction.atomic
def renew(
    old: ClientCertificate, *, public_key: ec.EllipticCurvePublicKey, at: datetime, origin: Origin
) -> ClientCertificate:
    """証明書更新 by its owner, logged in with `old`, in its last days. The old one stays until its end.

    The same request again gives the same certificate again. Raises NotInWindow.
    """
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=old.user_id)
    old = access.locked(old.pk)
    done = ClientCertificate.everyone.filter(renewal_of=old).first()
    if done is not None and done.revoked_at is None and done.public_key_hash == key_hash(public_key):
        return done
    if done is not None or policy.state_of(old, at) != policy.State.RENEWABLE or not user.is_active:
        raise NotInWindow
    # The wait of an additional certificate goes on; renewing neither starts nor ends it.
    made = _store(user, public_key, at=at, renewal_of=old, approves_from=old.may_approve_from)
    mails.renewed(made, at)
    tell(
        Event.CERTIFICATE_RENEWED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
        serial=made.serial,
        renewal_of=old.serial,
    )
    return made


def _store(
    user: User,
    public_key: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    approves_from: datetime,
    issue: Issue | None = None,
    renewal_of: ClientCertificate | None = None,
) -> ClientCertificate:
    made = profile.client_certificate(
        authority(),
        public_key,
        login_id=user.login_id,
        not_before=at,
        not_after=policy.valid_until(at),
    )
    return ClientCertificate.everyone.create(
        user=user,
        name="",
        serial=f"{made.serial_number:x}",
        fingerprint=fingerprint_of(made),
        public_key_hash=key_hash(public_key),
        pem=made.public_bytes(serialization.Encoding.PEM).decode(),
        issue=issue,
        renewal_of=renewal_of,
        not_before=made.not_valid_before_utc,
        not_after=made.not_valid_after_utc,
        fetched_at=at,
        may_approve_from=approves_from,
    )


def key_hash(public_key: ec.EllipticCurvePublicKey) -> str:
    spki = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(spki).hexdigest()


def fingerprint_of(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()
