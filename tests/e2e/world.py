"""A running platform as the tests of the whole path use it: time machine, mailbox, what the stores hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deploy.dev.platform import Running
from services.chassis.clock import TimeMachine
from tests.e2e.mailbox import Mailbox
from tests.e2e.traces import Stores


@dataclass(frozen=True)
class World:
    origin: str
    mailbox: Mailbox
    machine: TimeMachine
    stores: Stores

    def now(self) -> datetime:
        """The platform's present instant."""
        return datetime.now(UTC) + self.machine.read().shift

    def close(self) -> None:
        for part in (self.mailbox, self.machine, self.stores):
            part.close()

    def travel_to(self, instant: datetime) -> None:
        self.machine.travel_to(instant)

    def travel(self, **step: float) -> None:
        self.machine.shift(self.machine.read().shift + timedelta(**step))


def world(platform: Running) -> World:
    """The time machine is set as the page of the development gateway sets it."""
    return World(
        platform.urls["public"],
        Mailbox(platform.urls["mailbox"]),
        TimeMachine(platform.env("gateway-pages")["CLOCK_URL"]),
        Stores(platform),
    )
