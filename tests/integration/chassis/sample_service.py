"""A service that shows each side of the bus; run as a process of its own by the tests."""

from services.chassis.runner import run  # green sockets before anything else is imported

# isort: split
import os
import time
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from services.chassis import context, mongo, outbox
from services.chassis.bus import Delivery, Platform, application, every, handles, on
from services.chassis.offload import offload
from services.chassis.outbox import Outbox
from services.chassis.settings import BusSettings, MongoSettings
from services.contracts.errors import NotByVideo
from tests.integration.chassis.sample_contracts import (
    Burn,
    Echo,
    Echoed,
    Fail,
    Look,
    Tell,
    ThingFlashed,
    ThingHappened,
    ThingTold,
    Work,
)


@dataclass(frozen=True, kw_only=True)
class SampleSettings(BusSettings, MongoSettings):
    pass


@dataclass
class Bench:
    database: Database[dict[str, Any]]
    outbox: Outbox
    platform: Platform[SampleSettings]

    def mark(self, text: str) -> None:
        self.database.marks.insert_one({"text": text, "pid": os.getpid()})


def build(platform: Platform[SampleSettings]) -> Bench:
    settings = platform.settings
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database)
    platform.health.add("store", lambda: mongo.answers(database))
    return Bench(database, platform.outbox(database.things), platform)


def _burn(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


class Sample:
    name = "booking"
    bench = application(build)

    @handles(Echo)
    def echo(self, request: Echo) -> Echoed:
        here = context.current()
        return Echoed(
            text=request.text,
            language=here.language or "",
            correlation_id=here.correlation_id,
            at=request.at,
        )

    @handles(Fail)
    def fail(self, request: Fail) -> str:
        kind, _, argument = request.how.partition(":")
        if kind == "typed":
            raise NotByVideo(argument)
        if kind == "sleep":
            time.sleep(float(argument))
            return "slept"
        if kind == "hang":
            self.bench.mark("hangs")
            _burn(float(argument))
        raise RuntimeError(f"personal data: {argument}")

    @handles(Work)
    def work(self, request: Work) -> None:
        self.bench.mark(f"begin {request.mark}")
        time.sleep(request.seconds)
        self.bench.mark(f"end {request.mark}")

    @handles(Look)
    def look(self, request: Look) -> str:
        self.bench.mark(f"begin {request.mark}")
        time.sleep(request.seconds)
        return "seen"

    @handles(Burn)
    def burn(self, request: Burn) -> None:
        self.bench.mark(f"begin {request.mark}")
        offload(_burn, request.seconds)

    @handles(Tell)
    def tell(self, request: Tell) -> None:
        told = ThingTold(
            event_id=f"told-{request.thing_id}",
            occurred_at=self.bench.platform.clock.now(),
            thing_id=request.thing_id,
        )
        self.bench.database.things.insert_one({"_id": request.thing_id, "outbox": outbox.entries(told)})
        if request.crash:
            os._exit(9)
        self.bench.outbox.nudge(request.thing_id)

    @on(ThingHappened)
    def thing_happened(self, event: ThingHappened) -> None:
        self.bench.mark(f"happened {event.thing_id}")
        seen = self.bench.database.marks.count_documents({"text": f"happened {event.thing_id}"})
        if seen <= event.failures:
            raise RuntimeError("personal data: not yet")

    @on(ThingFlashed, delivery=Delivery.BROADCAST)
    def thing_flashed(self, event: ThingFlashed) -> None:
        self.bench.mark(f"flashed {event.thing_id}")

    @on(ThingTold, at_once=1)
    def thing_told(self, event: ThingTold) -> None:
        self.bench.mark("begin")
        time.sleep(0.02)
        self.bench.mark("end")

    @every(0.2)
    def tick(self) -> None:
        self.bench.database.ticks.update_one({"_id": os.getpid()}, {"$inc": {"count": 1}}, upsert=True)


if __name__ == "__main__":
    run(Sample, SampleSettings)
