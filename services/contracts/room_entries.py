"""What each entry of a room's log says (`data`), by its type: read by pages, so changes only add.

Every field that is added later has a default, since a log may hold entries from before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.contracts.wire import value


@value
class Nothing:
    """All that there is to say is who and when."""


@value
class Joined:
    """`by` is in the room from now on."""

    role: str
    name: str = ""
    """This and the rest only of who is `Identified`."""
    method: str = ""
    level: str = ""


@value
class Left:
    """`by` is away for now."""

    role: str


@value
class Connected:
    """Media of `by` can flow: receiving slot `slot` of everybody carries it."""

    slot: int
    role: str


@value
class Disconnected:
    """The SFU has no transport of `by` any more; the slot stays his."""

    slot: int
    role: str


@value
class Switched:
    """Something holds for `by` from now on, or no more."""

    on: bool


@value
class Sending:
    """What comes from `by` now; of who connects anew both are taken as on until this says otherwise."""

    microphone: bool
    camera: bool


@value
class Unseen:
    """The browser of `by` cannot show the pictures of `of`: their browsers have no codec in common."""

    of: str


@value
class LetIn:
    """This guest may connect."""

    guest: str


@value
class HandedOver:
    """The agent who looks after the room from now on."""

    to: str


@value
class Message:
    """`by` has said something; the same `message_id` is the same message."""

    text: str
    message_id: str
    role: str


@value
class DocumentAdded:
    """`by` has shared a document that passed its checks; `size` in bytes, `pages` that can be shown."""

    document_id: str
    name: str
    media_type: str
    size: int
    role: str
    pages: int = 0


@value
class DocumentRemoved:
    """`by` has taken it back."""

    document_id: str


@value
class DocumentFiled:
    """It was handed over to the case file; why is shown with it, to those whom it concerns."""

    document_id: str


@value
class Elsewhere:
    """A newer page of `by` has his call: `page`, as its offer named it."""

    page: str


@value
class Reconnect:
    epoch: int = 0
    """Of the placement that is over: who is connected by a later one stays.  0: everybody connects anew."""


@value
class Moved:
    """The appointment has other times: everybody joins anew."""

    starts_at: datetime | None = None
    """None, as the end, where the room had been given up: nothing can be sealed for it any more."""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryType:
    """One type of entry: the shape of its `data`, and what it means."""

    data: type[Any]
    says: str


ENTRIES: dict[str, EntryType] = {
    "joined": EntryType(Joined, "`by` is in the room; with name, method and level if he has logged in"),
    "left": EntryType(Left, "`by` is away for now"),
    "connected": EntryType(Connected, "media of `by` can flow, in this receiving slot"),
    "disconnected": EntryType(Disconnected, "the SFU has no transport of `by` any more"),
    "screen": EntryType(Nothing, "the one shared screen is that of `by`, or nobody's if empty"),
    "sound_only": EntryType(Switched, "what reaches `by` is too little for pictures, or enough again"),
    "sending": EntryType(Sending, "whether anything comes from the microphone and the camera of `by`"),
    "speaker": EntryType(Nothing, "of three or more it is `by` who speaks, or nobody if empty"),
    "unseen": EntryType(Unseen, "`by` hears `of` and cannot see him: no codec in common"),
    "detail": EntryType(Switched, "the camera of `by` shows a paper, to be read; or a person again"),
    "admitted": EntryType(Nothing, "the citizen is let in: the call is on"),
    "sent_back": EntryType(Nothing, "the citizen waits again"),
    "let_in": EntryType(LetIn, "a guest may connect"),
    "handed_over": EntryType(HandedOver, "another agent looks after the room from now on"),
    "agent_missing": EntryType(Nothing, "no agent came in time; his colleagues and supervisors are told"),
    "outcome": EntryType(Nothing, "the agent has recorded how it went"),
    "message": EntryType(Message, "`by` has said something"),
    "document_added": EntryType(DocumentAdded, "`by` has shared a document"),
    "document_removed": EntryType(DocumentRemoved, "`by` has taken it back"),
    "document_filed": EntryType(DocumentFiled, "`by` has handed it over to the case file"),
    "ended": EntryType(Nothing, "the call is over"),
    "reopened": EntryType(Nothing, "the agent has taken the end back"),
    "moved": EntryType(Moved, "the appointment has other times: everybody joins anew"),
    "cancelled": EntryType(Nothing, "the appointment was cancelled; the last entry"),
    "elsewhere": EntryType(Elsewhere, "the call of `by` is another page's now: his older ones leave off"),
    "reconnect": EntryType(Reconnect, "connect again, on another node; where `by` is named, he alone"),
    "forgotten": EntryType(Nothing, "everything in the room is gone; the last entry"),
}
"""In the order in which the pages' listeners are made."""
