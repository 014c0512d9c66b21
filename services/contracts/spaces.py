"""What `spaces` answers: the private space and its data for prefilling."""

from __future__ import annotations

from datetime import date

from services.contracts import errors as e
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
    """Rises with every change; a save names the version that it read."""
    data: PersonalData
    missing: tuple[str, ...]
    """Mandatory (starred) fields that are still empty."""
    advised: tuple[str, ...] = ()
    """Other fields that are still empty and would help."""


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=())
class OpenPrivateSpace(Request[PrivateSpace]):
    """Create the person's private space, or answer with the one that exists.  Errors: InvalidField."""

    person_id: str
    data: PersonalData
    """First contents, from the log-in; ignored where the space exists."""


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=(e.NotFound,))
class GetPrivateSpace(Request[PrivateSpace]):
    """Errors: NotFound(space)."""

    person_id: str


@rpc("spaces", reply=PrivateSpace, repeatable=True, errors=(e.NotFound, e.StaleVersion))
class SavePersonalData(Request[PrivateSpace]):
    """Errors: NotFound(space), StaleVersion(space), InvalidField."""

    person_id: str
    version: int
    data: PersonalData


@event("spaces")
class PrivateSpaceOpened(Event):
    person_id: str
