"""What 取引先管理 refuses. Nothing was changed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from erec.partners.models import Partner


class PartnersError(Exception):
    """Base of every refusal here."""


class NotFound(PartnersError):
    """No such user number, or the account is not its own, or it is stopped: one answer, so that nobody can
    find out by asking who banks here."""


class OwnCompany(PartnersError):
    """The user number is that of the company that asks."""


class AlreadyThere(PartnersError):
    """The company has this very partner already: the same user number and account."""

    def __init__(self, partner: "Partner | None") -> None:
        super().__init__(partner)
        self.partner = partner


class Similar(PartnersError):
    """There are partners of the same user number or name, which the person has not seen yet: asked, then
    allowed."""

    def __init__(self, partners: "Sequence[Partner]") -> None:
        super().__init__(partners)
        self.partners = partners


class Changed(PartnersError):
    """Somebody changed or deleted the same row since it was looked at."""


class LimitReached(PartnersError):
    """One more would be too many; `sentence` says the limit."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NameTaken(PartnersError):
    """The company has a group of that name already."""


class Unreadable(PartnersError):
    """The file cannot be taken; `sentence` says why and what would help."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class HasErrors(PartnersError):
    """The file has a line that cannot be taken (any more): none was taken."""
