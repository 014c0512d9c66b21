"""How a service gets its use cases: built once, when the container is set up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from nameko import config
from nameko.extensions import DependencyProvider
from pymongo.collection import Collection

from services.chassis.amqp import EventPublisher
from services.chassis.clock import Clock
from services.chassis.mongo import Document
from services.chassis.operations import Health
from services.chassis.outbox import Outbox
from services.chassis.rpc_client import RpcClient

T = TypeVar("T")
S = TypeVar("S")


@dataclass(kw_only=True)
class Platform(Generic[S]):
    """What the chassis hands to a service's `build(platform)`."""

    settings: S
    clock: Clock
    caller: RpcClient
    """Requests to other services: `caller.call(request) -> reply`."""
    events: EventPublisher
    """For facts that need not survive a crash; others go through `outbox`."""
    health: Health
    """`health.add("store", lambda: mongo.answers(database))`."""
    _outboxes: list[Outbox] = field(default_factory=list)

    def outbox(
        self,
        collection: Collection[Document],
        before_telling: Callable[[Sequence[Any]], None] = lambda ids: None,
    ) -> Outbox:
        """A relay for the events embedded in the documents of `collection`; runs as long as the service."""
        box = Outbox(collection, self.events, before_telling)
        box.start()
        self.health.add_vital(f"outbox of {collection.name}", box.runs)
        self._outboxes.append(box)
        return box

    def close(self) -> None:
        """Publish what waits, let the connections go."""
        for box in self._outboxes:
            box.stop()
        self.caller.close()
        self.events.close()


def application(build: Callable[[Platform[Any]], T]) -> T:
    """A class attribute of the service that holds what `build` returns, in each of its methods."""
    return cast(T, Application(build))


class Application(DependencyProvider):  # type: ignore[misc]
    """Builds in `setup()`, so no client exists before the process is what it will be."""

    def __init__(self, build: Callable[[Platform[Any]], Any]) -> None:
        self._build = build

    def setup(self) -> None:
        self._platform: Platform[Any] = config["PLATFORM"]
        self._built = self._build(self._platform)

    def stop(self) -> None:
        self._platform.close()

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self._built
