"""What people may ask for, by lot: one maker of asks for each business type."""

from collections.abc import Callable

from hypothesis import strategies as st

from erec.claims.instructions import Party
from erec.formats import bank_calendar
from erec.partners.policy import Area
from tests.erec.claims.model_of_book import Paper
from tests.erec.workflow.model_of_requests import FINANCING, Ask, Office, Question

COMPANIES = 3

companies = st.integers(0, COMPANIES - 1)
places = st.integers(0, 1000)
mostly = st.sampled_from([True, True, True, True, False])
ahead = st.sampled_from([0, 0, 1, 3])
amounts = st.sampled_from([1, 500, 1_000, 2_000])
parts = st.sampled_from([None, None, 1, 300, 1_000])

Draw = Callable[[Office, st.DataObject, int | None], Ask | None]


def accruals(code: str) -> Draw:
    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask:
        on = bank_calendar.after(office.today, data.draw(ahead))
        return Ask(
            code,
            data.draw(companies) if company is None else company,
            tuple(data.draw(st.lists(companies, min_size=1, max_size=2))),
            on=on,
            due_on=bank_calendar.after(on, data.draw(st.sampled_from([8, 12, 30]))),
            yen=data.draw(amounts),
        )

    return ask


def some_claim(office: Office, data: st.DataObject, fits: Callable[[Paper], bool]) -> Paper | None:
    """Mostly one that fits, if there is one."""
    papers = list(office.papers.values())
    fitting = [paper for paper in papers if fits(paper)]
    of_the_fitting = bool(fitting) and data.draw(mostly)
    chosen = fitting if of_the_fitting else papers
    return chosen[data.draw(places) % len(chosen)] if chosen else None


def place_of(office: Office, party: Party) -> int:
    """The institution's place is nobody's: the first company tries, and is refused."""
    return office.parties.index(party) if party in office.parties else 0


def assignments(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
    paper = some_claim(office, data, lambda p: p.state == "recorded")
    if paper is None:
        return None
    holder = place_of(office, paper.holder) if data.draw(mostly) else data.draw(companies)
    return Ask(
        "assignment",
        holder if company is None else company,
        (data.draw(companies),),
        on=bank_calendar.after(office.today, data.draw(ahead)),
        number=paper.number,
        part=data.draw(parts),
        guarantee=data.draw(st.booleans()),
    )


def cancellations(code: str) -> Draw:
    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
        may = office.may_cancel_accrual if code == "cancel_accrual" else office.may_cancel_assignment
        paper = some_claim(office, data, lambda p: may(p.number, p.holder))
        if paper is None:
            return None
        party = paper.holder if data.draw(mostly) else paper.obligor
        return Ask(code, place_of(office, party) if company is None else company, number=paper.number)

    return ask


def some_question(
    office: Office, data: st.DataObject, belongs: Callable[[Question], bool]
) -> Question | None:
    questions = [q for q in office.questions if belongs(q)]
    still_open = [q for q in questions if q.state == "open"]
    of_the_open = bool(still_open) and data.draw(mostly)
    chosen = still_open if of_the_open else questions
    return chosen[data.draw(places) % len(chosen)] if chosen else None


def answers(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
    asked = range(COMPANIES) if company is None else (company,)
    question = some_question(office, data, lambda q: q.debtor in asked)
    if question is None:
        return None
    return Ask("answer", question.debtor, question=question, accept=data.draw(mostly))


def withdrawals(code: str, asking: tuple[str, ...]) -> Draw:
    """`asking`: the types whose questions it takes back."""

    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
        def belongs(question: Question) -> bool:
            by = question.slip.ask
            return by.code in asking and company in (None, by.company)

        question = some_question(office, data, belongs)
        return Ask(code, question.slip.ask.company, question=question) if question else None

    return ask


def applications(code: str) -> Draw:
    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
        paper = some_claim(office, data, lambda p: p.state == "recorded")
        if paper is None:
            return None
        holder = place_of(office, paper.holder) if data.draw(mostly) else data.draw(companies)
        return Ask(
            code,
            holder if company is None else company,
            on=bank_calendar.after(office.today, data.draw(st.sampled_from([0, 1, 2, 3]))),
            number=paper.number,
            part=data.draw(parts),
        )

    return ask


def acts_of_masters(office: Office, data: st.DataObject, company: int | None) -> Ask:
    """New rights for the company's clerk."""
    place = data.draw(companies) if company is None else company
    return Ask("masters", place, number=office.clerks[place])


def designations(office: Office, data: st.DataObject, company: int | None) -> Ask:
    """Mostly everything is taken again, so that the others can go on."""
    chooses = min(office.taken) if data.draw(mostly) else data.draw(companies)
    place = chooses if company is None else company
    every, none = frozenset(str(area) for area in Area), frozenset[str]()
    areas = data.draw(st.sampled_from([every, every, every - {"assignment"}, none | {"assignment"}, none]))
    return Ask("designation", place, (data.draw(companies),), areas=areas)


# A business type without a row here fails the test below.
ASKS: dict[str, Draw] = {
    "accrual_by_obligor": accruals("accrual_by_obligor"),
    "accrual_by_obligee": accruals("accrual_by_obligee"),
    "assignment": assignments,
    "batch": accruals("batch"),
    "cancel_accrual": cancellations("cancel_accrual"),
    "cancel_assignment": cancellations("cancel_assignment"),
    "answer": answers,
    "withdrawal": withdrawals("withdrawal", ("accrual_by_obligee",)),
    "discount": applications("discount"),
    "collateral": applications("collateral"),
    "withdrawal_financing": withdrawals("withdrawal_financing", FINANCING),
    "masters": acts_of_masters,
    "designation": designations,
}
