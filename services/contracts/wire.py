"""How a contract is declared: `@rpc` for a request with its reply, `@event` for a fact."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, cast, dataclass_transform

from services.contracts.errors import (
    InternalError,
    InvalidField,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
)

ReplyT = TypeVar("ReplyT")
DeclaredT = TypeVar("DeclaredT", bound=type)

Errors = tuple[type[PlatformError], ...]
EVERYWHERE: Errors = (InvalidField, ServiceUnavailable, ServiceTimeout, InternalError)
"""What any request may be answered with: a field that breaks its contract, a store away, a defect."""

REQUESTS: dict[tuple[str, str], type[Request[Any]]] = {}
EVENTS: dict[tuple[str, str], type[Event]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def value(cls: DeclaredT) -> DeclaredT:
    """A frozen shape that is part of a request, a reply or an event."""
    declared: DeclaredT = dataclass(frozen=True, kw_only=True, slots=True)(cls)  # type: ignore[assignment]
    return declared


class Request(Generic[ReplyT]):
    """A question to one service; its dataclass fields are the RPC's keyword arguments."""

    __slots__ = ()

    service: ClassVar[str]
    method: ClassVar[str]
    reply: ClassVar[Any]
    timeout: ClassVar[float]
    """Seconds that the caller waits; the request expires on the broker at the same time."""
    repeatable: ClassVar[bool]
    """True when it may be sent once more after a lost connection: reads, and what carries its own key."""
    errors: ClassVar[Errors]
    """What else it may be answered with, besides EVERYWHERE."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def rpc(
    service: str,
    *,
    reply: Any,
    errors: Errors,
    timeout: float = 5.0,
    repeatable: bool = False,
) -> Callable[[DeclaredT], DeclaredT]:
    """Declare a request of `service`, answered with `reply`; its method is the class name in snake case.

    One with a field `idempotency_key` is repeatable anyway.
    """

    def declare(cls: DeclaredT) -> DeclaredT:
        declared = cast(Any, value(cls))
        declared.service, declared.method = service, _snake(cls.__name__)
        declared.reply, declared.timeout = reply, timeout
        declared.errors = errors
        declared.repeatable = repeatable or "idempotency_key" in declared.__dataclass_fields__
        REQUESTS[service, declared.method] = declared
        return cast(DeclaredT, declared)

    return declare


@value
class Event:
    """A fact, told at least once: consumers remember `event_id` and may see it twice."""

    source: ClassVar[str]
    """The service that publishes it, on the topic exchange `<source>.events`."""
    type: ClassVar[str]
    """The routing key: the fact in the past tense and its version, `slot_held.v1`."""

    event_id: str
    """Unguessable and unique; the same on every delivery."""
    occurred_at: datetime
    """By the platform's clock, UTC."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(source: str, *, version: int = 1) -> Callable[[DeclaredT], DeclaredT]:
    """Declare an event of `source`; its type is the class name in snake case and the version."""

    def declare(cls: DeclaredT) -> DeclaredT:
        declared = cast(Any, value(cls))
        declared.source, declared.type = source, f"{_snake(cls.__name__)}.v{version}"
        EVENTS[source, declared.type] = declared
        return cast(DeclaredT, declared)

    return declare


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
