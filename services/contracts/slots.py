"""What `booking` answers about time: free slots, and holds on them.

Instants are UTC; a `date` is a day of the calendar's own zone (Europe/Luxembourg).
"""

from __future__ import annotations

from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.wire import Request, rpc, value

CLAIMED = (e.SlotTaken, e.SlotPast, e.SlotNotOffered)
"""Why a slot cannot be had."""
PARTS_OF_DAY = ("morning", "afternoon")
"""By the start of a slot, on the calendar's own clock: before noon, or from noon on."""


@value
class Slot:
    """[starts_at, ends_at): free when at least one agent who speaks the language is."""

    starts_at: datetime
    ends_at: datetime


@value
class FreeSlots:
    slots: tuple[Slot, ...]
    """In order of time, each start once however many agents are free."""


@rpc("booking", reply=FreeSlots, repeatable=True, errors=(e.NotFound,))
class FindFreeSlots(Request[FreeSlots]):
    """Free slots of one day, or of a few in a row.  Errors: InvalidField, NotFound(kind)."""

    kind: str
    language: str
    day: date
    part_of_day: str = ""
    """One of PARTS_OF_DAY; empty: the whole day."""
    last: date | None = None
    """The last day, inclusive, at most a week with `day`; `day` alone if left out."""


@value
class NextFree:
    slot: Slot | None
    """None where nothing is free up to the horizon."""
    first_day: date | None = None
    last_day: date | None = None
    """First and last day that can be booked at present, free or not."""


@rpc("booking", reply=NextFree, repeatable=True, errors=(e.NotFound,))
class FindNextFree(Request[NextFree]):
    """The first free slot that begins at `not_before` or later; now if left out.

    Errors: InvalidField, NotFound(kind).
    """

    kind: str
    language: str
    part_of_day: str = ""
    not_before: datetime | None = None


@value
class FreeDay:
    day: date
    free: int
    """Number of distinct starts that are free."""


@value
class FreeDays:
    days: tuple[FreeDay, ...]


@rpc("booking", reply=FreeDays, repeatable=True, errors=(e.NotFound,))
class FindFreeDays(Request[FreeDays]):
    """Days with a free slot from `first` to `last`, at most 62.  Errors: InvalidField, NotFound(kind)."""

    kind: str
    language: str
    first: date
    last: date
    part_of_day: str = ""
    """Only slots of this part count; see FindFreeSlots."""


# --- holds ----------------------------------------------------------------------


@value
class Hold:
    """A slot kept for one holder until `held_until`; its id becomes the appointment's."""

    appointment_id: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime
    renewals_left: int


@rpc("booking", reply=Hold, repeatable=True, errors=(*CLAIMED, e.NotByVideo))
class HoldSlot(Request[Hold]):
    """Hold a slot for ten minutes.

    The same `hold_key` by the same holder answers with the same hold, so a retry
    or a double click never takes two.  Errors: SlotTaken, SlotPast,
    SlotNotOffered, NotByVideo, InvalidField (`hold_key`: `reused` with another fingerprint).
    """

    hold_key: str
    """Idempotency key, unguessable, made by the caller."""
    holder: str
    """Who holds: a session's opaque id, a staff member's or machine client's own; needed again to confirm."""
    subject: str
    kind: str
    language: str
    starts_at: datetime
    topic: str = ""
    fingerprint: str = ""
    """Hash of all that the caller was asked under this key, where that is more than is said here."""


@rpc("booking", reply=Hold, errors=(e.HoldExpired, e.HoldRenewedOften))
class RenewHold(Request[Hold]):
    """Ten minutes more from now, once.  Errors: HoldExpired, HoldRenewedOften."""

    appointment_id: str
    holder: str


@value
class Released:
    appointment_id: str


@rpc("booking", reply=Released, repeatable=True, errors=())
class ReleaseHold(Request[Released]):
    """Give a held slot back; nothing happens if it has lapsed or been released before."""

    appointment_id: str
    holder: str
