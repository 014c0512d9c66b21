"""Printing: HTML becomes a PDF in a process of its own, bounded in time and memory, without a network.

The child (`gateway.press.child`) has no secrets in its environment and may fetch nothing.  It lives
as long as it behaves: what takes too long is killed, and the next letter begins a new one.
"""

from __future__ import annotations

import logging
import os
import select
import struct
import subprocess
import sys
import time
from pathlib import Path
from threading import Lock
from typing import IO

from services.contracts.errors import ServiceUnavailable

LONGEST_HTML = 60_000
"""Bytes.  Less than a pipe holds, so that handing it over never waits."""
LARGEST_PDF = 2_000_000
"""Bytes."""
_HEAD = struct.Struct(">I")
_ROOT = Path(__file__).parents[2]

_log = logging.getLogger(__name__)


class Press:
    """One child and whoever waits for it; one letter at a time."""

    def __init__(self, patience: float = 10.0, module: str = "gateway.press.child") -> None:
        self._patience, self._module = patience, module
        self._turn = Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def print(self, html: str) -> bytes:
        """The PDF of a page.  Errors: ServiceUnavailable(letters) after `patience` seconds."""
        page = html.encode()
        if len(page) > LONGEST_HTML:
            raise ValueError("a letter is longer than its fields allow")
        if not self._turn.acquire(timeout=self._patience):
            raise ServiceUnavailable("letters")
        try:
            return self._printed(page)
        finally:
            self._turn.release()

    def stop(self) -> None:
        """End the child, if there is one."""
        with self._turn:
            self._kill()

    def _printed(self, page: bytes) -> bytes:
        child = self._running()
        assert child.stdin
        assert child.stdout
        until = time.monotonic() + self._patience
        try:
            child.stdin.write(_HEAD.pack(len(page)) + page)
            child.stdin.flush()
            size = _HEAD.unpack(_read(child.stdout, _HEAD.size, until))[0]
            return _read(child.stdout, min(size, LARGEST_PDF), until)
        except (OSError, EOFError) as fault:
            self._kill()
            _log.error("a letter was not printed", extra={"error": type(fault).__name__})
            raise ServiceUnavailable("letters") from None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._kill()
            self._child = subprocess.Popen(  # noqa: S603 - this interpreter and a module of ours
                [sys.executable, "-m", self._module],
                cwd=_ROOT,
                env={name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
            )
        return self._child

    def _kill(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()


def _read(pipe: IO[bytes], size: int, until: float) -> bytes:
    """Exactly that many bytes.  Raises TimeoutError, EOFError."""
    parts, missing = [], size
    while missing:
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(pipe.fileno(), missing)
        if not part:
            raise EOFError
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
