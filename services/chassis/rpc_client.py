"""A thin RPC client for every process that asks: gateway threads, gevent, and the services' greenlets.

One thread waits for replies on an exclusive queue; callers publish on pooled
channels and wait for a slot in a table.  Nothing is opened before the first
call, so a client may be made before a fork; under gevent or eventlet make it
after the standard library was patched.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, TypeVar

import amqp

from services.chassis import context
from services.chassis.amqp import BROKEN, RPC_EXCHANGE, TRANSIENT, ChannelPool, connected, drain, message
from services.chassis.codec import from_wire, to_wire
from services.chassis.ids import new_id
from services.chassis.operations import CALLS, observed
from services.contracts.errors import (
    ERRORS,
    InternalError,
    InvalidField,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
)
from services.contracts.wire import Request

_log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT")

_HEARTBEAT = 20
_POLL = 0.25
_FIRST_CONNECTION = 5.0
"""Seconds that a call waits while the very first connection is being made; a refused one is known at once."""
_RECONNECTION = 1.0
"""Seconds that a repeatable call waits for the bus to come back after it was lost under it."""
_BACK_OFF = (0.1, 0.2, 0.5, 1.0, 2.0)


class _Lost(Exception):
    """The bus went away while a call was on it."""


@dataclass(slots=True)
class _Waiting:
    """A caller's place: the lock is released when the answer (or the loss) is there."""

    done: threading.Lock = field(default_factory=threading.Lock)
    answer: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        self.done.acquire()


class RpcClient:
    """Typed requests to services: `client.call(HoldSlot(...)) -> Hold`."""

    def __init__(self, amqp_url: str, source: str) -> None:
        self._url, self._source = amqp_url, source
        self._start_lock = threading.Lock()
        self._pid: int | None = None
        self.losses = 0
        """How often the connection for replies was lost."""

    @property
    def connected(self) -> bool:
        """True while replies can arrive; the readiness check of a caller."""
        self._start()
        return self._up.is_set()

    @property
    def runs(self) -> bool:
        """A vital check: false once the thread that waits for replies has ended by a defect."""
        return self._pid != os.getpid() or self._closing.is_set() or self._thread.is_alive()

    def call(
        self, request: Request[ReplyT], *, service: str | None = None, timeout: float | None = None
    ) -> ReplyT:
        """Ask, and wait for the reply.

        `service` addresses one instance (`sfu-<node>`); `timeout` (seconds) shortens the
        request's own, and so does the deadline of the current context.
        Raises the service's PlatformError; ServiceUnavailable at once when the bus is down;
        ServiceTimeout when no answer came in time; InternalError for a defect there.
        """
        with observed(CALLS, request.service, request.method):
            return self._call(request, service or request.service, timeout)

    def close(self) -> None:
        """Stop waiting for replies; calls in flight fail as unavailable."""
        if self._pid == os.getpid():
            self._closing.set()
            self._thread.join(2)
            self._lost()

    def _call(self, request: Request[ReplyT], service: str, timeout: float | None) -> ReplyT:
        self._start()
        self._tried.wait(_FIRST_CONNECTION)
        if not self._up.is_set():
            raise ServiceUnavailable(service)
        for may_repeat in (request.repeatable, False):
            try:
                return _result(self._ask(request, service, _seconds(request, timeout)), request, service)
            except _Lost:
                if not (may_repeat and self._up.wait(_RECONNECTION)):
                    break
                _log.info("the bus was lost during a call, once more", extra={"method": request.method})
        raise ServiceUnavailable(service)

    def _ask(self, request: Request[Any], service: str, seconds: float) -> dict[str, Any]:
        if seconds <= 0:
            raise ServiceTimeout(service)
        correlation_id, waiting = new_id(), _Waiting()
        self._waiting[correlation_id] = waiting
        try:
            self._send(request, service, correlation_id, seconds)
            if not waiting.done.acquire(timeout=seconds):
                raise ServiceTimeout(service)
        except BROKEN:
            raise _Lost from None
        finally:
            self._waiting.pop(correlation_id, None)
        if waiting.answer is None:
            raise _Lost
        return waiting.answer

    def _send(self, request: Request[Any], service: str, correlation_id: str, seconds: float) -> None:
        sent = message(
            {"args": [], "kwargs": to_wire(request)},
            delivery_mode=TRANSIENT,
            expiration=str(int(seconds * 1000)),
            reply_to=self._reply_key,
            correlation_id=correlation_id,
            application_headers=context.to_headers(seconds),
        )
        with self._pool.borrow() as channel:
            channel.basic_publish(sent, RPC_EXCHANGE, f"{service}.{request.method}")

    # --- the reply thread ---------------------------------------------------

    def _start(self) -> None:
        if self._pid == os.getpid():
            return
        with self._start_lock:
            if self._pid == os.getpid():
                return
            self._waiting: dict[str, _Waiting] = {}
            self._up, self._tried, self._closing = threading.Event(), threading.Event(), threading.Event()
            self._reply_key = str(uuid.uuid4())
            self._pool = ChannelPool(self._url, confirms=False, prepare=_declare)
            self._thread = threading.Thread(target=self._receive, name="rpc-replies", daemon=True)
            self._thread.start()
            self._pid = os.getpid()

    def _receive(self) -> None:
        failures = 0
        while not self._closing.is_set():
            try:
                with connected(self._url, heartbeat=_HEARTBEAT) as connection:
                    failures = 0
                    self._listen(connection)
            except BROKEN:
                self._lost()
                self._closing.wait(_BACK_OFF[min(failures, len(_BACK_OFF) - 1)])
                failures += 1

    def _listen(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        _declare(channel)
        queue = f"rpc.reply-{self._source}-{self._reply_key}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, RPC_EXCHANGE, self._reply_key)
        channel.basic_consume(queue, no_ack=True, callback=self._arrived)
        self._up.set()
        self._tried.set()
        heartbeat_at = time.monotonic()
        while not self._closing.is_set():
            drain(connection, _POLL)
            # By elapsed time, not when idle: under steady load there is no idle moment.
            if time.monotonic() - heartbeat_at >= 1.0:
                connection.heartbeat_tick()
                heartbeat_at = time.monotonic()

    def _arrived(self, reply: Any) -> None:
        waiting = self._waiting.get(reply.properties.get("correlation_id", ""))
        if waiting is not None:
            waiting.answer = _parse(reply.body)
            waiting.done.release()

    def _lost(self) -> None:
        self.losses += self._up.is_set()
        self._up.clear()
        self._tried.set()
        self._pool.clear()
        while self._waiting:
            _, waiting = self._waiting.popitem()
            waiting.done.release()


def _declare(channel: Any) -> None:
    channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)


def _seconds(request: Request[Any], timeout: float | None) -> float:
    limits = (request.timeout, timeout, context.current().remaining())
    return min(limit for limit in limits if limit is not None)


def _parse(body: Any) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    return answer if isinstance(answer, dict) else {"error": {"exc_type": "Unreadable"}}


def _result(answer: dict[str, Any], request: Request[ReplyT], service: str) -> ReplyT:
    error = answer.get("error")
    if error:
        raise _error(error, service)
    try:
        reply: ReplyT = from_wire(request.reply, answer.get("result"))
    except InvalidField as fault:
        _log.exception("a reply breaks its contract", extra={"method": request.method, "code": fault.args[1]})
        raise InternalError(service) from None
    return reply


def _error(error: dict[str, Any], service: str) -> PlatformError:
    cls, details = ERRORS.get(str(error.get("exc_type"))), error.get("exc_args") or []
    if cls is None or len(details) != len(cls.fields):
        return InternalError(service)
    return cls(*details)
