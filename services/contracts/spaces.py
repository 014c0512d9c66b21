"""What `spaces` answers: the private space and its data for prefilling.

It is seen, deleted and restored like every other one (`contracts.professional`), by its person alone; its id
is the person's.  A deleted one answers nothing of what lies in it until it is restored.
"""

from __future__ import annotations

from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.space_access import ACTIVE, Actor
from services.contracts.wire import Event, Request, event, rpc, value

MANDATORY = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "postal_code",
    "city",
    "country",
)
"""Starred fields; date and place of birth join them for who has no national number."""
MOST_VERSION = 40
ADVISED = ("national_number", "birth_date", "birth_place")


@value
class PersonalData:
    """Data for prefilling a booking; an empty string is a field not filled in yet."""

    first_name: str = ""
    last_name: str = ""
    national_number: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""


@value
class PrivateSpace:
    """Exactly one per identified person."""

    person_id: str
    version: int
    """Of the data: rises with every change of them; a save names the version that it read."""
    data: PersonalData
    missing: tuple[str, ...]
    """Mandatory (starred) fields that are still empty."""
    advised: tuple[str, ...] = ()
    """Other fields that are still empty and would help."""
    state: str = ACTIVE
    """ACTIVE, or DELETED until `gone_at`: then no data are answered."""
    gone_at: datetime | None = None


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=(e.StaleVersion,))
class OpenPrivateSpace(Request[PrivateSpace]):
    """Create the actor's private space, or answer with the one that exists, a deleted one too.

    Errors: InvalidField, StaleVersion(space) while the former one is being erased.
    """

    actor: Actor
    data: PersonalData
    """First contents, from the log-in; ignored where the space exists."""
    consent_version: str
    """Of the text by which the person agrees that his data are kept; up to MOST_VERSION characters."""


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=(e.NotFound,))
class GetPrivateSpace(Request[PrivateSpace]):
    """Errors: NotFound(space)."""

    actor: Actor

    @property
    def space_id(self) -> str:
        return self.actor.person_id


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=(e.NotFound, e.NotAllowed, e.StaleVersion))
class SavePersonalData(Request[PrivateSpace]):
    """Errors: NotFound(space), NotAllowed while it is deleted, StaleVersion(space), InvalidField."""

    actor: Actor
    version: int
    data: PersonalData

    @property
    def space_id(self) -> str:
        return self.actor.person_id


@value
class DataChange:
    """One entry of the history.  What stood in the fields before is kept nowhere."""

    at: datetime
    what: str
    """`opened`, `saved`, `joined` from another log-in of the same person, `deleted`, `restored`."""
    actor_name: str
    """Empty for the platform."""
    certificate: str
    """The last four digits of the one that was used; empty where it has no such number."""
    door: str
    """By which the person came in, see the context; empty for the platform."""
    fields: tuple[str, ...]
    """Names of those that have other contents since."""


@value
class DataChanges:
    changes: tuple[DataChange, ...]
    """The latest first; of a year, at most 200."""


@rpc("spaces", reply=DataChanges, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class ListDataChanges(Request[DataChanges]):
    """Errors: NotFound(space), NotAllowed while it is deleted."""

    actor: Actor

    @property
    def space_id(self) -> str:
        return self.actor.person_id


@event("spaces")
class PrivateSpaceOpened(Event):
    person_id: str
