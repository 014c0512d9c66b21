"""What authorities hold on the owner of a space, as `spaces` shows it: asked anew each time, never stored."""

from __future__ import annotations

from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.space_access import Actor
from services.contracts.wire import Request, rpc, value

INSURED_PERSONS, EMPLOYERS = "insured_persons", "employers"
SOURCES = (INSURED_PERSONS, EMPLOYERS)
"""Registers: of insured persons by their national number, of employers by the number of the company."""

FOUND = "found"
NOTHING = "nothing"
"""There is no data that can be shown: none at all, or of somebody else; the two are not told apart."""
AWAY = "away"
"""No answer that could be used came in time."""
PAUSED = "paused"
"""Not asked, because it did not answer the last times; asked again from `again_at` on."""
NO_NUMBER = "no_number"
"""Not asked, because nobody has given the number by which it would be."""
STATES = (FOUND, NOTHING, AWAY, PAUSED, NO_NUMBER)

GROUPS = ("person", "insurance", "company", "address")
ENTRIES = (
    "first_name",
    "last_name",
    "national_number",
    "birth_date",
    "basis",
    "health_fund",
    "since",
    "name",
    "company_id",
    "employer_number",
    "insured_employees",
    "street",
    "postal_code",
    "city",
    "country",
)
BASES = ("employee", "self_employed", "pensioner", "family_member", "voluntary")
"""On what somebody is insured: what `basis` says."""


@value
class Proved:
    """What the log-in of the session says of the asker, beside his certificate."""

    first_name: str
    last_name: str
    birth_date: date | None
    """None where the certificate carries none."""
    national_number: str
    """The registered one: typed by the person, unless the provider has said it; it proves nothing."""


@value
class Entry:
    """A text as the source writes it, or a day."""

    name: str
    """One of ENTRIES."""
    text: str = ""
    day: date | None = None


@value
class Group:
    name: str
    """One of GROUPS."""
    entries: tuple[Entry, ...]


@value
class SourceRecord:
    """What one source answers now."""

    source: str
    """One of SOURCES."""
    state: str
    """One of STATES."""
    asked_at: datetime
    as_of: datetime | None = None
    """The source's own date of what it holds; for FOUND alone."""
    is_old: bool = False
    """Whether that is longer ago than such data usually are."""
    again_at: datetime | None = None
    """For PAUSED alone."""
    groups: tuple[Group, ...] = ()


@value
class SourceRecords:
    kind: str
    """Of the space."""
    records: tuple[SourceRecord, ...]
    """One for each source that is connected; none where the platform is connected to none."""


@rpc("spaces", reply=SourceRecords, repeatable=True, errors=(e.NotFound, e.NotAllowed), timeout=8.0)
class LookUpSources(Request[SourceRecords]):
    """Ask the authorities about the owner of the space: its person, or its company.

    A person's data are shown where they agree with what his certificate proves.  A company's number comes
    from the certificate with which the space was made.

    Errors: NotFound(space), NotAllowed, InvalidField(national_number, format | date | check_digit).
    """

    actor: Actor
    space_id: str
    proved: Proved
