"""Calendars as data: what the back office sees and changes of what can be booked.

A change is previewed first: the answer lists every confirmed appointment that it would hurt, and
what would become of each.  It is applied only with the digest of that list, so nobody applies
what he has not seen.
"""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.booking import Appointments
from services.contracts.subjects import Names
from services.contracts.wire import Request, rpc, value

Week = tuple[tuple[str, ...], ...]
"""Seven days from Monday on, each with windows such as `08:30-11:30` on the wall clock of the zone."""

MAX_NAME, MAX_HINT = 80, 160
"""Characters in what a subject, topic or kind is called, and in what explains a subject."""
MAX_TOPIC_NAMES = 200
"""Topics that a subject has words for, those it had before among them."""


@value
class CalendarEntry:
    """When a group of agents works, and how their time is cut into slots."""

    code: str
    zone: str
    """IANA name, `Europe/Luxembourg`."""
    hours: Week
    minutes: int
    """Length of a slot, 5 to 240.  Appointments ahead keep the length that they were booked with."""
    pause_minutes: int
    notice_minutes: int
    """A slot can be booked until this long before it begins."""
    horizon_days: int
    """The last day that can be booked is this many days from today."""
    closures: tuple[date, ...]
    holidays_of: str
    """ISO 3166-1 alpha-2 code of the country whose public holidays are kept; empty: none."""


@value
class AgentEntry:
    agent_id: str
    name: str
    calendar: str
    languages: tuple[str, ...]
    """ISO 639-1, those of booking's LANGUAGES that the agent speaks."""
    hours: Week | None = None
    """Instead of the calendar's, where they differ."""
    active: bool = True
    """False for somebody who takes no appointments any more."""


@value
class KindEntry:
    code: str
    channel: str
    """`video`."""
    calendar: str
    demonstration: bool = False
    names: Names = field(default_factory=dict)
    """In each of LANGUAGES; a change that lacks one is refused.  Its length is no part of its name."""


@value
class SubjectEntry:
    code: str
    position: int
    by_video: bool
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    names: Names = field(default_factory=dict)
    """In each of LANGUAGES; a change that lacks one is refused."""
    hints: Names = field(default_factory=dict)
    """A line that explains it, in each of LANGUAGES or in none."""
    topic_names: dict[str, Names] = field(default_factory=dict)
    """By topic: all of `topics`, and any that were there before, for appointments that are about them."""


@value
class Absence:
    """[starts_at, until) in which an agent takes no appointments.  The reason is nobody's business."""

    absence_id: str
    """Made by the caller, unguessable; the same id is the same absence."""
    agent_id: str
    starts_at: datetime
    until: datetime


@value
class Catalogue:
    """All of it at one moment."""

    revision: int
    """Rises with every change; `ApplyChange` expects the current one."""
    calendars: tuple[CalendarEntry, ...]
    agents: tuple[AgentEntry, ...]
    kinds: tuple[KindEntry, ...]
    subjects: tuple[SubjectEntry, ...]
    absences: tuple[Absence, ...]
    """Those that are not over."""


@rpc("booking", reply=Catalogue, repeatable=True, errors=())
class GetCatalogue(Request[Catalogue]):
    """What can be booked, as it is now, in order of code."""


@value
class Change:
    """Exactly one of these: an entry as it is to be (new or changed), or an absence taken back."""

    calendar: CalendarEntry | None = None
    agent: AgentEntry | None = None
    kind: KindEntry | None = None
    subject: SubjectEntry | None = None
    absence: Absence | None = None
    end_absence: str = ""
    """Id of an absence that ends now, or never begins."""


REASSIGN, CHOICE = "reassign", "choice"


@value
class Hurt:
    """A confirmed appointment ahead whose agent can no longer keep it.

    It would lie outside of his working time, or he no longer speaks its language, or works on
    another calendar.  One that has begun or whose citizen has come is left to the desk.
    """

    appointment_id: str
    starts_at: datetime
    ends_at: datetime
    language: str
    agent_id: str
    remedy: str
    """`reassign`: a colleague takes it at the same time; `choice`: the citizen is asked to choose."""
    colleague_id: str
    """Who would take it; empty for `choice`."""


@value
class Impact:
    revision: int
    """Of the catalogue that was looked at."""
    digest: str
    """Of the change and of which appointments it hurts how; `ApplyChange` takes it back.

    Which colleague takes one is no part of it: any may, and who is free changes by the minute.
    """
    hurt: tuple[Hurt, ...]
    """In order of start, without those that are displaced already; at most MAX_HURT, which a change
    that hurts more refuses."""


MAX_HURT = 2_000


@rpc("booking", reply=Impact, repeatable=True, timeout=10.0, errors=(e.NotFound, e.ChangeTooLarge))
class PreviewChange(Request[Impact]):
    """What a change would hurt; changes nothing.

    Errors: InvalidField (named as in the contract, `change.calendar.hours`,
    `change.subject.topic_names.maternity.de`), NotFound(absence),
    NotFound(calendar | agent) for one that an entry names, ChangeTooLarge.
    """

    change: Change


@value
class Applied:
    revision: int
    reassigned: int
    """Appointments that a colleague has taken; their citizens notice nothing."""
    displaced: int
    """Appointments whose citizens are asked to choose another time."""


@rpc(
    "booking",
    reply=Applied,
    repeatable=True,
    timeout=20.0,
    errors=(e.NotFound, e.ChangeTooLarge, e.StaleVersion, e.ImpactChanged),
)
class ApplyChange(Request[Applied]):
    """Make a change and handle what it hurts; effective at once.  Applied before, it answers the same.

    Errors: those of PreviewChange, StaleVersion(catalogue) where another change came between,
    ImpactChanged where the list is no longer the one that was shown, InvalidField(`change_key`,
    `reused`) with another change.
    """

    change: Change
    revision: int
    impact_digest: str
    actor: str
    """The staff member's or machine client's id; kept in the audit trail."""
    change_key: str
    """Idempotency key, unguessable, made by the caller."""


MAX_DISPLACED = 500


@rpc("booking", reply=Appointments, repeatable=True, errors=())
class ListDisplaced(Request[Appointments]):
    """Appointments that no agent can keep and whose citizens have not chosen yet, in order of start.

    At most MAX_DISPLACED, the first of them.
    """


# --- who changed what -----------------------------------------------------------


@value
class ChangeMade:
    """One change in the audit trail, kept for a year; what an entry said is not in it."""

    revision: int
    """That it made."""
    at: datetime
    actor: str
    what: str
    """`calendar`, `agent`, `kind`, `subject` or `absence`."""
    code: str
    """Of the entry; of an absence, the agent's id."""
    reassigned: int
    displaced: int


@value
class ChangesMade:
    changes: tuple[ChangeMade, ...]


@rpc("booking", reply=ChangesMade, repeatable=True, errors=())
class ListChanges(Request[ChangesMade]):
    """The latest changes of the catalogue, the last one first; at most 200."""
