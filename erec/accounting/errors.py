"""What the masters and the printed names refuse. Nothing was changed."""


class AccountingError(Exception):
    """Base of every refusal here."""


class Changed(AccountingError):
    """Somebody changed the same thing since it was looked at."""


class HasErrors(AccountingError):
    """The file has a line that cannot be taken (any more): none was taken."""


class Unreadable(AccountingError):
    """The file cannot be taken; `sentence` says why and what would help."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Unprintable(AccountingError):
    """Names that do not fit their cells: the sentences by the row's id."""

    def __init__(self, sentences: dict[int, str]) -> None:
        super().__init__(sentences)
        self.sentences = sentences


class RangeFull(AccountingError):
    """補助科目コード: no more numbers are free in the company's range."""


class CodeTaken(AccountingError):
    """補助科目コード: another partner has it."""
