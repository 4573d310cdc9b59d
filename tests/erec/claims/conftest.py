"""Three companies of a claim."""

import pytest

from erec.claims.instructions import Party
from tests.erec.claims.cast_claims import party


@pytest.fixture
def obligor() -> Party:
    return party()


@pytest.fixture
def obligee() -> Party:
    return party()


@pytest.fixture
def assignee() -> Party:
    return party()
