"""How far an application is, on one line: 申込, 金融機関の回答, 譲渡, 実行, and of a loan 返済."""

from erec.claims.stages import Standing, Step
from erec.financing.models import Application

State = Application.State

APPLIED, ANSWER, ASSIGNMENT, EXECUTION, REPAYMENT = (
    "申込",
    "金融機関の回答",
    "金融機関への譲渡",
    "実行",
    "返済",
)
_STAGES = (APPLIED, ANSWER, ASSIGNMENT, EXECUTION)

_PLACE: dict[State, tuple[str, Standing, str]] = {
    State.ASKED: (ANSWER, Standing.NOW, "回答待ち"),
    State.DECLINED: (ANSWER, Standing.STOPPED, State.DECLINED.label),
    State.LAPSED: (ANSWER, Standing.STOPPED, State.LAPSED.label),
    State.WITHDRAWN: (ANSWER, Standing.STOPPED, State.WITHDRAWN.label),
    State.ACCEPTED: (ASSIGNMENT, Standing.NOW, "予約中"),
    State.FAILED: (ASSIGNMENT, Standing.STOPPED, State.FAILED.label),
    State.ASSIGNED: (EXECUTION, Standing.NOW, State.ASSIGNED.label),
    State.EXECUTED: (EXECUTION, Standing.DONE, ""),
    State.REPAID: (REPAYMENT, Standing.DONE, ""),
}


def steps(application: Application) -> list[Step]:
    """A loan that was paid out waits for its repayment: 返済 is where it is."""
    stages = (*_STAGES, REPAYMENT) if application.is_collateral else _STAGES
    here, standing, note = _PLACE[State(application.state)]
    if application.is_collateral and application.state == State.EXECUTED:
        here, standing, note = REPAYMENT, Standing.NOW, f"残り{application.owed_yen:,}円"
    place = stages.index(here)
    found = [Step(stage, Standing.DONE) for stage in stages[:place]]
    found.append(Step(here, standing, note))
    if standing is not Standing.STOPPED:
        found += [Step(stage, Standing.COMING) for stage in stages[place + 1 :]]
    return found
