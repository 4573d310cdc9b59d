"""Where an act came from, as the trail and the login history keep it."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from erec.trail import audit
from erec.trail.events import Event


@dataclass(frozen=True)
class Origin:
    """Address (IP, may be empty), door (entry, cert, command, worker) and the browser's own words.

    At the cert door also the serial of the certificate that was shown, from when it may approve, and the
    browser by the mark that it keeps (certs/device.py). A command or the worker shows none.
    """

    door: str
    address: str = ""
    environment: str = ""
    certificate: str = ""
    approves_from: datetime | None = None
    device: str = ""

    def may_approve(self, at: datetime) -> bool:
        """An additional certificate approves nothing on its first day (certs/README.md)."""
        return self.approves_from is None or at >= self.approves_from


def tell(
    event: Event,
    *,
    at: datetime,
    origin: Origin,
    acting_user: User | None,
    company_id: int | None,
    target: str = "",
    **detail: str | int | bool | None,
) -> None:
    """One audit event, the last statement of an action."""
    who = audit.Who(
        user_id=acting_user.pk if acting_user else None,
        login_id=acting_user.login_id if acting_user else "",
        name=acting_user.name if acting_user else _operator(origin),
        address=origin.address,
        door=origin.door,
    )
    audit.record(event, at=at, company_id=company_id, who=who, target=target, **detail)


def _operator(origin: Origin) -> str:
    """A command names the clerk there; a browser's words are no name."""
    return origin.environment if origin.door == "command" else ""
