"""What a bill is on its way from paper to a claim."""

from enum import StrEnum


class Standing(StrEnum):
    """The value is what the screens say."""

    PAPER = "手形"
    TYPED = "切替の入力中"
    ASKED = "切替中"
    SWITCHED = "切替済"


# A request stands for it, or a claim: the bill may not change below them, nor be switched again.
BOUND = frozenset({Standing.ASKED, Standing.SWITCHED})
