"""Receiving: nameko's consumer, cured of what it does at shutdown, under load and with bad messages."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any

from kombu import Connection
from nameko.amqp.consume import Consumer
from nameko.exceptions import ContainerBeingKilled

from services.chassis.amqp import BROKEN, drain
from services.chassis.codec import MAX_MESSAGE
from services.chassis.operations import REJECTED

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.5
_SETTLE_SECONDS = 0.05
_HEARTBEAT_SECONDS = 1.0
_BACK_OFF_MAX = 2.0


class _State(Enum):
    WAITING = auto()
    RUNNING = auto()
    SETTLED = auto()


class Received:
    """One message from arrival to settlement; settled exactly once, however late."""

    reply: Callable[[dict[str, Any]], None]
    """Sends the answer; requests only."""
    retry: Callable[[int], None]
    """Tries again later, given the attempts so far; events only."""

    def __init__(self, body: Any, message: Any, consumer: BusConsumer) -> None:
        self.body, self.message, self._consumer = body, message, consumer
        self._state = _State.WAITING

    @property
    def headers(self) -> dict[str, Any]:
        return self.message.headers or {}

    @property
    def running(self) -> bool:
        return self._state is _State.RUNNING

    def begin(self) -> bool:
        """True when the work may start; False when the message was given back meanwhile."""
        if self._state is not _State.WAITING:
            return False
        self._state = _State.RUNNING
        return True

    def ack(self) -> None:
        """Done: the broker forgets it."""
        self._settle(self.message.ack)

    def reject(self, reason: str) -> None:
        """Never to be tried again: the queue's dead-letter exchange has it, if there is one."""
        REJECTED.labels(reason).inc()
        self._settle(self.message.reject)

    def requeue(self) -> None:
        """Somebody else shall have it."""
        self._settle(self.message.requeue)

    def _settle(self, act: Callable[[], None]) -> None:
        self._state = _State.SETTLED
        self._consumer.settled(self)
        # A channel that was lost has given its messages back by itself.
        if self.message.channel is not None and self.message.channel.connection:
            try:
                act()
            except BROKEN:
                _log.info("the connection went away before a message was settled")


class _Stopped(Exception):
    """There is no broker to give anything back to."""


class BusConsumer(Consumer):  # type: ignore[misc]
    """Consumes until told to stop, then gives back what waits and finishes what runs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._held: set[Received] = set()
        self._ended = False
        self.connected = False
        self.prepare: Callable[[Any], None] = lambda channel: None
        """Declares on each new channel what the queues refer to."""

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]:
        self.prepare(channel)
        consumers: list[Any] = super().get_consumers(consumer_cls, channel)
        return consumers

    def receive(self, body: Any, message: Any) -> Received | None:
        """Take a message into account; None when it was given back or refused."""
        received = Received(body, message, self)
        self._held.add(received)
        if self.should_stop:
            received.requeue()
            return None
        if len(message.body or "") > MAX_MESSAGE:
            received.reject("too_large")
            return None
        return received

    def settled(self, received: Received) -> None:
        self._held.discard(received)

    def on_message(self, body: Any, message: Any) -> None:
        """kombu's callback; also called while stopping, when everything goes back."""
        for callback in self.callbacks:
            callback(body, message)

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Refuse instead of acknowledging, so that the dead-letter exchange keeps it."""
        _log.error("a message cannot be decoded", extra={"queue": self.queues[0].name})
        Received(None, message, self).reject("undecodable")

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        """As kombu does, but asking a lost broker again every two seconds at the latest."""
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, interval_start=0.2, interval_step=0.4, interval_max=_BACK_OFF_MAX
            )
            yield connection

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        _log.warning("no connection to the broker", extra={"interval": interval})
        if self.should_stop:
            raise _Stopped  # kombu would ask again for ever

    def on_connection_revived(self) -> None:
        # Whatever was held came over the connection that is gone; the broker delivers it again.
        self._held.clear()

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        self.connected = True
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def consume(self, *_: Any, **__: Any) -> Iterator[None]:
        """One connection's life: receive until told to stop, then empty the hands."""
        try:
            with self.consumer_context() as (connection, _channel, consumers):
                pulse = _Pulse(connection)
                while not self.should_stop:
                    self._receive_for(_POLL_SECONDS, connection, pulse)
                    yield
                for consumer in consumers:
                    consumer.cancel()
                self._give_back_waiting()
                while self._held:
                    self._receive_for(_SETTLE_SECONDS, connection, pulse)
        finally:
            self.connected = False

    @staticmethod
    def _receive_for(seconds: float, connection: Connection, pulse: _Pulse) -> None:
        drain(connection, seconds)
        pulse.beat()

    def _give_back_waiting(self) -> None:
        for received in [held for held in self._held if not held.running]:
            received.requeue()

    def run(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().run(*args, **kwargs)
        except _Stopped:
            _log.info("stopped without the broker", extra={"queue": self.queues[0].name})
        finally:
            self._ended = True

    def stop(self) -> None:
        """Return once nothing is held any more, so that the container may end its workers."""
        super().stop()
        while not self._ended and self.ready.is_set():
            time.sleep(0.02)


class _Pulse:
    """Heartbeats by elapsed time: a connection that is never idle needs them too."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._at = connection, time.monotonic()

    def beat(self) -> None:
        if time.monotonic() - self._at >= _HEARTBEAT_SECONDS:
            self._connection.heartbeat_check()
            self._at = time.monotonic()


def spawn(entrypoint: Any, received: Received) -> None:
    """Run the entry point's method on a message, when the worker pool has a place.

    Waiting for the place happens in a greenlet of its own: the consumer has to go on with heartbeats.
    """

    def work() -> None:
        try:
            entrypoint.container.spawn_worker(entrypoint, (received,), {}, handle_result=done)
        except ContainerBeingKilled:
            received.requeue()

    def done(_context: Any, result: Any, exc_info: Any) -> Any:
        # Handlers settle their message; one that did not, for a defect here, must not hold it for ever.
        if received.running:
            received.reject("unsettled")
        return result, exc_info

    entrypoint.container.spawn_managed_thread(work, identifier=f"wait[{entrypoint.method_name}]")
