"""What the gateway needs of a case file, whichever system it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is said of a document beside its bytes."""

    document_id: str
    """The case file's key for it: the same for every attempt."""
    appointment_id: str
    name: str
    media_type: str
    size: int
    sent_by: str
    """`citizen`, `agent`."""
    agent_id: str
    reason: str
    decided_at: datetime


class NotKept(Exception):
    """It is certain that this attempt has left nothing in the case file."""


class Refused(NotKept):
    """The case file says that it does not take the document."""


class Silent(Exception):
    """The document may have arrived; the case file has not said so in a way that can be believed."""


class CaseFile(Protocol):
    def is_away(self) -> bool:
        """Whether it did not answer the last times, and is left alone for a while."""
        ...

    def put(self, paper: Paper, chunks: Iterator[bytes], seconds: float) -> str:
        """Send one document, or send it again, within so many seconds; the receipt's number.

        Errors: NotKept, Refused, Silent, and what `chunks` raises, in which case nothing was kept.
        """
        ...
