"""Hostile documents, each with the reason for which it has to be refused.  Nothing in them does any harm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.documents import (
    hostile_archives,
    hostile_office,
    hostile_pdf,
    hostile_pdf_active,
    hostile_pictures,
    hostile_rest,
)

_PARTS = (hostile_pdf_active, hostile_pdf, hostile_pictures, hostile_office, hostile_archives, hostile_rest)


@dataclass(frozen=True)
class Hostile:
    """`made` makes its bytes, when they are wanted: some are large."""

    what: str
    filename: str
    made: Callable[[], bytes]
    reason: str
    """A reason of DocumentRefused, or the name of another error with its detail."""


def hostile_documents() -> Iterator[Hostile]:
    """All of them; what they are says each but once."""
    for part in _PARTS:
        for what, (filename, made, reason) in part.documents().items():
            yield Hostile(what, filename, made, reason)
