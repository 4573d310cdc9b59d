"""Why a move did not happen. Each leaves everything as it was, unless it says otherwise."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that a check found. `line` counts from 1; 0 is the request as a whole."""

    line: int
    field: str
    sentence: str


class WorkflowError(Exception):
    """With the sentence that the person reads."""

    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)


class RightMissing(WorkflowError):
    """Taken away meanwhile, or never held."""

    sentence = "この操作の権限がありません。何も変わっていません。マスターユーザに確認してください。"


class NotThere(WorkflowError):
    """No such request for this company."""

    sentence = "この請求は見つかりません。"


class MovedOn(WorkflowError):
    """Somebody else was first, or the same button was pressed twice."""


class OutOfDate(WorkflowError):
    """The request was changed after the page was opened."""

    sentence = (
        "この画面を開いたあとに、請求の内容が変わりました。まだ何もしていません。"
        "変わったところを確かめて、もう一度操作してください。"
    )


class OwnEntry(WorkflowError):
    """同一ユーザによる仮登録/承認の抑止."""

    sentence = (
        "ご自分が仮登録した請求は、承認できない設定です。何も変わっていません。"
        "ほかの承認者に依頼してください。"
    )


class AlreadyApproved(WorkflowError):
    sentence = "この請求は、すでにあなたが承認しています。もう1人の承認者の承認を待っています。"


class NotYourTurn(WorkflowError):
    """ダブル承認（順序あり）."""


class TooLate(WorkflowError):
    """The cut-off or the answer period has passed."""


class TooEarly(WorkflowError):
    """A new partner: a night must pass first."""


class OverLimit(WorkflowError):
    """A limit in yen that the company set itself."""


class SameDevice(WorkflowError):
    """Maker and checker on one certificate or one browser."""


class CertificateTooNew(WorkflowError):
    """An additional certificate approves nothing on its first day (certs/README.md)."""

    sentence = (
        "この電子証明書は取得したばかりのため、まだ承認に使えません。何も変わっていません。"
        "以前からの電子証明書を使うか、ほかの承認者に依頼してください。"
    )


class TooManyDrafts(WorkflowError):
    pass


class TooManyLines(WorkflowError):
    pass


@dataclass
class CheckFailed(WorkflowError):
    """What the check found. At 承認 it is kept with the request as 承認時エラー情報."""

    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        WorkflowError.__init__(self, "内容を確かめてください。何も登録していません。")
