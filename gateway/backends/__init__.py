"""The services as the gateway sees them: `ask(request)` answers with the contract's reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import current_app

from gateway.limits.windows import Windows
from gateway.offered import Offered
from gateway.settings import GatewaySettings
from services.chassis.clock import Clock
from services.contracts.subjects import ListSubjects, Subject
from services.contracts.wire import Request

ReplyT = TypeVar("ReplyT")


class Bus(Protocol):
    """Whatever carries a request to its service: the thin client, or a fake in unit tests."""

    def call(self, request: Request[ReplyT]) -> ReplyT:
        """Raises the contract's errors, ServiceUnavailable, ServiceTimeout, InternalError."""
        ...


@dataclass(frozen=True)
class Runtime:
    """What a running gateway stands on; one per application."""

    settings: GatewaySettings
    bus: Bus
    clock: Clock
    redis: Any
    windows: Windows
    """Where limits are counted."""
    offered: Offered = field(default_factory=Offered)
    """What subjects, topics and kinds are called."""


def runtime() -> Runtime:
    """The runtime of the application that handles this request."""
    found: Runtime = current_app.extensions["runtime"]
    return found


def ask(request: Request[ReplyT]) -> ReplyT:
    """Ask a service; an error it answers with is raised and ends in the one error table."""
    return runtime().bus.call(request)


def subjects() -> tuple[Subject, ...]:
    """Every subject as it is now; what it is called is remembered."""
    found = ask(ListSubjects()).subjects
    runtime().offered.learn(found)
    return found


def subject(code: str) -> Subject | None:
    """One subject as it was some seconds ago; None while nothing is known of it."""
    return runtime().offered.subject(code, lambda: ask(ListSubjects()).subjects)


def now() -> datetime:
    """The platform's present instant, UTC."""
    return runtime().clock.now()
