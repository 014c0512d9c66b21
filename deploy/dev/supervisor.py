"""Starts parts side by side, each as soon as what it needs is ready; watches them; stops them.

One thread does it all: children get a signal from the kernel when the thread that started them ends, so the
thread that calls `start` has to live as long as they should.
"""

import os
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from select import POLLIN, poll
from time import monotonic, sleep
from typing import NoReturn

from deploy.dev import state
from deploy.dev.part import Part, Server, Step
from deploy.dev.ports import Block
from deploy.dev.process import Child, Identity
from deploy.dev.report import Report
from deploy.dev.site import Site

START_SECONDS = 240.0
LOOK_SECONDS = 0.03  # a server has no other way to tell the moment it is ready than to be asked
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
CALM_SECONDS = 60.0


class PartFailed(RuntimeError):
    """A part ended, or was not ready in time. The message ends with the last lines of its log."""


@dataclass
class Restart:
    """When to start a dead part again: each death soon after the last one waits longer."""

    deaths: int = 0
    last_death_at: float = 0.0
    due_at: float | None = None

    def note_death(self, now: float) -> float:
        """Count a death and return the seconds to wait."""
        self.deaths = 0 if now - self.last_death_at > CALM_SECONDS else self.deaths
        delay = BACK_OFF_SECONDS[min(self.deaths, len(BACK_OFF_SECONDS) - 1)]
        self.deaths, self.last_death_at, self.due_at = self.deaths + 1, now, now + delay
        return delay


class Supervisor:
    """The parts of one run on one data folder."""

    def __init__(self, site: Site, parts: Sequence[Part], report: Report) -> None:
        self.site = site
        self.parts = {part.name: part for part in parts}
        self.children: dict[str, Child] = {}
        self._report = report
        self._done: list[str] = []
        self._restarts: dict[str, Restart] = {}
        self._block: Block | None = None
        self._own_identity = Identity.of_self()

    def start(self) -> None:
        """Start everything, return when all is ready. Raises PartFailed; `stop` is the caller's duty."""
        self._block = self.site.own_ports(port for part in self.parts.values() for port in part.ports)
        self._report.begin(list(self.parts))
        try:
            self._start_all(monotonic() + START_SECONDS)
        finally:
            self._report.end()
        self._save(ready=True)

    def restart(self, name: str) -> None:
        """Start one part again (its process has ended, or is ended now) and wait until it is ready."""
        self.end(name)
        self._spawn(self.parts[name])
        deadline = monotonic() + START_SECONDS
        while not self._has_become_ready(self.parts[name], deadline):
            sleep(LOOK_SECONDS)
        self._save(ready=True)

    def end(self, name: str) -> None:
        """Stop one part and wait for its end."""
        child = self.children.pop(name, None)
        if child is not None:
            child.terminate()
            child.wait(self.parts[name].stop_seconds)
            self.parts[name].tidy()

    def stop(self) -> None:
        """Stop everything: first what stands on others, then those."""
        while self.children:
            top = [name for name in self.children if not self._is_needed_by_running(name)]
            for name in top:
                self.children[name].terminate()
            for name in top:
                self.children.pop(name).wait(self.parts[name].stop_seconds)
                self.parts[name].tidy()
        if self._block is not None:
            self._block.release()
        state.forget(self.site)

    def watch(self) -> NoReturn:
        """Stay until a signal's exception. Restarts what may be; raises PartFailed when a server dies."""
        while True:
            self._wait_for_news()
            for name in [name for name, child in self.children.items() if child.exit_code is not None]:
                self._bury(name)
            self._start_due()

    def _start_all(self, deadline: float) -> None:
        waiting = list(self.parts)
        while waiting:
            for name in list(waiting):
                if self._advance(self.parts[name], deadline):
                    waiting.remove(name)
                    self._done.append(name)
                    self._report.ready(name, waiting)
            self._see_that_all_live()
            if waiting:
                sleep(LOOK_SECONDS)

    def _see_that_all_live(self) -> None:
        """Raises PartFailed for a server that died after it was ready: nobody waits for what stands on it."""
        for name in self._done:
            code = self.children[name].exit_code if name in self.children else None
            if code is not None and not _is_restarted(self.parts[name]):
                raise self._failure(name, f"ended with {_how(code)} while the others started")

    def _advance(self, part: Part, deadline: float) -> bool:
        """Take the next step with a part; True when it is ready."""
        if part.name in self.children:
            return self._has_become_ready(part, deadline)
        if not all(need in self._done for need in part.needs if need in self.parts):
            return False
        if isinstance(part, Step) and not part.is_needed():
            return True
        self._spawn(part)
        return False

    def _spawn(self, part: Part) -> None:
        part.prepare()
        log = self.site.path("logs") / f"{part.name}.log"
        self.children[part.name] = Child(part.name, part.command(), log)
        self._save(ready=False)

    def _has_become_ready(self, part: Part, deadline: float) -> bool:
        child = self.children[part.name]
        code = child.exit_code
        if isinstance(part, Step) and code == 0:
            del self.children[part.name]
            return True
        if code is not None:
            raise self._failure(part.name, f"ended with {_how(code)} before it was ready")
        if monotonic() > deadline:
            raise self._failure(part.name, "was not ready in time")
        if not (isinstance(part, Server) and part.is_ready()):
            return False
        part.on_ready()
        return True

    def _bury(self, name: str) -> None:
        """Deal with a part that died by itself."""
        failure = self._failure(name, f"ended with {_how(self.children[name].exit_code)}")
        del self.children[name]
        if not _is_restarted(self.parts[name]):
            raise failure
        delay = self._restarts.setdefault(name, Restart()).note_death(monotonic())
        self._report.say(f"{failure}\n{name} starts again in {delay:g} s")

    def _start_due(self) -> None:
        for name, restart in self._restarts.items():
            if restart.due_at is not None and monotonic() >= restart.due_at:
                restart.due_at = None
                self._spawn(self.parts[name])
                self._save(ready=True)

    def _wait_for_news(self) -> None:
        """Sleep until a child ends or a restart is due."""
        dues = [restart.due_at for restart in self._restarts.values() if restart.due_at is not None]
        with ExitStack() as stack:
            news = poll()
            for child in self.children.values():
                descriptor = child.pidfd()
                if descriptor is None:
                    return
                stack.callback(os.close, descriptor)
                news.register(descriptor, POLLIN)
            news.poll(max(0.0, min(dues) - monotonic()) * 1000 if dues else None)

    def _is_needed_by_running(self, name: str) -> bool:
        return any(name in self.parts[other].needs for other in self.children)

    def _failure(self, name: str, what: str) -> PartFailed:
        child = self.children[name]
        lines = "\n".join(f"    {line}" for line in child.last_lines())
        return PartFailed(f"{name} {what}. The end of {child.log}:\n{lines}")

    def _save(self, ready: bool) -> None:
        children = {
            name: child.identity for name, child in self.children.items() if child.identity is not None
        }
        state.Run(self._own_identity, children, tuple(self.parts), ready).save(self.site)


def _is_restarted(part: Part) -> bool:
    return isinstance(part, Server) and part.restarted


def _how(code: int | None) -> str:
    """Say how a process ended: its exit code, or the signal that killed it."""
    return f"exit code {code}" if code is None or code >= 0 else signal.Signals(-code).name
