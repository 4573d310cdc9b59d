"""What the portal side refuses. Views turn each into a Japanese sentence."""


class AccountsError(Exception):
    """Base of every refusal here; nothing was changed but what its docstring names."""


class WrongPassword(AccountsError):
    """The password was wrong; one strike is counted. `left` tries remain."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


class Locked(AccountsError):
    """The account is locked, now or before; the password was not looked at. `just_now`: by this try."""

    def __init__(self, *, just_now: bool = False) -> None:
        super().__init__(just_now)
        self.just_now = just_now


class InitialPasswordSpent(AccountsError):
    """The right initial password, but its one login is over; a new one must be issued."""


class PasswordRefused(AccountsError):
    """The new password breaks a rule; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotUsable(AccountsError):
    """The user or the company is suspended, stopped or deleted."""


class NotAllowed(AccountsError):
    """The acting user may not do this."""


class LimitReached(AccountsError):
    """One more would exceed what the institution allows; `sentence` says the limit."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class AlreadyThere(AccountsError):
    """A login ID, user number or account that exists already; `field` names it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class LastMaster(AccountsError):
    """The company would be left with fewer masters than it needs; nothing was done."""


class NothingToChange(AccountsError):
    """What was asked for is so already."""


class Stale(AccountsError):
    """The row changed since it was looked at; nothing was done."""


class Changed(Stale):
    """As Stale, with what changed: (name of the field, as it was looked at, as it is now)."""

    def __init__(self, differences: list[tuple[str, str, str]]) -> None:
        super().__init__(differences)
        self.differences = differences
