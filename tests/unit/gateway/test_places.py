"""Who sends slowly takes a place among those who send, and none of those who fetch."""

from __future__ import annotations

import pytest

from gateway.__main__ import _options
from gateway.limits.beside import Beside
from gateway.receiving import MOST_AT_ONCE
from services.contracts.errors import ServiceUnavailable, TooManyRequests
from tests.unit.gateway.conftest import settings


def threads(entry: str) -> int:
    options = _options(entry, settings())
    return int(options[options.index("--threads") + 1])


def test_there_are_as_many_threads_besides_as_documents_may_come_in() -> None:
    assert threads("files") == MOST_AT_ONCE + threads("pages")


def test_one_person_has_some_places_and_all_together_have_more() -> None:
    places = Beside(2, in_all=3)
    with places.of("Léa"), places.of("Léa"):
        with pytest.raises(TooManyRequests), places.of("Léa"):
            pass
        with places.of("Marc"), pytest.raises(ServiceUnavailable), places.of("Ana"):
            pass
        with places.of("Ana"):
            pass
