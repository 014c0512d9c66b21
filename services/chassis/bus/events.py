"""Events: `@on`, with growing delays between attempts and a place for what cannot be handled."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from kombu import Exchange, Queue
from nameko import config
from nameko.extensions import SharedExtension, register_entrypoint
from nameko.messaging import Consumer

from services.chassis import context
from services.chassis.amqp import (
    BROKEN,
    DEAD,
    DEAD_DAYS,
    DEAD_QUEUE,
    PERSISTENT,
    ChannelPool,
    event_queue,
    events_exchange,
    message,
)
from services.chassis.bus.consumer import BusConsumer, Received, spawn
from services.chassis.codec import from_wire
from services.chassis.ids import new_id
from services.chassis.operations import EVENTS, observed
from services.contracts.errors import InvalidField
from services.contracts.wire import Event

_log = logging.getLogger(__name__)

EventT = TypeVar("EventT", bound=Event)

ATTEMPTS_HEADER = "attempts"
_TRANSIENT_LIFE_MS = 5_000


class Delivery(Enum):
    """What a handler needs of its queue."""

    DURABLE = "durable"
    """Every event reaches one replica, also after all were away; retried, then `dead`."""
    TRANSIENT = "transient"
    """One replica, now or never: announcements that the next one replaces; no retries."""
    BROADCAST = "broadcast"
    """Every replica, while it runs; no retries."""


def on(
    event_class: type[EventT], *, delivery: Delivery = Delivery.DURABLE, at_once: int | None = None
) -> Callable[[Callable[[Any, EventT], None]], Callable[[Any, Received], None]]:
    """Declare a method as a handler of `event_class`: `(self, event) -> None`.

    It may see the same event twice (same `event_id`) and events out of order.  Any
    exception means: try again later.  One that breaks its contract goes to `dead` at once.
    `at_once`: how many a replica handles at a time, for work that may wait while others must not;
    without it as many as there are workers.
    """

    def decorate(method: Callable[[Any, EventT], None]) -> Callable[[Any, Received], None]:
        @functools.wraps(method)
        def entry(self: Any, received: Received) -> None:
            _handle(event_class, functools.partial(method, self), received)

        register_entrypoint(entry, EventEntrypoint(event_class, delivery, at_once))
        return entry

    return decorate


def _handle(event_class: type[EventT], method: Callable[[EventT], None], received: Received) -> None:
    """Decode, call, acknowledge; nothing leaves it, since an exception would end the container."""
    if not received.begin():
        return
    with context.use(context.from_headers(received.headers)):
        try:
            event = from_wire(event_class, received.body)
        except InvalidField as fault:
            _log.error(
                "an event breaks its contract", extra={"event": event_class.type, "code": fault.args[1]}
            )
            return received.reject("breaks_contract")
        _attempt(event, method, received)


def _attempt(event: EventT, method: Callable[[EventT], None], received: Received) -> None:
    try:
        with observed(EVENTS, event.type):
            method(event)
    except Exception:  # noqa: BLE001 - whatever went wrong, the event must be tried again
        attempts = received.headers.get(ATTEMPTS_HEADER, 0) + 1
        _log.exception(
            "an event was not handled",
            extra={"event": event.type, "event_id": event.event_id, "attempts": attempts},
        )
        received.retry(attempts)
    else:
        received.ack()


class Retries(SharedExtension):  # type: ignore[misc]
    """The service's delay queues: one per delay, from which a message falls back into the queue it came from.

    A message is published to the fanout exchange `retry-<service>-<ms>` with its queue's name as
    routing key; when its time there is over, `retry-<service>` routes it by that key.
    """

    def setup(self) -> None:
        self._delays = tuple(int(seconds * 1000) for seconds in config["RETRY_DELAYS"])
        self._pool = ChannelPool(config["AMQP_URI"], confirms=True, prepare=self._declare)

    @property
    def exchange(self) -> str:
        """Where messages come back; each durable queue is bound to it by its own name."""
        return f"retry-{self.container.service_name}"

    def later(self, queue: str, received: Received, attempts: int) -> None:
        """Publish a copy for later, then acknowledge; after the last attempt: `dead`."""
        if attempts > len(self._delays):
            return received.reject("attempts_used_up")
        waiting_room = self._name(self._delays[attempts - 1])
        try:
            with self._pool.borrow() as channel:
                channel.basic_publish(_copy(received, attempts), waiting_room, queue)
        except BROKEN:
            received.requeue()
        else:
            received.ack()

    def declare_return(self, queue: str, channel: Any) -> None:
        """Let messages for `queue` come back."""
        channel.exchange_declare(self.exchange, "direct", durable=True, auto_delete=False)
        channel.queue_bind(queue, self.exchange, queue)

    def _declare(self, channel: Any) -> None:
        channel.exchange_declare(self.exchange, "direct", durable=True, auto_delete=False)
        for delay in set(self._delays):
            name, arguments = (
                self._name(delay),
                {"x-message-ttl": delay, "x-dead-letter-exchange": self.exchange},
            )
            channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
            channel.queue_declare(name, durable=True, auto_delete=False, arguments=arguments)
            channel.queue_bind(name, name)

    def _name(self, delay_ms: int) -> str:
        return f"{self.exchange}-{delay_ms}"


def _copy(received: Received, attempts: int) -> Any:
    return message(
        received.body,
        delivery_mode=PERSISTENT,
        message_id=received.message.properties.get("message_id"),
        application_headers={**received.headers, ATTEMPTS_HEADER: attempts},
    )


class EventEntrypoint(Consumer):  # type: ignore[misc]
    """nameko's consumer of one queue, with the queue that the kind of delivery asks for."""

    consumer_cls = BusConsumer
    retries = Retries()

    def __init__(self, event_class: type[Event], delivery: Delivery, at_once: int | None) -> None:
        self.event_class, self.delivery = event_class, delivery
        super().__init__(queue=None, **({"prefetch_count": at_once} if at_once else {}))

    def setup(self) -> None:
        self.queue = self._queue()
        super().setup()
        if self.delivery is Delivery.DURABLE:
            self.consumer.prepare = self._declare

    def _declare(self, channel: Any) -> None:
        _declare_dead(channel)
        self.queue(channel).declare()
        self.retries.declare_return(self.queue.name, channel)

    def handle_message(self, body: Any, message: Any) -> None:
        received = self.consumer.receive(body, message)
        if received is not None:
            received.retry = functools.partial(self._retry, received)
            spawn(self, received)

    def _retry(self, received: Received, attempts: int) -> None:
        if self.delivery is Delivery.DURABLE:
            self.retries.later(self.queue.name, received, attempts)
        else:
            received.reject("not_retried")

    def _queue(self) -> Queue:
        event, service = self.event_class, self.container.service_name
        name = event_queue(event.source, event.type, service, self.method_name)
        exchange = Exchange(events_exchange(event.source), "topic", durable=True)
        if self.delivery is Delivery.DURABLE:
            return Queue(
                name,
                exchange,
                routing_key=event.type,
                durable=True,
                queue_arguments={"x-dead-letter-exchange": DEAD},
            )
        if self.delivery is Delivery.BROADCAST:
            name = f"{name}-{new_id()}"
        return Queue(
            name,
            exchange,
            routing_key=event.type,
            durable=False,
            auto_delete=True,
            exclusive=self.delivery is Delivery.BROADCAST,
            queue_arguments={"x-message-ttl": _TRANSIENT_LIFE_MS},
        )


def _declare_dead(channel: Any) -> None:
    arguments = {"x-message-ttl": DEAD_DAYS * 86_400_000}
    channel.exchange_declare(DEAD, "fanout", durable=True, auto_delete=False)
    channel.queue_declare(DEAD_QUEUE, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(DEAD_QUEUE, DEAD)
