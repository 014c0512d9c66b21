"""The life of a credential, state by state."""

from itertools import product

import pytest

from services.contracts.credentials import STATES
from services.identity.domain.credential import LIFE, REGISTERED, REVOKED, SEEN, Move, state_after

POSSIBLE = {
    (SEEN, Move.REGISTER): REGISTERED,
    (SEEN, Move.LINK): REGISTERED,
    (REGISTERED, Move.REVOKE): REVOKED,
    (REVOKED, Move.REINSTATE): REGISTERED,
}


@pytest.mark.parametrize(("state", "move"), list(product(STATES, Move)), ids=str)
def test_a_credential_moves_as_the_table_says_and_no_other_way(state: str, move: Move) -> None:
    assert state_after(state, move) == POSSIBLE.get((state, move))


def test_nothing_leads_back_to_seen() -> None:
    assert SEEN not in LIFE.values()


def test_what_is_not_a_state_leads_nowhere() -> None:
    assert [state_after("lost", move) for move in Move] == [None] * len(Move)
