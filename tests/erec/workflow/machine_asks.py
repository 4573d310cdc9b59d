"""What people may ask for, by lot: one maker of asks for each business type."""

from collections.abc import Callable

from hypothesis import strategies as st

from erec.claims.instructions import Party
from erec.formats import bank_calendar
from erec.partners.policy import Area
from tests.erec.claims.model_of_book import Paper
from tests.erec.workflow.model_of_requests import ASKED, FINANCING, Ask, Office, Question

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


def answers(code: str, to: tuple[str, ...]) -> Draw:
    """`to`: the types whose questions it answers."""

    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
        def belongs(question: Question) -> bool:
            return question.slip.ask.code in to and company in (None, question.debtor)

        question = some_question(office, data, belongs)
        if question is None:
            return None
        return Ask(code, question.debtor, question=question, accept=data.draw(mostly))

    return ask


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


def guarantees(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
    paper = some_claim(office, data, lambda p: p.state == "recorded")
    if paper is None:
        return None
    holder = place_of(office, paper.holder) if data.draw(mostly) else data.draw(companies)
    own = holder if company is None else company
    return Ask("guarantee", own, (data.draw(companies),), number=paper.number)


def changes(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
    """By one of the two parties to the other."""
    paper = some_claim(office, data, lambda p: p.state == "recorded" and p.only_accrued)
    if paper is None:
        return None
    sides = [place_of(office, paper.holder), place_of(office, paper.obligor)]
    own = data.draw(st.sampled_from(sides)) if company is None else company
    other = sides[0] if own == sides[1] else sides[1]
    days = data.draw(st.sampled_from([None, 8, 20]))
    due_on = None if days is None else bank_calendar.after(office.today, days)
    return Ask("change", own, (other,), due_on=due_on, yen=data.draw(amounts), number=paper.number)


def payments(code: str) -> Draw:
    def ask(office: Office, data: st.DataObject, company: int | None) -> Ask | None:
        """Mostly to who is owed something, by who owes it."""
        paper = some_claim(office, data, lambda p: p.state in ("recorded", "defaulted"))
        if paper is None:
            return None
        owing = [place_of(office, paper.obligor)]
        owing += [n for n, party in enumerate(office.parties) if party.company_id in paper.guarantors]
        owed = [n for n, party in enumerate(office.parties) if office.open_to(paper.number, party)]
        sides = [
            data.draw(st.sampled_from(fitting) if bool(fitting) and data.draw(mostly) else companies)
            for fitting in (owing, owed)
        ]
        own, other = sides if code == "payment_by_payer" else reversed(sides)
        yen = data.draw(st.sampled_from([1, 300, paper.open_yen or 1]))
        return Ask(code, own if company is None else company, (other,), yen=yen, number=paper.number)

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
    "answer": answers("answer", ("accrual_by_obligee",)),
    "withdrawal": withdrawals("withdrawal", ("accrual_by_obligee",)),
    "discount": applications("discount"),
    "collateral": applications("collateral"),
    "withdrawal_financing": withdrawals("withdrawal_financing", FINANCING),
    "guarantee": guarantees,
    "change": changes,
    "payment_by_payer": payments("payment_by_payer"),
    "payment_by_payee": payments("payment_by_payee"),
    "answer_other": answers("answer_other", ASKED),
    "withdrawal_other": withdrawals("withdrawal_other", ASKED),
    "masters": acts_of_masters,
    "designation": designations,
}
