"""The service with one mortal moment: it kills itself right after a step (`DIES=insert,2`: the second).

A step is one of the claims, but for those in `_OTHERS`.
"""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
import functools
import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

from services.booking.adapters.attendances import MongoAttendances
from services.booking.adapters.mongo import MongoClaims
from services.booking.adapters.owners import MongoJoins, MongoOwners
from services.booking.service import BookingService
from services.booking.settings import BookingSettings

_OTHERS: dict[str, type] = {"add": MongoAttendances, "note": MongoJoins, "pass_on": MongoOwners}


def _mortal(step: Callable[..., Any], last: int) -> Callable[..., Any]:
    count = itertools.count(1)

    @functools.wraps(step)
    def dies(*args: Any) -> Any:
        done = step(*args)
        if next(count) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    return dies


if __name__ == "__main__":
    name, last = os.environ["DIES"].split(",")
    store = _OTHERS.get(name, MongoClaims)
    setattr(store, name, _mortal(getattr(store, name), int(last)))
    run(BookingService, BookingSettings)
