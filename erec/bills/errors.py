"""What the register of bills refuses. Nothing was changed."""


class BillsError(Exception):
    """Base of every refusal here; `sentence` says it."""

    sentence = ""

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.sentence
        super().__init__(self.sentence)


class AlreadyThere(BillsError):
    """The company has this very bill: the same kind, number, party and due date."""

    sentence = "同じ手形（種類・手形番号・相手先・満期日）が、もう登録されています。"


class Changed(BillsError):
    """Somebody changed the row since it was looked at, or a file would do something else by now."""

    sentence = "この画面を開いたあとに、ほかの人が変更しました。下の内容を確かめて、もう一度進んでください。"


class LimitReached(BillsError):
    """One more would be too many."""


class HasErrors(BillsError):
    """The file has a line that cannot be taken (any more): none was taken."""


class BeingSwitched(BillsError):
    """A request for the claim instead of this bill is under way or recorded."""

    sentence = (
        "この手形は、でんさいへの切替の請求があるため、{what}できません。"
        "請求を取りやめるか、否認・取消になってから、もう一度行ってください。"
    )


class CannotSwitch(BillsError):
    """This bill cannot become a claim now; the sentence says why and what to do."""
