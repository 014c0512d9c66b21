"""Processes that sleep, and may die, between any two steps of a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from greenlet import getcurrent, greenlet


class Process(greenlet):
    """One piece of work on its way: it sleeps around each step of a store, and may never wake up."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work
        self.answer: Any = None

    def run(self) -> None:
        self.answer = self._work()


class Stepwise:
    """A store whose callers pause between steps."""

    changes = frozenset({"insert", "take_over", "renew", "confirm", "accept", "lapse", "settle"}) | {
        "clear_lapsed",
        "amend",
        "take",
        "pass_on",
        "add",
    }

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)
        return self._in_steps(method) if name in self.changes else method

    def _in_steps(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def change(*args: Any) -> Any:
            sleep()
            answer = method(*args)
            sleep()
            return answer

        return change


def sleep() -> None:
    """Let the others go on, where a process is on its way."""
    process = getcurrent()
    if isinstance(process, Process):
        assert process.parent is not None
        process.parent.switch()
