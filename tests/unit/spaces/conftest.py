import pytest

from services.spaces.domain.document import Rules
from tests.unit.spaces.documents_world import DocumentsWorld, space_of
from tests.unit.spaces.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def space() -> DocumentsWorld:
    """A small one: 10,000 bytes, five documents, two earlier versions of each."""
    return space_of(Rules(quota=10_000, most_documents=5, most_earlier=2))
