"""The bus in asyncio: this node's requests and the events it tells.

Speaks the platform's wire format (nameko's) through aio-pika: requests come on the topic exchange
`nameko-rpc`, the reply goes to the same exchange; events go to `sfu.events`.  The connection restores itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractIncomingMessage, AbstractRobustConnection, AbstractRobustExchange
from aio_pika.exceptions import AMQPError

from services.chassis import context
from services.chassis.codec import from_wire, to_wire
from services.chassis.operations import REQUESTS, observed
from services.contracts.errors import InternalError, InvalidField, PlatformError
from services.contracts.wire import Event, Request

log = logging.getLogger(__name__)

RPC_EXCHANGE = "nameko-rpc"
HEARTBEAT = 10
BACKLOG = 10_000
"""Events kept while the broker is away; beyond that the oldest go."""
TRANSIENT_SECONDS = 5.0
PREFETCH = 64
CLOSES_WITHIN = 5.0
"""Seconds for what is still to be published."""
_RETRY_SECONDS = 0.5
_TIMEOUT = 5.0
_BROKEN = (AMQPError, ConnectionError, TimeoutError, RuntimeError)
"""What a lost connection looks like in aio-pika."""

Handler = Callable[[Any], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Told:
    event_type: str
    message: aio_pika.Message


class Bus:
    """One connection for requests and events."""

    def __init__(
        self, url: str, service: str, source: str, handlers: Mapping[type[Request[Any]], Handler]
    ) -> None:
        """`handlers` answer requests sent to `service`; events are told as `source`."""
        self._url, self._service, self._source = url, service, source
        self._handlers = {request.method: (request, handler) for request, handler in handlers.items()}
        self._backlog: asyncio.Queue[_Told] = asyncio.Queue(BACKLOG)
        self._connection: AbstractRobustConnection | None = None
        self._events: AbstractRobustExchange | None = None
        self._replies: AbstractRobustExchange | None = None
        self._publishing: asyncio.Task[None] | None = None
        self._serving = False

    @property
    def connected(self) -> bool:
        """Whether requests can come now."""
        return self._serving and self._connection is not None and self._connection.connected.is_set()

    @property
    def publishes(self) -> bool:
        """False once events are told to nobody, by a defect or after `close`."""
        return self._publishing is None or not self._publishing.done()

    async def start(self) -> None:
        """Returns when requests can come; waits for a broker that is not there yet."""
        self._connection = await self._connect()
        channel = await self._connection.channel()
        await channel.set_qos(PREFETCH)
        self._replies = await channel.declare_exchange(
            RPC_EXCHANGE, aio_pika.ExchangeType.TOPIC, durable=True
        )
        self._events = await channel.declare_exchange(
            f"{self._source}.events", aio_pika.ExchangeType.TOPIC, durable=True
        )
        # The queue goes with the node: what is asked of a dead one must not wait for its namesake.
        queue = await channel.declare_queue(f"rpc-{self._service}", auto_delete=True)
        await queue.bind(self._replies, f"{self._service}.*")
        await queue.consume(self._asked)
        self._serving = True
        self._publishing = asyncio.create_task(self._publish_all())

    async def _connect(self) -> AbstractRobustConnection:
        while True:
            try:
                return await aio_pika.connect_robust(self._url, heartbeat=HEARTBEAT, reconnect_interval=1)
            except _BROKEN:
                log.warning("no broker yet")
                await asyncio.sleep(_RETRY_SECONDS)

    async def close(self) -> None:
        """Publish what is waiting, for a few seconds at most, and say goodbye."""
        try:
            async with asyncio.timeout(CLOSES_WITHIN):
                await self._backlog.join()
        except TimeoutError:
            log.warning("events were lost", extra={"size": self._backlog.qsize()})
        if self._publishing is not None:
            self._publishing.cancel()
        if self._connection is not None:
            await self._connection.close()

    # --- events ---------------------------------------------------------------

    def tell(self, event: Event, *, transient: bool = False) -> None:
        """Publish soon, in order, until the broker confirms.

        A transient one is not kept while the broker is away, nor by the broker for more than seconds.
        """
        message = aio_pika.Message(
            json.dumps(to_wire(event)).encode(),
            content_type="application/json",
            content_encoding="utf-8",
            headers=context.to_headers(),
            delivery_mode=1 if transient else 2,
            expiration=TRANSIENT_SECONDS if transient else None,
        )
        if transient and not self.connected:
            return
        if self._backlog.full():
            self._backlog.get_nowait()
            self._backlog.task_done()
        self._backlog.put_nowait(_Told(event.type, message))

    async def _publish_all(self) -> None:
        while True:
            told = await self._backlog.get()
            await self._publish(told)
            self._backlog.task_done()

    async def _publish(self, told: _Told) -> None:
        while True:
            try:
                assert self._events is not None
                await self._events.publish(told.message, told.event_type, timeout=_TIMEOUT)
            except _BROKEN:
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return

    # --- requests -------------------------------------------------------------

    async def _asked(self, message: AbstractIncomingMessage) -> None:
        with context.use(context.from_headers(message.headers)):
            try:
                body = json.loads(message.body)
            except ValueError:
                log.warning("an undecodable request was refused")
                await message.reject(requeue=False)
                return
            await self._reply(message, await self._answer(message.routing_key or "", body))
            await message.ack()

    async def _answer(self, routing_key: str, body: Any) -> dict[str, Any]:
        method = routing_key.rpartition(".")[2]
        if method not in self._handlers:
            return _failed("MethodNotFound", "nameko.exceptions.MethodNotFound", [method])
        request_class, handler = self._handlers[method]
        try:
            with observed(REQUESTS, method):
                reply = await handler(from_wire(request_class, _arguments(body)))
                return {"result": to_wire(reply, request_class.reply), "error": None}
        except PlatformError as error:
            return _platform_error(error)
        except Exception:  # the boundary: the caller gets an answer whatever happened
            log.exception("a request met a defect", extra={"method": method})
            return _platform_error(InternalError("sfu"))

    async def _reply(self, asked: AbstractIncomingMessage, answer: dict[str, Any]) -> None:
        if not asked.reply_to or self._replies is None:
            return
        reply = aio_pika.Message(
            json.dumps(answer).encode(),
            content_type="application/json",
            content_encoding="utf-8",
            correlation_id=asked.correlation_id,
            delivery_mode=1,
        )
        try:
            await self._replies.publish(reply, asked.reply_to, timeout=_TIMEOUT)
        except _BROKEN:
            log.warning("a reply could not be sent")


def _arguments(body: Any) -> dict[str, Any]:
    arguments = body.get("kwargs") if isinstance(body, dict) else None
    if not isinstance(arguments, dict):
        raise InvalidField("message", "format")
    return arguments


def _platform_error(error: PlatformError) -> dict[str, Any]:
    name = type(error).__name__
    return _failed(name, f"{type(error).__module__}.{name}", list(error.args))


def _failed(name: str, path: str, args: list[Any]) -> dict[str, Any]:
    return {
        "result": None,
        "error": {"exc_type": name, "exc_path": path, "exc_args": args, "value": name},
    }
