"""Work that keeps the processor busy, away from the greenlets that must go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def offload(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `function` in a real thread and wait for it: scrypt, large encryptions, image checks.

    Inside a service only; a handler that computes for longer than the heartbeat would be run again.
    """
    from eventlet import tpool

    result: R = tpool.execute(function, *args, **kwargs)
    return result
