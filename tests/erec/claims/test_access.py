"""What a company sees of a claim: its own part, and not a hint of others'."""

import pytest

from erec.claims import access
from erec.claims.instructions import Party
from erec.claims.models import Claim
from tests.erec.claims import cast_claims as c

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> tuple[str, list[Party]]:
    """A claim that went from its obligee without guarantee, then with, then to its holder of now."""
    obligor, first, second, third = (c.party() for _ in range(4))
    number = c.claim(obligor, first).record_number
    c.assign(number, first, second, with_guarantee=False)
    c.assign(number, second, third)
    return number, [obligor, first, second, third]


def roles(party: Party, number: str) -> list[str]:
    return [part.role for part in access.parts_of(party.company_id, number)]


def test_each_has_its_part(chain: tuple[str, list[Party]]) -> None:
    number, parties = chain
    assert [roles(party, number) for party in parties] == [["obligor"], ["former"], ["guarantor"], ["holder"]]


def test_for_an_outsider_there_is_no_claim(chain: tuple[str, list[Party]]) -> None:
    number, outsider = chain[0], c.party().company_id
    with pytest.raises(Claim.DoesNotExist):
        access.claim_for(outsider, number)
    assert list(access.holdings_of(outsider)) == []
    assert list(access.events_for(outsider, number)) == []
    assert list(access.guarantors_for(outsider, number)) == []


def test_a_number_that_is_none_is_no_other_than_one_of_others(chain: tuple[str, list[Party]]) -> None:
    with pytest.raises(Claim.DoesNotExist):
        access.claim_for(chain[1][0].company_id, "T0000000199999999999")


def test_recourse_is_shown_to_whoever_has_a_part_now(chain: tuple[str, list[Party]]) -> None:
    number, (obligor, first, second, third) = chain
    c.recorded(c.payment(number, second, third, 10))
    for company in (obligor, second, third):
        (found,) = access.recourses_for(company.company_id, number)
        assert (found.company_id, found.open_yen) == (second.company_id, 10)
    for company in (first, c.party()):
        assert list(access.recourses_for(company.company_id, number)) == []


@pytest.mark.parametrize("place", [0, 2, 3])
def test_who_has_a_part_now_sees_the_whole_claim(place: int, chain: tuple[str, list[Party]]) -> None:
    number, parties = chain
    company_id = parties[place].company_id
    assert access.claim_for(company_id, number) == Claim.objects.get()
    kinds = access.events_for(company_id, number).values_list("kind", flat=True)
    assert list(kinds) == ["accrual", "assignment", "assignment", "guarantee"]
    guarantors = access.guarantors_for(company_id, number).values_list("company_id", flat=True)
    assert list(guarantors) == [parties[2].company_id]


def test_a_former_holder_sees_nothing_of_whoever_came_after(chain: tuple[str, list[Party]]) -> None:
    number, (obligor, first, _, third) = chain
    seen = access.claim_for(first.company_id, number)
    assert (seen.record_number, seen.amount_yen, seen.state) == (number, 1_000_000, "recorded")
    assert (seen.obligor_name, seen.holder_name) == (obligor.name, "")
    assert [seen.holder_id, seen.pk] == [None, None]
    kinds = access.events_for(first.company_id, number).values_list("kind", flat=True)
    assert list(kinds) == ["accrual", "assignment"]
    assert list(access.guarantors_for(first.company_id, number)) == []
    part = access.holdings_of(first.company_id).get()
    assert third.name not in {str(getattr(part, field.attname)) for field in part._meta.concrete_fields}


def test_a_former_holder_s_copy_stays_as_it_was_when_he_left(chain: tuple[str, list[Party]]) -> None:
    number, (obligor, first, _, third) = chain
    c.assign(number, third, obligor, 400_000)
    assert Claim.objects.get(record_number=number).amount_yen == 600_000
    assert access.claim_for(first.company_id, number).amount_yen == 1_000_000
    assert access.holdings_of(first.company_id).get().amount_yen == 1_000_000


def test_whom_a_reserved_assignment_will_make_holder_sees_what_it_is_about(
    chain: tuple[str, list[Party]],
) -> None:
    number, parties = chain
    coming = c.party()
    c.assign(number, parties[3], coming, record_on=c.LATER)
    seen = access.claim_for(coming.company_id, number)
    assert [seen.state, seen.amount_yen, seen.obligor_name, seen.holder_name, seen.pk] == [
        "reserved",
        1_000_000,
        parties[0].name,
        parties[3].name,
        None,
    ]
    assert list(access.events_for(coming.company_id, number)) == []
    assert list(access.guarantors_for(coming.company_id, number)) == []


def test_the_children_are_seen_by_who_has_a_part_in_them() -> None:
    obligor, obligee, one, other = (c.party() for _ in range(4))
    number = c.claim(obligor, obligee, 1000).record_number
    children = [c.assign(number, obligee, taker, 100).record_number for taker in (one, other)]
    for party, seen in ((obligor, children), (obligee, children), (one, children[:1])):
        assert [child for child in children if access.parts_of(party.company_id, child)] == seen
    with pytest.raises(Claim.DoesNotExist):
        access.claim_for(one.company_id, number)
    with pytest.raises(Claim.DoesNotExist):
        access.claim_for(one.company_id, children[1])


def test_a_company_with_two_parts_in_a_claim_has_two_holdings() -> None:
    obligor, obligee = c.party(), c.party()
    number = c.claim(obligor, obligee).record_number
    c.assign(number, obligee, obligor)
    assert roles(obligor, number) == ["obligor", "holder"]
