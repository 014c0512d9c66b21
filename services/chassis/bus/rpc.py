"""Requests: `@handles`, and the consumer and responder behind it."""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable
from typing import Any, TypeVar

from eventlet import sleep
from nameko import config
from nameko.extensions import register_entrypoint
from nameko.rpc import Rpc, RpcConsumer
from pymongo.errors import ConnectionFailure, PyMongoError

from services.chassis import context
from services.chassis.amqp import BROKEN, JSON, RPC_EXCHANGE, TRANSIENT, ChannelPool, message
from services.chassis.bus.consumer import BusConsumer, Received, spawn
from services.chassis.codec import from_wire, to_wire
from services.chassis.operations import REQUESTS, observed
from services.contracts.errors import (
    InternalError,
    InvalidField,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
)
from services.contracts.wire import EVERYWHERE, Request

_log = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT")

_REPLY_ATTEMPTS = 20
_REPLY_PAUSE = 0.5
_REPLY_KEY = re.compile("[0-9a-f-]{36}")
"""A caller's address is a UUID, as nameko's is; the broker lets nobody answer to anything else."""


def handles(
    request_class: type[Request[ReplyT]],
) -> Callable[[Callable[[Any, Any], ReplyT]], Callable[[Any, Received], None]]:
    """Declare a method as the answer to `request_class`: `(self, request) -> reply`.

    A PlatformError reaches the caller as itself; a request that breaks its contract is
    answered with InvalidField; a store that does not answer becomes ServiceTimeout or
    ServiceUnavailable; anything else InternalError(service), with an outline in the log.
    The undecorated function stays reachable as `__wrapped__`.
    """

    def decorate(method: Callable[[Any, Any], ReplyT]) -> Callable[[Any, Received], None]:
        @functools.wraps(method)
        def entry(self: Any, received: Received) -> None:
            _serve(request_class, functools.partial(method, self), received)

        register_entrypoint(entry, RpcEntrypoint(request_class))
        return entry

    return decorate


def _serve(request_class: type[Request[Any]], method: Callable[[Any], Any], received: Received) -> None:
    """Decode, call, reply, acknowledge; nothing leaves it, since an exception would end the container."""
    if not received.begin():
        return
    with context.use(context.from_headers(received.headers)):
        answer = _answer(request_class, method, received.body)
        received.reply(answer)
        received.ack()


def _answer(request_class: type[Request[Any]], method: Callable[[Any], Any], body: Any) -> dict[str, Any]:
    try:
        with observed(REQUESTS, request_class.method):
            request = from_wire(request_class, _arguments(body))
            return {"result": to_wire(method(request), request_class.reply), "error": None}
    except PlatformError as error:
        return {"result": None, "error": _error(_declared(error, request_class))}
    except Exception as error:  # noqa: BLE001 - the boundary: the caller gets an answer whatever happened
        return {"result": None, "error": _error(_fault(error, request_class))}


def _declared(error: PlatformError, request_class: type[Request[Any]]) -> PlatformError:
    """The error; in a test one that the contract does not name is a defect, not to be missed."""
    if isinstance(error, (*request_class.errors, *EVERYWHERE)):
        return error
    _log.error(
        "an error that is not declared",
        extra={"method": request_class.method, "error": type(error).__name__},
    )
    platform = config.get("PLATFORM")
    in_test = platform is not None and platform.settings.environment == "test"
    return InternalError(request_class.service) if in_test else error


def _fault(error: Exception, request_class: type[Request[Any]]) -> PlatformError:
    """What the caller is told of an exception that no use case meant: to try again, or of a defect."""
    if isinstance(error, PyMongoError) and (error.timeout or isinstance(error, ConnectionFailure)):
        _log.warning(
            "the store does not answer", extra={"method": request_class.method, "error": type(error).__name__}
        )
        # After a time-out the change may have happened; the store's own word for it would tell nobody.
        away = ServiceTimeout if error.timeout else ServiceUnavailable
        return away(request_class.service)
    _log.exception("a request met a defect", extra={"method": request_class.method})
    return InternalError(request_class.service)


def _arguments(body: Any) -> dict[str, Any]:
    kwargs = body.get("kwargs") if isinstance(body, dict) else None
    if not isinstance(kwargs, dict):
        raise InvalidField("message", "format")
    return kwargs


def _error(error: PlatformError) -> dict[str, Any]:
    """nameko's form of an error; positional string arguments only."""
    name = type(error).__name__
    return {
        "exc_type": name,
        "exc_path": f"{type(error).__module__}.{name}",
        "exc_args": list(error.args),
        "value": name,
    }


class Responder:
    """Sends replies on pooled channels, and survives the broker's absence."""

    def __init__(self, amqp_url: str) -> None:
        self._pool = ChannelPool(amqp_url, confirms=False)

    def reply(self, asked: dict[str, Any], answer: dict[str, Any]) -> None:
        """Answer the request with properties `asked`; gives up after ten seconds without a broker."""
        for _ in range(_REPLY_ATTEMPTS):
            try:
                self._send(asked, answer)
            except BROKEN:
                self._pool.clear()
                sleep(_REPLY_PAUSE)
            else:
                return
        _log.error("a reply could not be sent")

    def _send(self, asked: dict[str, Any], answer: dict[str, Any]) -> None:
        sent = message(answer, delivery_mode=TRANSIENT, correlation_id=asked.get("correlation_id"))
        with self._pool.borrow() as channel:
            channel.basic_publish(sent, RPC_EXCHANGE, asked["reply_to"])


class BusRpcConsumer(RpcConsumer):  # type: ignore[misc]
    """One queue for all requests of the service; refuses what could not be answered."""

    consumer_cls = BusConsumer

    def setup(self) -> None:
        super().setup()
        self._responder = Responder(config["AMQP_URI"])

    def handle_message(self, body: Any, message: Any) -> None:
        received = self.consumer.receive(body, message)
        if received is None:
            return
        if (
            not _REPLY_KEY.fullmatch(message.properties.get("reply_to", ""))
            or message.content_type != JSON["content_type"]
        ):
            _log.error("a request cannot be answered")
            received.reject("no_reply_address")
            return
        received.reply = functools.partial(self._responder.reply, message.properties)
        method = message.delivery_info["routing_key"].rpartition(".")[2]
        entrypoint = self._entrypoint(method)
        if entrypoint is None:
            self._refuse(received)
        else:
            spawn(entrypoint, received)

    def _entrypoint(self, method: str) -> Any:
        # Entry points register themselves during their own setup, which may come after ours.
        return next((e for e in self._providers if e.request_class.method == method), None)

    def _refuse(self, received: Received) -> None:
        _log.error("a request for which there is no method")
        error = {"exc_type": "MethodNotFound", "exc_path": "", "exc_args": [], "value": ""}
        received.reply({"result": None, "error": error})
        received.reject("no_method")


class RpcEntrypoint(Rpc):  # type: ignore[misc]
    """nameko's entry point, told apart by the request's class."""

    rpc_consumer = BusRpcConsumer()

    def __init__(self, request_class: type[Request[Any]], **kwargs: Any) -> None:
        self.request_class = request_class
        super().__init__(**kwargs)
