"""Good documents of each type are taken; hostile ones are refused, each with its reason."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.blueprints.files.checks import Checks
from services.contracts.document_rules import MEDIA_TYPES, REFUSALS
from services.contracts.room_documents import Document
from tests.documents.good import good_documents
from tests.documents.hostile import Hostile, hostile_documents
from tests.integration.inspection.conftest import Bytes, bring

pytestmark = pytest.mark.integration

GOOD = good_documents()
HOSTILE = list(hostile_documents())


@pytest.mark.parametrize("what", GOOD)
def test_a_good_document_is_taken(what: str, checks: Checks) -> None:
    filename, media_type, content, pages = GOOD[what]
    taken = bring(Bytes(content, filename), checks).outcome
    assert isinstance(taken, Document), taken
    assert (taken.media_type, taken.pages, taken.size) == (media_type, pages, len(content))


def test_a_good_document_of_every_type_was_tried() -> None:
    assert {media_type for _, media_type, _, _ in GOOD.values()} == set(MEDIA_TYPES)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.what)
def test_a_hostile_document_is_refused_with_its_reason(hostile: Hostile, checks: Checks) -> None:
    intake = bring(Bytes(hostile.made(), hostile.filename), checks)
    assert intake.reason == hostile.reason
    assert not intake.is_shown
    assert intake.is_cleared_away


def test_more_than_two_hundred_hostile_documents_were_tried_for_every_reason() -> None:
    reasons = Counter(hostile.reason for hostile in HOSTILE)
    assert len({hostile.what for hostile in HOSTILE}) == len(HOSTILE) > 200
    assert set(REFUSALS) < set(reasons)
    assert all(reasons[reason] >= 5 for reason in REFUSALS)
