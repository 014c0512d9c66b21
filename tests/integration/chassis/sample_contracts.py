"""Contracts of the service under test, named `booking` so that the broker's rights are tried too."""

from datetime import datetime

from services.contracts.errors import NotByVideo
from services.contracts.wire import Event, Request, event, rpc, value


@value
class Echoed:
    text: str
    language: str
    correlation_id: str
    at: datetime


@rpc("booking", reply=Echoed, timeout=30.0, repeatable=True, errors=())
class Echo(Request[Echoed]):
    text: str
    at: datetime


@rpc("booking", reply=str, timeout=30.0, errors=(NotByVideo,))
class Fail(Request[str]):
    """`how`: typed, defect, sleep:<seconds>, hang:<seconds> (and nothing else goes on meanwhile)."""

    how: str


@rpc("booking", reply=None, timeout=60.0, errors=())
class Work(Request[None]):
    """Takes `seconds` and leaves `mark` in the store when it begins and when it ends."""

    mark: str
    seconds: float


@rpc("booking", reply=str, timeout=60.0, repeatable=True, errors=())
class Look(Request[str]):
    """Reads for `seconds`."""

    mark: str
    seconds: float


@rpc("booking", reply=None, timeout=60.0, errors=())
class Burn(Request[None]):
    """Keeps a processor busy for `seconds`."""

    mark: str
    seconds: float


@rpc("booking", reply=None, errors=())
class Tell(Request[None]):
    """Store a state and its event; `crash` ends the process between the write and the nudge."""

    thing_id: str
    crash: bool = False


@event("booking")
class ThingTold(Event):
    thing_id: str


@event("media")
class ThingHappened(Event):
    thing_id: str
    failures: int = 0
    """How often the handler fails before it succeeds."""


@event("media")
class ThingFlashed(Event):
    thing_id: str
