"""What a document that takes its reader over could do then: read it and answer, nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gateway.inspection import landlock
from tests.integration.inspection.attempts import ALLOWED, ATTEMPTS, COULD, NOT_ALLOWED

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(landlock.version() < 6, reason="this system cannot confine a process so far"),
]

Fates = dict[str, int]


@pytest.fixture(scope="module")
def fates() -> tuple[Fates, Fates]:
    """Of who is confined, and of who is not."""
    command = [sys.executable, "-m", "tests.integration.inspection.attempts"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    confined, free = map(json.loads, told)
    return confined, free


@pytest.mark.parametrize("what", ATTEMPTS)
def test_a_reader_gets_nothing_but_its_document(fates: tuple[Fates, Fates], what: str) -> None:
    assert fates[0][what] == NOT_ALLOWED


@pytest.mark.parametrize("what", [what for what in ATTEMPTS if "memory" not in what and "file" not in what])
def test_without_that_it_would(fates: tuple[Fates, Fates], what: str) -> None:
    """The negative control."""
    assert fates[1][what] == COULD


@pytest.mark.parametrize("what", ALLOWED)
def test_it_has_what_it_needs(fates: tuple[Fates, Fates], what: str) -> None:
    assert fates[0][what] == COULD
