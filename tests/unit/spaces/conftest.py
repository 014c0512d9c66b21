import pytest

from tests.unit.spaces.world import World


@pytest.fixture
def world() -> World:
    return World()
