"""What an action refuses. Nothing has changed then; `sentence` is for people."""

from collections.abc import Sequence


class Refused(Exception):
    """The act is not possible as things stand."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Changed(Refused):
    """Something else is there than what was seen."""


class HasProblems(Refused):
    """Cells or settings that stop an export, each as a sentence."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("このままでは出力できません。何も出力していません。")
        self.problems = list(problems)
