"""What `booking` answers about appointments; free time and holds are `slots`.

Instants are UTC; a `date` is a day of the calendar's own zone (Europe/Luxembourg).
"""

from __future__ import annotations

from datetime import date, datetime

from services.contracts import errors as e
from services.contracts.slots import CLAIMED
from services.contracts.wire import Request, rpc, value

MEMBER = "member:"
"""Before a person's id: the actor of what a member does with an appointment of the space."""
LANGUAGES = ("lb", "fr", "de", "en")
"""ISO 639-1 codes of the languages in which a call can be held."""

_CHANGED = (e.NotFound, e.AppointmentStarted, e.StaleVersion)


# --- appointments ---------------------------------------------------------------


@value
class Person:
    """Contact data of the applicant.

    `national_number` (13 digits, both check digits right) or else both
    `birth_date` and `birth_place`.
    """

    first_name: str
    last_name: str
    national_number: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    email: str
    """Empty only where the back office books for somebody who has none."""
    phone: str
    street: str
    postal_code: str
    city: str
    country: str
    """ISO 3166-1 alpha-2."""


@value
class InsuredPerson:
    """The person whom an appointment is about, where it is not the applicant."""

    first_name: str
    last_name: str
    national_number: str = ""
    birth_date: date | None = None
    birth_place: str = ""
    speaks: bool = False
    """Whether he will speak in the call, too, and so show who he is; else the applicant alone."""


@value
class Assurance:
    """How the applicant is identified."""

    method: str
    """`none`, `luxtrust`, `eidas`, `development`, or `back-office` (an agent or system booked)."""
    level: str = ""
    """eIDAS level of assurance: `low`, `substantial`, `high`; empty for `none` and `back-office`."""


@value
class Appointment:
    """An appointment as its owner and the staff may see it."""

    appointment_id: str
    version: int
    """Rises with every change that a calendar must learn of; the iCalendar SEQUENCE."""
    state: str
    """`booked`, `arrived`, `in_call`, `cancelled`, `held`, `no_show`, `technical_failure`."""
    subject: str
    topic: str
    kind: str
    language: str
    starts_at: datetime
    ends_at: datetime
    agent_id: str
    agent_name: str
    applicant: Person
    insured: InsuredPerson | None
    assurance: Assurance
    person_id: str
    """The identified person who booked; empty without authentication."""
    mail_language: str
    link_generation: int
    """Part of the personal link's MAC; raising it revokes every link sent before."""
    identity_copy_id: str
    insured_copy_id: str = ""
    """Copy of the insured person's document, where he will speak too and nobody is authenticated."""
    displaced: bool = False
    """True while no agent can keep it at its time: the citizen is asked to choose another."""
    space_id: str = ""
    """The professional space whose members share it; empty where it was booked for the person alone."""
    company_name: str = ""
    """For whom the space books, to be shown; the person who booked stays the applicant."""
    company_id: str = ""
    """As it stands on the Pro certificate that the space was made with; empty where it was another."""
    procedure_id: str = ""
    """The draft that it was booked from, in that space or else in the person's own; empty without one."""


@rpc(
    "booking",
    reply=Appointment,
    repeatable=True,
    errors=(
        e.ConsentMissing,
        e.HoldExpired,
        e.IdentityCopyMissing,
        e.ProcedureOver,
        e.TooManyOpenAppointments,
    ),
)
class ConfirmAppointment(Request[Appointment]):
    """Turn a hold into an appointment; repeated by the same holder, it answers the same.

    Errors: ConsentMissing, HoldExpired, IdentityCopyMissing (method `none` without
    `identity_copy_id`, or without `insured_copy_id` where the insured person speaks),
    ProcedureOver(submitted) where the draft has become another appointment, TooManyOpenAppointments,
    InvalidField.
    """

    appointment_id: str
    holder: str
    consent: bool
    applicant: Person
    insured: InsuredPerson | None = None
    assurance: Assurance
    person_id: str = ""
    mail_language: str
    identity_copy_id: str = ""
    insured_copy_id: str = ""
    consent_version: str = ""
    """Of the text that was consented to, as the pages name it."""
    procedure_id: str = ""
    """The draft that becomes this appointment; empty without one."""
    space_id: str = ""
    """The professional space for which it is booked by a person with a `person_id`; `spaces` was asked
    whether he may (ActInSpace)."""
    company_name: str = ""
    """Mandatory with `space_id`, empty without, as `company_id`."""
    company_id: str = ""


@rpc("booking", reply=Appointment, repeatable=True, errors=(e.NotFound,))
class GetAppointment(Request[Appointment]):
    """Errors: NotFound(appointment), also for a hold."""

    appointment_id: str


@rpc("booking", reply=Appointment, repeatable=True, errors=_CHANGED)
class CancelAppointment(Request[Appointment]):
    """A second cancel answers the same.

    The citizen, and a member as he, may until the start and until somebody has
    joined, staff until the end.  Errors: NotFound(appointment), AppointmentStarted,
    StaleVersion(appointment).
    """

    appointment_id: str
    actor: str
    """`citizen`, MEMBER and an id, or the staff member's or machine client's id; kept in the audit trail."""


@rpc("booking", reply=Appointment, repeatable=True, errors=(*_CHANGED, *CLAIMED))
class MoveAppointment(Request[Appointment]):
    """Move to another free slot of the same kind and language, with the next version.

    Keeps id, link, room and calendar UID.  Moving to where it already stands
    answers the same.  Who may, and until when, is as for cancelling.  Errors:
    NotFound(appointment), AppointmentStarted, SlotTaken, SlotPast, SlotNotOffered,
    StaleVersion(appointment).
    """

    appointment_id: str
    starts_at: datetime
    actor: str


@value
class Appointments:
    appointments: tuple[Appointment, ...]


@rpc("booking", reply=Appointments, repeatable=True, errors=())
class ListAppointments(Request[Appointments]):
    """Appointments of one day in order of start, cancelled ones left out; of one agent if given."""

    day: date
    agent_id: str = ""


@rpc("booking", reply=Appointments, repeatable=True, errors=())
class ListAppointmentsOfPerson(Request[Appointments]):
    """Appointments that this identified person booked, the latest start first; cancelled ones included."""

    person_id: str


@rpc("booking", reply=Appointments, repeatable=True, errors=())
class ListAppointmentsOfSpace(Request[Appointments]):
    """Appointments that were booked for a professional space, as those of a person.

    Who may see them is decided by `spaces` (ActInSpace), which the asker is to ask first.
    """

    space_id: str


@rpc("booking", reply=Appointment, errors=(e.NotFound, e.StaleVersion))
class RenewLink(Request[Appointment]):
    """Revoke every link sent before; a new one goes out by mail.

    Errors: NotFound(appointment), StaleVersion(link) unless `generation` is the current one.
    """

    appointment_id: str
    generation: int
    """The `link_generation` to be revoked: a second click revokes nothing more."""
    actor: str


# --- who did what ---------------------------------------------------------------


@value
class AuditStep:
    """One transition of an appointment; no personal data."""

    at: datetime
    what: str
    """`held`, `renewed`, `lapsed`, `booked`, `moved`, `reassigned`, `displaced`, `restored`, `cancelled`,
    `link_renewed`, `owner_changed`, `erased`, `arrived`, `in_call`, and `ended_`, `identity_`,
    `case_file_` with a word of theirs."""
    who: str
    """`citizen`, MEMBER and a person's id, `platform`, or the id of a staff member or machine client."""
    origin: str
    """A channel (`page`, `link`, `space`, `console`, `api`), a keyed hash of the network address; or none."""
    version: int
    document_id: str = ""
    receipt: str = ""
    """Of what was looked at, compared or handed over; and the case file's for it."""


@value
class AuditTrail:
    steps: tuple[AuditStep, ...]


@rpc("booking", reply=AuditTrail, repeatable=True, errors=(e.NotFound,))
class GetAuditTrail(Request[AuditTrail]):
    """All that happened to one, in order, cancelled and lapsed ones too.  Errors: NotFound(appointment)."""

    appointment_id: str
