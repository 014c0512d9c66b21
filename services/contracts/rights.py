"""What data protection law gives every person, and what it asks of the services (GDPR, articles 15, 17, 20).

Export: each service answers with all that it holds on a person, in pages; the gateway makes an archive of it.
Erasure: a person leaves, and may come back until the end of a grace; then `identity` erases him and tells
`PersonGone`, on which every other service does the same. Whatever it takes to find his data elsewhere is an
id; what would be content crosses the bus in requests alone, which nothing keeps.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.space_access import Actor
from services.contracts.space_documents import SpaceDownloadGrant
from services.contracts.wire import Event, Request, event, rpc, value

PART_CHARACTERS = 60_000
"""A long record comes in several pieces."""
MOST_IDS = 100
"""That one request may name."""
TOLD_AGAIN_HOURS = (1, 24, 168)
"""After `PersonGone` it is told again: who was not there, or has kept something since, erases it then."""


# --- what is held on a person ---------------------------------------------------


@value
class Held:
    """One record of a service, without what is of technical use alone."""

    kind: str
    """What it is a record of: `person`, `appointments`, `members`, …; see the service's table of holdings."""
    parts: tuple[str, ...]
    """JSON, in pieces of PART_CHARACTERS at the most."""


@value
class HeldPage:
    """Some records; `after` asks for the next ones, empty: there are no more."""

    records: tuple[Held, ...]
    after: str


@rpc("identity", reply=HeldPage, repeatable=True, errors=())
class ExportAccount(Request[HeldPage]):
    """The person, the means of logging in, the trail.  Errors: InvalidField(after)."""

    person_id: str
    after: str = ""
    """As the page before said; empty: from the beginning."""


@rpc("booking", reply=HeldPage, repeatable=True, errors=())
class ExportBookings(Request[HeldPage]):
    """Appointments with all data and what was done with them, and the waiting list.

    Errors: InvalidField(after).
    """

    person_id: str
    after: str = ""


@rpc("spaces", reply=HeldPage, repeatable=True, errors=())
class ExportSpaces(Request[HeldPage]):
    """The private space with all that is in it, memberships, invitations, the wish for more spaces.

    What belongs to a company is not the person's: of its spaces his membership is told, and what he did.
    Errors: InvalidField(after | numbers).
    """

    person_id: str
    numbers: tuple[str, ...]
    """Of his certificates, to which invitations are sent; at most MOST_IDS."""
    after: str = ""


@rpc("spaces", reply=SpaceDownloadGrant, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class GrantHeldDocument(Request[SpaceDownloadGrant]):
    """As `GrantSpaceDownload`, of the private space alone; also while that is deleted, until its grace ends.

    Errors: NotFound(space | document), NotAllowed.
    """

    actor: Actor
    document_id: str
    version: int

    @property
    def space_id(self) -> str:
        return self.actor.person_id


@rpc("notify", reply=HeldPage, repeatable=True, errors=())
class ExportMails(Request[HeldPage]):
    """What was sent about these appointments and means of logging in; no text is ever stored.

    Errors: InvalidField(after | appointment_ids | credential_ids).
    """

    appointment_ids: tuple[str, ...]
    """At most MOST_IDS, as the other."""
    credential_ids: tuple[str, ...]
    after: str = ""


@rpc("media", reply=HeldPage, repeatable=True, errors=())
class ExportRooms(Request[HeldPage]):
    """Rooms of these appointments, as long as there is something in them.

    Errors: InvalidField(after | appointment_ids).
    """

    appointment_ids: tuple[str, ...]
    """At most MOST_IDS."""
    after: str = ""


@value
class ExportNoted:
    """It stands in the trail; a mail tells the person, where there is an address."""

    at: datetime
    grace_days: int = 30
    """See `Departure`."""


@rpc("identity", reply=ExportNoted, errors=(e.NotFound, e.FreshLoginNeeded))
class NoteExport(Request[ExportNoted]):
    """Before anything is handed out.  Errors: NotFound(person), FreshLoginNeeded."""

    person_id: str
    proof: str


# --- leaving --------------------------------------------------------------------


@value
class Departure:
    """A person who is about to leave."""

    person_id: str
    gone_at: datetime | None
    """The end of the grace; None for who stays."""
    grace_days: int = 30
    """How long it is for who asks now."""


@rpc("identity", reply=Departure, repeatable=True, errors=(e.NotFound, e.FreshLoginNeeded))
class Leave(Request[Departure]):
    """Ask for the erasure of everything; asking again changes nothing.

    Errors: NotFound(person), FreshLoginNeeded.
    """

    person_id: str
    proof: str


@rpc("identity", reply=Departure, repeatable=True, errors=(e.NotFound,))
class Stay(Request[Departure]):
    """Take that back, until the grace ends.  Errors: NotFound(person)."""

    person_id: str


@rpc("identity", reply=Departure, repeatable=True, errors=(e.NotFound,))
class GetDeparture(Request[Departure]):
    """Errors: NotFound(person)."""

    person_id: str


@value
class LeavingSpaces:
    """What becomes of a person's professional spaces when he leaves: names, in alphabetical order."""

    handed_over_first: tuple[str, ...]
    """He is the only administrator, and there are other members: these stand in the way."""
    going_along: tuple[str, ...]
    """He is alone in them."""
    left: tuple[str, ...]
    """He leaves them, others stay."""


@rpc("spaces", reply=LeavingSpaces, repeatable=True, errors=())
class GetLeavingSpaces(Request[LeavingSpaces]):
    person_id: str


@value
class Forgotten:
    """Nothing else to say."""


@rpc("spaces", reply=Forgotten, repeatable=True, errors=(e.StaleVersion,))
class ForgetInvitations(Request[Forgotten]):
    """Invitations to these certificates lose whom they were for: the last moment at which that is known.

    Errors: InvalidField(numbers) for more than MOST_IDS, StaleVersion(space): ask again.
    """

    numbers: tuple[str, ...]


@rpc("notify", reply=Forgotten, repeatable=True, timeout=8.0, errors=(e.MailedTooOften,))
class SendFarewell(Request[Forgotten]):
    """Mail that the grace is over and everything erased, at once; the address is kept nowhere.

    The same key sends one.  Errors: InvalidField(address | request_key), ServiceUnavailable(mail),
    MailedTooOften.
    """

    address: str
    language: str
    request_key: str


# --- events: ids alone ----------------------------------------------------------


@event("identity")
class PersonExported(Event):
    """All that is held on a person was handed out to him."""

    person_id: str
    credential_id: str
    """With which he had logged in."""


@event("identity")
class PersonLeaving(Event):
    """Somebody wants to be erased: what is ahead of him alone is cancelled now, the rest is kept so long."""

    person_id: str
    credential_id: str
    gone_at: datetime


@event("identity")
class PersonStayed(Event):
    """He does not want to leave any more."""

    person_id: str
    credential_id: str


@event("identity")
class PersonGone(Event):
    """The grace is over: whatever is held on this person is to be erased, now and whenever it is told."""

    person_id: str
    credential_ids: tuple[str, ...]


@event("booking")
class AppointmentErased(Event):
    """Nothing of a person is left in this appointment: whatever was kept about it elsewhere goes as well."""

    appointment_id: str
    appointment_version: int
