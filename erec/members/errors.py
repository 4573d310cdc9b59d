"""What the densai side of a user refuses."""

from accounts.errors import WrongPassword


class MembersError(Exception):
    """Base of every refusal here; nothing was changed but what its docstring names."""


class NoApprovalPassword(MembersError):
    """The acting user has none yet, or only an initial one: it must be set first."""


class ApprovalPasswordExpired(MembersError):
    """It is older than the institution allows: it must be changed first."""


class RightsChanged(MembersError):
    """Somebody changed the same member since the page was made; nothing was done."""


class UnknownRight(MembersError):
    """A tick that belongs to no business, or an account of another company."""


class NothingToDo(MembersError):
    """Already so."""


class InitialNeeded(MembersError):
    """A 承認者 tick for somebody without an approval password: an initial one must be given."""


class NotRefreshed(MembersError):
    """A general user who has not come through ユーザ更新 yet."""


class PasswordRefused(MembersError):
    """The new approval password breaks a rule; `sentence` says which."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class LoginPasswordTyped(WrongPassword):
    """The login password was typed where the approval password is asked; counted as a wrong one."""


class CertificateTooNew(MembersError):
    """An additional certificate binds the company to nothing on its first day (certs/README.md)."""


class DeputyRefused(MembersError):
    """代理 that cannot be registered or ended; `sentence` says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
