"""The broker: connections, names of exchanges and queues, and publishing.  No nameko, no eventlet.

The names and the message format are nameko's, and they are the contract
(docs/decisions): any AMQP client can speak it.
"""

from __future__ import annotations

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol

import amqp
from kombu.utils.url import parse_url

from services.chassis import context
from services.chassis.codec import to_wire
from services.contracts.wire import Event

RPC_EXCHANGE = "nameko-rpc"
DEAD = "dead"
"""Fanout exchange of events that no attempt could handle."""
DEAD_QUEUE = "dead-events"
"""Where they wait for an operator: services may declare and fill it, and not read it."""
DEAD_DAYS = 7
JSON = {"content_type": "application/json", "content_encoding": "utf-8"}
TRANSIENT, PERSISTENT = 1, 2
_CONFIRM_SECONDS = 10
_CHANNELS = 16
"""How many a pool has at most; each costs a connection."""
_TURN_SECONDS = 10
"""Who waits that long for a channel is told that the broker is away, as those are who have one by then."""

BROKEN: tuple[type[BaseException], ...] = (amqp.AMQPError, OSError)
"""What a lost connection or a refusal of the broker looks like."""


def events_exchange(source: str) -> str:
    return f"{source}.events"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def event_queue(source: str, event_type: str, service: str, method: str) -> str:
    return f"evt-{source}-{event_type}--{service}.{method}"


def connect(url: str, *, heartbeat: int = 0, confirms: bool = False) -> amqp.Connection:
    """An open connection or one of `BROKEN`, at once: no retries here.

    Only connections that wait for messages need a heartbeat; those that only
    publish rely on TCP keep-alive, so that an idle one is not cut off.
    """
    parts = parse_url(url)
    secure = parts["transport"] == "amqps"
    connection = amqp.Connection(
        host=f"{parts['hostname']}:{parts['port'] or (5671 if secure else 5672)}",
        userid=parts["userid"],
        password=parts["password"],
        virtual_host=parts["virtual_host"] or "/",
        ssl=secure,
        heartbeat=heartbeat,
        confirm_publish=confirms,
        connect_timeout=3,
        read_timeout=None if heartbeat else 10,
        write_timeout=10,
    )
    connection.connect()
    return connection


@contextmanager
def connected(url: str, *, heartbeat: int) -> Iterator[amqp.Connection]:
    """A connection for a block; after an error its socket is dropped without a farewell."""
    connection = connect(url, heartbeat=heartbeat)
    try:
        yield connection
        connection.close()
    finally:
        connection.collect()


class ChannelPool:
    """A few open channels, each on a connection of its own, lent to one borrower at a time.

    Who finds none free waits for his turn. To open one more and to drop it after use would lose messages:
    of a connection that goes without a farewell, the broker forgets what it has read and not yet routed.
    """

    def __init__(self, url: str, *, confirms: bool, prepare: Callable[[Any], None] = lambda _: None) -> None:
        self._url, self._confirms, self._prepare = url, confirms, prepare
        self._idle: deque[tuple[amqp.Connection, Any]] = deque()
        self._turns = threading.BoundedSemaphore(_CHANNELS)
        self._lock = threading.Lock()
        self._generation = 0

    @contextmanager
    def borrow(self) -> Iterator[Any]:
        """A channel; after any exception it is closed instead of being lent again. Raises one of `BROKEN`."""
        with self._turn():
            generation = self._generation
            connection, channel = self._take()
            try:
                yield channel
            except BaseException:
                connection.collect()
                raise
            self._give_back(generation, connection, channel)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=_TURN_SECONDS):
            raise TimeoutError("no channel was given back in time")
        try:
            yield
        finally:
            self._turns.release()

    def clear(self) -> None:
        """Forget all channels: the broker went away, and a dead socket may swallow a message."""
        with self._lock:
            self._generation += 1
            idle, self._idle = self._idle, deque()
        for connection, _ in idle:
            connection.collect()

    def _take(self) -> tuple[amqp.Connection, Any]:
        while self._idle:
            with suppress(IndexError):
                connection, channel = self._idle.pop()
                if _is_well(connection):
                    return connection, channel
                connection.collect()
        connection = connect(self._url, confirms=self._confirms)
        channel = connection.channel()
        self._prepare(channel)
        return connection, channel

    def _give_back(self, generation: int, connection: amqp.Connection, channel: Any) -> None:
        with self._lock:
            if generation == self._generation:
                self._idle.append((connection, channel))
                return
        connection.collect()


def _is_well(connection: amqp.Connection) -> bool:
    """False when the peer is gone or has closed the channel (say, for a refused routing key).

    Without confirms nobody tells a publisher, and what it publishes next would vanish.
    """
    try:
        drain(connection, 0)
    except BROKEN:
        return False
    return True


def message(body: Any, **properties: Any) -> amqp.Message:
    """`body` (JSON types) as a message; `properties` are AMQP's."""
    return amqp.Message(json.dumps(body, separators=(",", ":")), **JSON, **properties)


class _Confirms:
    """What the broker has taken of the messages of one channel (publisher confirms, RabbitMQ's extension)."""

    def __init__(self, channel: Any) -> None:
        self._sent, self._open = 0, set[int]()
        channel.confirm_select()
        channel.events["basic_ack"].add(self._taken)
        channel.events["basic_nack"].add(self._refused)

    def count(self) -> None:
        """One more is on its way."""
        self._sent += 1
        self._open.add(self._sent)

    def wait(self, connection: amqp.Connection) -> None:
        """Return when all are taken, else raise one of `BROKEN`."""
        while self._open:
            connection.drain_events(timeout=_CONFIRM_SECONDS)

    def _taken(self, tag: int, multiple: bool) -> None:
        self._open -= {sent for sent in self._open if sent <= tag} if multiple else {tag}

    def _refused(self, tag: int, multiple: bool) -> None:
        raise amqp.MessageNacked


class PublishBody(Protocol):
    """Publishes an encoded event."""

    def __call__(self, event_type: str, event_id: str, body: Any, headers: dict[str, Any]) -> None: ...


class EventPublisher:
    """Publishes events of `source`, persistent and confirmed by the broker."""

    def __init__(self, url: str, source: str) -> None:
        self._exchange = events_exchange(source)
        self._pool = ChannelPool(url, confirms=False, prepare=self._declare)

    def publish(self, event: Event, *, expires: float | None = None) -> None:
        """Publish one fact that need not survive a crash of this process (others go through the outbox).

        `expires`: seconds after which it is worth nothing.  Raises one of `BROKEN`.
        """
        expiration = {} if expires is None else {"expiration": str(int(expires * 1000))}
        with self.batch(**expiration) as publish:
            publish(event.type, event.event_id, to_wire(event), context.to_headers())

    @contextmanager
    def batch(self, **properties: Any) -> Iterator[PublishBody]:
        """Publish some encoded events in a block; it ends after the broker's confirmation of all.

        Raises one of `BROKEN`: then any of them may have been published or not.
        """
        with self._pool.borrow() as channel:

            def publish(event_type: str, event_id: str, body: Any, headers: dict[str, Any]) -> None:
                sent = message(
                    body,
                    delivery_mode=PERSISTENT,
                    message_id=event_id,
                    application_headers=headers,
                    **properties,
                )
                channel.confirms.count()
                channel.basic_publish(sent, self._exchange, event_type)

            yield publish
            channel.confirms.wait(channel.connection)

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()

    def _declare(self, channel: Any) -> None:
        channel.exchange_declare(self._exchange, "topic", durable=True, auto_delete=False)
        channel.confirms = _Confirms(channel)


def drain(connection: Any, seconds: float) -> None:
    """Wait for messages for at most `seconds`, on a connection of amqp's or kombu's."""
    try:
        connection.drain_events(timeout=seconds)
    except TimeoutError:
        return
    except socket.timeout:  # noqa: UP041 - eventlet's own class in a patched process
        return
