"""Requests with every field spoilt: answered, or refused with one error that their contract declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.chassis.codec import from_wire, to_wire
from services.contracts.errors import InvalidField, PlatformError
from services.contracts.wire import REQUESTS, Request
from tests.unit.bad_values import spoilt, ways_to_spoil

Answer = Callable[[Any], Any]
"""What a service does with one decoded request."""
Fresh = Callable[[], tuple[Request[Any], Answer]]
"""A request that would be answered, and who answers it, in a world where nothing has happened yet."""


def requests_of(*modules: str) -> set[type[Request[Any]]]:
    """All requests that these modules of the contracts declare."""
    homes = {f"services.contracts.{module}" for module in modules}
    return {kind for kind in REQUESTS.values() if kind.__module__ in homes}


def named(value: Any) -> str:
    """For a test's id."""
    return getattr(value, "method", str(value))


def allowed(kind: type[Request[Any]]) -> tuple[type[PlatformError], ...]:
    """What the contract says, and a field that breaks it."""
    return (*kind.errors, InvalidField)


def ask(answer: Answer, kind: type[Request[Any]], body: Any) -> Any:
    """What a caller gets who sends this body: decoded and answered as the chassis does it."""
    return to_wire(answer(from_wire(kind, body)), kind.reply)


def faults(fresh: Fresh) -> list[str]:
    """Answers that the contract does not declare, to one request spoilt in each way.

    What was answered may have changed something: the next one is asked in a new world.
    """
    found = []
    good, answer = fresh()
    kind, body = type(good), to_wire(good)
    for path, bad in ways_to_spoil(body):
        try:
            ask(answer, kind, spoilt(body, path, bad))
        except allowed(kind):
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            found.append(f"{path} as {str(bad)[:60]}: {error!r}"[:200])
        good, answer = fresh()
        body = to_wire(good)
    return found
