"""The service in which claims meet at the door, so that a race is one for certain.

`GUARD=off` takes its one guard away: what is claimed never collides.
"""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from services.booking.adapters import mongo
from services.booking.adapters.documents import to_document
from services.booking.adapters.mongo import MongoClaims
from services.booking.domain.claim import Claim
from services.booking.service import BookingService
from services.booking.settings import BookingSettings
from services.chassis.ids import new_id
from services.chassis.mongo import Document

MEETING = 8
_door = threading.Barrier(MEETING)


def _together(insert: Callable[..., bool]) -> Callable[..., bool]:
    """Each insertion waits for seven others; those who are left over go on alone."""

    def meet_and_insert(*args: Any) -> bool:
        with suppress(threading.BrokenBarrierError):
            _door.wait(2)
        return insert(*args)

    return meet_and_insert


def _any_place(claim: Claim) -> Document:
    return to_document(claim) | {"_id": new_id()}


if __name__ == "__main__":
    MongoClaims.insert = _together(MongoClaims.insert)  # type: ignore[method-assign]
    if os.environ["GUARD"] == "off":
        mongo.to_document = _any_place
    run(BookingService, BookingSettings)
