"""A child process: in a group of its own, known by id and start time, stopped with its own children."""

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from select import POLLIN, poll
from time import monotonic

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
IF_STILL_ITS_CHILD = 'test "$PPID" = "$0" && exec "$@"; exit 143'


@dataclass(frozen=True)
class Command:
    """What to run: arguments, the whole environment (nothing is inherited), the working folder."""

    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path = Path("/")


@dataclass(frozen=True)
class Identity:
    """A process as the kernel knows it: an id may be somebody else's by now, an id with a start time not."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """Return the identity of a running process, or None if there is none (a zombie runs no more)."""
        try:
            text = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return None
        # The name, in brackets, may hold anything; state is the 3rd field, start time in ticks the 22nd.
        fields = text.rpartition(")")[2].split()
        return None if fields[0] == "Z" else cls(pid, f"{BOOT_ID.read_text().strip()}/{fields[19]}")

    @classmethod
    def of_self(cls) -> "Identity":
        """Return the identity of this very process."""
        identity = cls.of(os.getpid())
        assert identity is not None
        return identity

    def runs(self) -> bool:
        """Tell whether exactly this process still runs."""
        return Identity.of(self.pid) == self

    def send(self, number: signal.Signals, group: bool = False) -> None:
        """Send a signal to this process, or to its whole group, if it still runs."""
        if not self.runs():
            return
        try:
            (os.killpg if group else os.kill)(self.pid, number)
        except ProcessLookupError:
            return

    def wait(self, seconds: float) -> bool:
        """Wait until the process has ended; False if it still runs after so many seconds."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return not self.runs() or _readable(descriptor, seconds)
        finally:
            os.close(descriptor)


def bound_to(supervisor: int, arguments: list[str]) -> list[str]:
    """Return a command line that runs `arguments` no longer than its parent, the `supervisor`, lives.

    Should that be killed outright, the kernel sends SIGTERM. If it was killed before the kernel was asked to,
    nothing would ever be sent; so the parent is looked at afterwards (a shell reads its PPID when it starts).
    """
    only_if_child = ["sh", "-c", IF_STILL_ITS_CHILD, str(supervisor)]
    return ["setpriv", "--pdeathsig", "TERM", "--", *only_if_child, *arguments]


class Child:
    """A process that we started. Its output goes to a log file."""

    def __init__(self, name: str, command: Command, log: Path) -> None:
        self.name = name
        self.log = log
        with open(log, "ab") as output:
            self._popen = subprocess.Popen(
                bound_to(os.getpid(), command.arguments),
                env=command.environment,
                cwd=command.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.pid = self._popen.pid
        self.identity = Identity.of(self.pid)

    @property
    def exit_code(self) -> int | None:
        """The exit code once the process has ended (negative: the signal), else None.

        The rest of its group is killed before the id is given back to the kernel, so never anybody else's.
        """
        if self._popen.returncode is None and self._has_ended():
            self._kill_group(signal.SIGKILL)
            self._popen.wait()
        return self._popen.returncode

    def send(self, number: signal.Signals) -> None:
        """Send a signal to this process alone (a test that kills or freezes it)."""
        if self.exit_code is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask the process to end; its children are asked by it."""
        self.send(signal.SIGTERM)

    def wait(self, seconds: float) -> int:
        """Wait for the end, at most so many seconds, then kill the whole group. Returns the exit code."""
        descriptor = self.pidfd()
        if descriptor is not None:
            _readable(descriptor, seconds)
            os.close(descriptor)
        if self.exit_code is None:
            self._kill_group(signal.SIGKILL)
        return self._popen.wait()

    def pidfd(self) -> int | None:
        """Return a descriptor, to be closed, that becomes readable at the end; None if that was before."""
        return None if self.exit_code is not None else os.pidfd_open(self.pid)

    def last_lines(self, count: int = 15) -> list[str]:
        """Return the end of its log."""
        return self.log.read_text(errors="replace").splitlines()[-count:]

    def _has_ended(self) -> bool:
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.pid, look) is not None

    def _kill_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return


def _readable(descriptor: int, seconds: float) -> bool:
    waiting = poll()
    waiting.register(descriptor, POLLIN)
    deadline = monotonic() + seconds
    return bool(waiting.poll(max(0.0, deadline - monotonic()) * 1000))
