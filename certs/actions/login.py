"""電子証明書ログイン, and leaving."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.errors import InitialPasswordSpent, Locked, NotUsable, WrongPassword
from accounts.models import LoginRecord, User, UserSession
from accounts.origin import Origin, tell
from accounts.passwords import LOGIN_PASSWORD
from certs import access, mails
from certs.models import ClientCertificate
from erec.parameters import table
from erec.trail.events import Event

Result = LoginRecord.Result


def log_in(certificate: ClientCertificate, *, password: str, at: datetime, origin: Origin) -> str:
    """The key of the new session of the certificate's owner; an older session of his ends.

    Raises WrongPassword and Locked (the strike is counted), InitialPasswordSpent, NotUsable.
    """
    user = certificate.user
    try:
        LOGIN_PASSWORD.check(user.pk, password, at=at)
    except WrongPassword:
        _note(certificate, Result.WRONG, Event.LOGIN_REFUSED, at=at, origin=origin)
        raise
    except Locked as refused:
        result = Result.LOCKED_NOW if refused.just_now else Result.LOCKED
        event = Event.LOGIN_LOCKED if refused.just_now else Event.LOGIN_REFUSED
        _note(certificate, result, event, at=at, origin=origin)
        raise
    if initial_is_spent(User.objects.get(pk=user.pk), certificate, at):
        _note(certificate, Result.SPENT, Event.LOGIN_REFUSED, at=at, origin=origin)
        raise InitialPasswordSpent
    return _enter(certificate, at=at, origin=origin)


def initial_is_spent(user: User, certificate: ClientCertificate, at: datetime) -> bool:
    """True once the one login that the initial password is good for is over.

    While that login's session is open and young, the same certificate may begin again (a browser that
    crashed before the forced change must not cost a visit to the bank); leaving it ends the grace.
    """
    if not user.password_is_initial or user.password_used_at is None:
        return False
    session = UserSession.objects.filter(user=user, ended_at=None).first()
    window = timedelta(minutes=table.value("session_idle_minutes"))
    begun_here = session is not None and session.certificate_id == certificate.pk
    return not (begun_here and at <= user.password_used_at + window)


@transaction.atomic
def _enter(certificate: ClientCertificate, *, at: datetime, origin: Origin) -> str:
    user = User.objects.select_for_update(of=("self",)).select_related("company").get(pk=certificate.user_id)
    certificate = access.locked(certificate.pk)
    if not user.is_active or certificate.revoked_at is not None:
        raise NotUsable
    key = sessions.new_key()
    sessions.begin(
        user_id=user.pk,
        key=key,
        data=_session_data(user, certificate, at),
        certificate_id=certificate.pk,
        address=origin.address,
        at=at,
    )
    if user.password_is_initial and user.password_used_at is None:
        User.objects.filter(pk=user.pk).update(password_used_at=at)
    first_use = certificate.first_used_at is None
    if first_use:
        certificate.first_used_at = at
        certificate.save(update_fields=["first_used_at"])
        mails.first_used(certificate, at)
    _record(certificate, Result.ACCEPTED, at, origin)
    tell(
        Event.LOGIN_ACCEPTED,
        at=at,
        origin=origin,
        acting_user=user,
        company_id=user.company_id,
        target=user.login_id,
        serial=certificate.serial,
        first_use=first_use,
    )
    return key


def _session_data(user: User, certificate: ClientCertificate, at: datetime) -> dict[str, Any]:
    """What django.contrib.auth and django-otp look for in a session, and what the first page tells."""
    previous = LoginRecord.objects.filter(user=user, result=Result.ACCEPTED).order_by("-pk").first()
    news = ClientCertificate.everyone.filter(user=user, fetched_at__gt=previous.at).count() if previous else 0
    return {
        "previous_login": previous.at.isoformat() if previous else "",
        "new_certificates": news,
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: "accounts.backends.RowBackend",
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        DEVICE_ID_SESSION_KEY: certificate.persistent_id,
    }


@transaction.atomic
def _note(
    certificate: ClientCertificate, result: LoginRecord.Result, event: Event, *, at: datetime, origin: Origin
) -> None:
    _record(certificate, result, at, origin)
    tell(
        event,
        at=at,
        origin=origin,
        acting_user=certificate.user,
        company_id=certificate.user.company_id,
        target=certificate.user.login_id,
        result=result,
    )


def _record(certificate: ClientCertificate, result: LoginRecord.Result, at: datetime, origin: Origin) -> None:
    LoginRecord.objects.create(
        company_id=certificate.user.company_id,
        user=certificate.user,
        at=at,
        address=origin.address,
        environment=origin.environment[:200],
        certificate_id=certificate.pk,
        result=result,
    )
