"""One large picture at a time: another process waits for its turn, and not for ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.inspection.turn import LARGE_PIXELS, Turn

HOLDER = """
import fcntl, sys
fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""
LONG, SHORT = 600.0, 0.01


def holder(turn: Turn) -> subprocess.Popen[bytes]:
    """A reader that holds it until its input ends."""
    descriptor = turn.fileno()
    command = [sys.executable, "-c", HOLDER, str(descriptor)]
    process = subprocess.Popen(command, pass_fds=(descriptor,), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def is_held_here(turn: Turn) -> bool:
    """By this process, as the system sees it."""
    inode = f":{os.fstat(turn.fileno()).st_ino} "
    return any(
        inode in line and f" {os.getpid()} " in line for line in Path("/proc/locks").read_text().splitlines()
    )


class TestALargePicture:
    def test_has_its_turn_at_once_where_no_other_is_decoded(self) -> None:
        turn = Turn(LONG)
        turn.take(LARGE_PIXELS + 1)
        assert is_held_here(turn)

    def test_waits_for_a_reader_until_that_dies(self) -> None:
        turn = Turn(LONG)
        other = holder(turn)
        other.kill()
        turn.take(LARGE_PIXELS + 1)
        assert is_held_here(turn)
        other.communicate()

    def test_goes_on_all_the_same_after_a_while(self) -> None:
        turn = Turn(SHORT)
        other = holder(turn)
        turn.take(LARGE_PIXELS + 1)
        assert not is_held_here(turn)
        other.communicate()


def test_a_small_picture_waits_for_nobody() -> None:
    turn = Turn(LONG)
    other = holder(turn)
    turn.take(LARGE_PIXELS)
    assert not is_held_here(turn)
    other.communicate()


def test_readers_tell_each_other_nothing_by_it() -> None:
    turn = Turn()
    with pytest.raises(PermissionError):
        os.write(turn.fileno(), b"a document's bytes")
