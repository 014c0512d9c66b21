"""What a process gives up for good, without any right to do so: Landlock (landlock(7)).

It opens a few files and folders for reading and nothing else, not what its siblings have in `/proc` either,
which run as the same user; it traces none of them, signals none, runs no program and connects to nothing.
A system without Landlock, or with an older one, does of it what it can.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from contextlib import suppress

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_NO_NEW_PRIVILEGES = 38  # prctl(2)
_VERSION = 1
_PATH_BENEATH = 1
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""Rights to files, by the version that knows them first: to run, read, write, make, rename, cut, control."""
_NETWORK = {4: 0b11}
"""To listen and to connect, over TCP."""
_SCOPES = {6: 0b11}
"""Sockets without a file, and signals, are kept among those that are confined together."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """Of the system's Landlock; 0 where it has none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)))


def read_only(paths: Iterable[str]) -> None:
    """Files, and folders with all that is in them; from here on, also for what it begins.  Raises OSError."""
    if known := version():
        _restrict(known, paths)


def _restrict(newest: int, paths: Iterable[str]) -> None:
    wanted = [_known(rights, newest) for rights in (_FILES, _NETWORK, _SCOPES)]
    asked = struct.pack("=QQQ", *wanted)
    ruleset = _checked(_libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), 0))
    for path in paths:
        with suppress(FileNotFoundError):
            _allow(ruleset, path)
    _checked(_libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _checked(_libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _known(rights: dict[int, int], newest: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= newest)


def _allow(ruleset: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rights = _READ_FILE | _READ_FOLDER if stat.S_ISDIR(os.fstat(descriptor).st_mode) else _READ_FILE
    rule = struct.pack("=Qi", rights, descriptor)
    _checked(_libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
    os.close(descriptor)


def _checked(answer: int) -> int:
    """Raises OSError."""
    if answer < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return answer
