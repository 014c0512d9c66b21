"""A bound for a wait that consists of many short ones, each of which begins its time-out anew."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any


def deadline(seconds: float, error: Exception) -> AbstractContextManager[Any]:
    """Raise `error` where the block still waits after `seconds` of real time.

    Felt inside a service only, whose waits are green; elsewhere the time-outs of the single waits must do.
    """
    from eventlet import Timeout

    found: AbstractContextManager[Any] = Timeout(seconds, error)
    return found
