"""One large picture at a time, whichever reader decodes it: two at once are most of what readers take.

The lock is the process's own (fcntl(2), record locks), so it ends with the reader, however that ends.
Who has waited long goes on all the same: nobody's document is called damaged because another takes its time.
"""

from __future__ import annotations

import fcntl
import os
import signal
from contextlib import suppress

LARGE_PIXELS = 4_000_000
"""Decoded: 16 MB.  A telephone's picture is looked at in an eighth of its sides, and stays far below."""
PATIENCE_SECONDS = 20.0
"""As much processor time as one reader may take; much less than it has in all."""
_NOTHING_TO_WRITE = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


class _Waited(Exception):
    """Long enough."""


class Turn:
    """Made once, before the readers are forked; each of them takes it at most once, and for good."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._file = os.memfd_create("turn", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        # Readers have it in common, and must not tell each other anything by it.
        fcntl.fcntl(self._file, fcntl.F_ADD_SEALS, _NOTHING_TO_WRITE)
        self._patience, self._taken = patience, False

    def fileno(self) -> int:
        return self._file

    def take(self, pixels: int) -> None:
        """Before so many pixels are decoded; returns at once for few.  Only in a process's main thread."""
        if self._taken or pixels <= LARGE_PIXELS:
            return
        self._taken = True
        usual = signal.signal(signal.SIGALRM, _give_up)
        with suppress(_Waited):
            signal.setitimer(signal.ITIMER_REAL, self._patience)
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)


def _give_up(*_: object) -> None:
    raise _Waited


TURN = Turn()
"""Of this process and of all that it forks."""
