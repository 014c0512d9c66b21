"""Ten thousand broken variants of a valid answer: none is believed to say anything but the original."""

from __future__ import annotations

from collections import Counter

from services.contracts.errors import LoginRefused
from services.identity.saml.response import accept
from tests.unit.identity.saml.idp import Answer, expected, key_pair, peer
from tests.unit.identity.saml.mutations import mutants

TRIED = 10_000


def test_no_mutant_is_believed_with_another_meaning() -> None:
    ours, wanted = [key_pair("us").private], expected()
    agreed = peer(encrypted=False)
    original = accept(Answer().message(), agreed, wanted, ours)
    refusals: Counter[str] = Counter()
    for mutant in mutants(TRIED):
        try:
            believed = accept(mutant.message, agreed, wanted, ours)
        except LoginRefused as refused:
            refusals[str(refused.args[0])] += 1
        else:
            assert believed == original, mutant
            refusals["harmless"] += 1
    assert refusals.total() == TRIED
    assert refusals["harmless"] < TRIED / 4, refusals
    assert len(refusals) > 8, "the mutants reach different checks"
