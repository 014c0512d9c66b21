"""What travels with a piece of work: correlation id, language, time left, whence it came.

Kept in context variables, so it works in threads, greenlets and asyncio
alike; crosses the bus in headers named `nameko.*`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from services.chassis.ids import new_id

_PREFIX = "nameko."
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_ORIGIN = re.compile(r"(?:page|link|account|space|console|api)(?::[0-9a-f]{16})?")


@dataclass(frozen=True, slots=True)
class Context:
    """The circumstances of one piece of work."""

    correlation_id: str = "-"
    language: str | None = None
    """Two letters: the language of the person on whose behalf the work is done."""
    deadline: float | None = None
    """On this process's monotonic clock: nobody waits for the answer after it."""
    origin: str = ""
    """The channel by which a person or client came in (`page`, `link`, `account`, `space`, `console`, `api`),
    with a keyed hash of the network address where it is known: `link:0123456789abcdef`.

    Empty for the platform.
    """

    def remaining(self) -> float | None:
        """Seconds until the deadline, never negative; None without one."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())


_NONE = Context()
_current: ContextVar[Context] = ContextVar("platform_context", default=_NONE)


def current() -> Context:
    """The context of the running work; an empty one outside of any."""
    return _current.get()


@contextmanager
def use(context: Context) -> Iterator[Context]:
    """Run a block in `context`."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def begin(
    *,
    correlation_id: str | None = None,
    language: str | None = None,
    timeout: float | None = None,
    origin: str | None = None,
) -> Context:
    """A context for new work; a malformed correlation id (say, from a browser) is replaced."""
    if not (correlation_id and _ID.fullmatch(correlation_id)):
        correlation_id = new_id()
    if not (language and _LANGUAGE.fullmatch(language)):
        language = None
    if not (origin and _ORIGIN.fullmatch(origin)):
        origin = ""
    return Context(correlation_id, language, None if timeout is None else time.monotonic() + timeout, origin)


def to_headers(timeout: float | None = None) -> dict[str, Any]:
    """Message headers for the current context; `timeout` is what the receiver has, in seconds.

    The time left is sent, not the instant: clocks of two machines differ.
    """
    context = current()
    headers: dict[str, Any] = {f"{_PREFIX}correlation_id": context.correlation_id}
    if context.language:
        headers[f"{_PREFIX}language"] = context.language
    if context.origin:
        headers[f"{_PREFIX}origin"] = context.origin
    if timeout is not None:
        headers[f"{_PREFIX}timeout_ms"] = int(timeout * 1000)
    return headers


def from_headers(headers: Mapping[str, Any] | None) -> Context:
    """The context that came with a message; a new correlation id if there is none."""
    found = headers or {}
    timeout_ms = found.get(f"{_PREFIX}timeout_ms")
    return begin(
        correlation_id=_text(found.get(f"{_PREFIX}correlation_id")),
        language=_text(found.get(f"{_PREFIX}language")),
        timeout=timeout_ms / 1000 if isinstance(timeout_ms, int) else None,
        origin=_text(found.get(f"{_PREFIX}origin")),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
