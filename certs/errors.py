"""What the certificates' side refuses. Views turn each into a Japanese sentence."""

from certs.models import ClientCertificate
from certs.policy import Refusal


class CertsError(Exception):
    """Base of every refusal here; nothing was changed."""


class FetchRefused(CertsError):
    """Login ID, password, code, window or state do not fit; which, only the trail knows."""


class NotInWindow(CertsError):
    """The certificate cannot be renewed now, or was renewed already."""


class TooMany(CertsError):
    """The person has as many certificates as the institution allows."""


class NothingToDo(CertsError):
    """Already so: revoked, cancelled, or no code to remake."""


class CertificateRefused(CertsError):
    """The certificate does not open the door; `row` is ours, if it is known whose it is."""

    def __init__(self, refusal: Refusal, row: ClientCertificate | None = None) -> None:
        super().__init__(refusal)
        self.refusal = refusal
        self.row = row
