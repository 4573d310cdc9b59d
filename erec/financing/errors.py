"""Why the institution's act did not happen. Each leaves everything as it was."""


class FinancingError(Exception):
    """With the sentence that the person at the command reads."""

    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or type(self).sentence
        super().__init__(self.sentence)


class NothingOwed(FinancingError):
    sentence = "この申込には、返済する借入がありません。何も変わっていません。"


class NotEnough(FinancingError):
    """An account does not hold what is to be paid."""


class AnsweredOtherwise(FinancingError):
    """It was answered before, or it is over."""


class WrongTerms(FinancingError):
    """Amounts or lines that do not fit the application."""
