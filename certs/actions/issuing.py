"""発行・再発行・取得コードの再作成, by a master for the company's users or by the institution."""

from datetime import datetime

from django.db import transaction

from accounts import second
from accounts.access import check_may, locked_for
from accounts.errors import NotUsable, Stale
from accounts.models import User
from accounts.origin import Origin, tell
from accounts.policy import Act
from certs import access, mails, policy
from certs.actions.revocation import revoke_all
from certs.errors import NothingToDo, TooMany
from certs.models import ClientCertificate, Issue, RevocationReason
from erec.parameters import table
from erec.trail.events import Event


def _locked_for(acting_user: User | None, user: User, standing: str | None) -> User:
    """The person's row under lock. The first certificate is less than any after it (policy.MAY)."""
    user = locked_for(acting_user, Act.CERTIFY_FIRST, user)
    if access.of_user(user).exists():
        check_may(acting_user, Act.CERTIFY_AGAIN, user)
    if not user.is_active:
        raise NotUsable
    if standing is not None and standing != access.standing(user):
        raise Stale
    return user


@transaction.atomic
def issue(
    user: User,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    reissue: bool = False,
    standing: str | None = None,
    approved_in: str = "",
) -> tuple[Issue, str]:
    """Let `user` fetch one certificate; returns the 取得コード, which is shown once and never stored.

    An earlier right that was not used ends. `reissue` also revokes what the person has (the machine is
    gone or replaced). `standing` is what a screen showed (access.standing). Raises NotAllowed, NotUsable,
    Stale, TooMany, NeedsSecond.
    """
    user = _locked_for(acting_user, user, standing)
    second.check(second.Kind.CERTIFY, acting_user, user, approved_in)
    revoked = revoke_all(user, RevocationReason.SUPERSEDED, at).certificates if reissue else 0
    if access.live_certificates(user, at).count() >= table.value("certificates_per_user_max"):
        raise TooMany
    made, code = _open_issue(user, reissue=reissue, at=at)
    mails.issued(made, at)
    tell(
        Event.CERTIFICATE_PREPARED,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        kind=made.kind,
        revoked=revoked,
        **second.told(approved_in),
    )
    return made, code


def _open_issue(user: User, *, reissue: bool, at: datetime) -> tuple[Issue, str]:
    Issue.objects.filter(user=user, fetched_at=None, cancelled_at=None).update(cancelled_at=at)
    had_one = ClientCertificate.everyone.filter(user=user).exists()
    kind = Issue.Kind.REISSUE if reissue else Issue.Kind.ADDITIONAL if had_one else Issue.Kind.FIRST
    code = policy.new_code()
    made = Issue.objects.create(
        user=user,
        kind=kind,
        code_hash=policy.code_hash(code),
        issued_at=at,
        fetch_until=policy.fetch_until(at),
    )
    return made, code


def first_issue(user: User, *, at: datetime) -> tuple[Issue, str]:
    """For a user who is being registered, inside that action, which records the event."""
    made, code = _open_issue(user, reissue=False, at=at)
    mails.issued(made, at)
    return made, code


@transaction.atomic
def remake_code(
    user: User,
    *,
    acting_user: User | None,
    at: datetime,
    origin: Origin,
    standing: str | None = None,
    approved_in: str = "",
) -> tuple[Issue, str]:
    """A new 取得コード for a right that is still open (the sheet was lost); the old code is worth nothing.

    The window stays as it was. Raises NotAllowed, NotUsable, Stale, NothingToDo, NeedsSecond.
    """
    user = _locked_for(acting_user, user, standing)
    made = (
        Issue.objects.select_for_update(of=("self",))
        .select_related("user__company")
        .filter(user=user, fetched_at=None, cancelled_at=None, fetch_until__gte=at)
        .first()
    )
    if made is None:
        raise NothingToDo
    second.check(second.Kind.CERTIFY, acting_user, user, approved_in)
    code = policy.new_code()
    made.code_hash, made.wrong_passwords, made.refuse_until = policy.code_hash(code), 0, None
    made.save(update_fields=["code_hash", "wrong_passwords", "refuse_until"])
    mails.code_remade(made, at)
    tell(
        Event.CERTIFICATE_CODE_REMADE,
        at=at,
        origin=origin,
        acting_user=acting_user,
        company_id=user.company_id,
        target=user.login_id,
        **second.told(approved_in),
    )
    return made, code
