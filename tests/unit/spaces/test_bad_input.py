"""Every request of spaces with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.clock import ManualClock
from services.contracts import spaces
from services.contracts.wire import Request
from services.spaces.service import SpacesService
from services.spaces.usecases import PrivateSpaces
from tests.unit import bad_requests
from tests.unit.spaces.test_private_spaces import FILLED, Spaces

GOOD: list[Request[Any]] = [
    spaces.OpenPrivateSpace(person_id="person-2", data=FILLED),
    spaces.GetPrivateSpace(person_id="person-1"),
    spaces.SavePersonalData(person_id="person-1", version=1, data=FILLED),
]


def world() -> PrivateSpaces:
    """One person has a space."""
    app = PrivateSpaces(clock=ManualClock(datetime(2026, 11, 23, 12, tzinfo=UTC)), spaces=Spaces())
    app.open_private_space("person-1", spaces.PersonalData())
    return app


def answer(app: PrivateSpaces, request: Request[Any]) -> Any:
    """As the service does it."""
    service = SpacesService()
    service.spaces = app
    return getattr(SpacesService, type(request).method).__wrapped__(service, request)


def test_no_request_is_left_out() -> None:
    assert {type(request) for request in GOOD} == bad_requests.requests_of("spaces")


@pytest.mark.parametrize("good", GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(good: Request[Any]) -> None:
    assert bad_requests.faults(lambda: (good, functools.partial(answer, world()))) == []
