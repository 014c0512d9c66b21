"""Timers: `@every`."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from nameko.extensions import register_entrypoint
from nameko.timer import Timer

from services.chassis import context
from services.chassis.operations import TICKS, observed

_log = logging.getLogger(__name__)


def every(
    seconds: float, *, at_start: bool = False
) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Call a method `(self) -> None` each `seconds`, never twice at a time in one process.

    The first time is after so many seconds, or as soon as the service has started.

    It fires in every replica: claim due work atomically.  An exception is logged and
    the next tick comes all the same.
    """

    def decorate(method: Callable[[Any], None]) -> Callable[[Any], None]:
        @functools.wraps(method)
        def entry(self: Any) -> None:
            _tick(method.__name__, functools.partial(method, self))

        register_entrypoint(entry, Timer(interval=seconds, eager=at_start))
        return entry

    return decorate


def _tick(task: str, method: Callable[[], None]) -> None:
    with context.use(context.begin()):
        try:
            with observed(TICKS, task):
                method()
        except Exception:  # noqa: BLE001 - the boundary: the next tick must come
            _log.exception("a timer met a defect", extra={"task": task})
