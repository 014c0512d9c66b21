"""What crosses the service API.  These models validate, and the OpenAPI document is made from them."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, StrictInt

from services.chassis.codec import EARLIEST, LATEST

Language = Literal["lb", "fr", "de", "en"]
PartOfDay = Literal["", "morning", "afternoon"]
Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")]
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
Text = Annotated[str, Field(max_length=300)]
Names = dict[Language, Text]
"""What something is called, by language."""
Instant = Annotated[AwareDatetime, Field(ge=EARLIEST, lt=LATEST)]
_PART = "Only slots that begin before noon, or from noon on, in Luxembourg; left out: the whole day."


class Described(BaseModel):
    """A model whose plain schema is made once: the framework asks for it at each request."""

    @classmethod
    def model_json_schema(cls, *args: Any, **how: Any) -> dict[str, Any]:
        return super().model_json_schema(*args, **how) if args or how else cls._plain_schema()

    @classmethod
    @cache
    def _plain_schema(cls) -> dict[str, Any]:
        return super().model_json_schema()


class Strict(Described):
    """A request: what is not known is refused, so that a typing error is noticed."""

    model_config = ConfigDict(extra="forbid")


class Reply(BaseModel):
    """A reply; fields may be added."""

    model_config = ConfigDict(from_attributes=True)


# --- requests -------------------------------------------------------------------


class SlotsQuery(Strict):
    kind: Code = Field(description="Code of a kind of appointment, from `/subjects`.")
    language: Language = Field(description="Language of the call (ISO 639-1).")
    day: date = Field(description="A day in Luxembourg.")
    part_of_day: PartOfDay = Field("", description=_PART)


class NextSlotQuery(Strict):
    kind: Code = Field(description="Code of a kind of appointment, from `/subjects`.")
    language: Language = Field(description="Language of the call (ISO 639-1).")
    part_of_day: PartOfDay = Field("", description=_PART)
    not_before: Instant | None = Field(None, description="With an offset from UTC; now if left out.")


class DaysQuery(Strict):
    kind: Code = Field(description="Code of a kind of appointment, from `/subjects`.")
    language: Language = Field(description="Language of the call (ISO 639-1).")
    first: date = Field(description="First day, in Luxembourg.")
    last: date = Field(description="Last day, inclusive; at most 62 days in all.")
    part_of_day: PartOfDay = Field("", description=_PART)


class DayQuery(Strict):
    day: date | None = Field(None, description="A day in Luxembourg; today if left out.")
    agent_id: Id | None = Field(None, description="Only appointments of this agent.")


class AppointmentPath(BaseModel):
    appointment_id: Id = Field(description="Id of the appointment.")


class IdempotencyHeader(Described):
    key: str = Field(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        description="Made by the caller for one booking, hard to guess. The same key answers with the same "
        "appointment, however often it is sent; with other data it is refused.",
    )


class PersonIn(Strict):
    """Contact data; without a national number, date and place of birth are mandatory."""

    first_name: Text
    last_name: Text
    national_number: Text = Field("", description="13 digits, both check digits are verified.")
    birth_date: date | None = None
    birth_place: Text = ""
    email: Text = Field("", description="Where it is missing, the person has the printed confirmation alone.")
    phone: Text
    street: Text
    postal_code: Text
    city: Text
    country: Text = Field(description="ISO 3166-1 alpha-2.")


class InsuredIn(Strict):
    """The person whom the appointment is about, where it is not the applicant."""

    first_name: Text
    last_name: Text
    national_number: Text = ""
    birth_date: date | None = None
    birth_place: Text = ""
    speaks: bool = Field(False, description="Whether this person will speak in the call, too.")


class BookingIn(Strict):
    """An appointment booked by the back office for a citizen."""

    subject: Code
    topic: str = Field("", max_length=60)
    kind: Code
    language: Language
    starts_at: Instant = Field(description="Start of a free slot, with its offset from UTC.")
    consent: StrictBool = Field(description="The person consents to the processing of personal data.")
    applicant: PersonIn
    insured: InsuredIn | None = None
    mail_language: Language = Field(description="Language of the mails.")


class MoveIn(Strict):
    starts_at: Instant = Field(description="Start of a free slot, with its offset from UTC.")


class LinkIn(Strict):
    generation: StrictInt = Field(
        ge=1,
        le=2**31,
        description="The `link_generation` that is to be revoked: sent again, it revokes nothing more.",
    )


# --- replies --------------------------------------------------------------------


class KindOut(Reply):
    code: str
    channel: str
    minutes: int
    languages: list[Language]
    demonstration: bool = Field(description="True for the round-the-clock calendar of a demonstration.")
    names: Names = Field(description="Without its length.")


class SubjectOut(Reply):
    code: str
    by_video: bool
    topics: list[str]
    kinds: list[KindOut]
    names: Names
    hints: Names = Field(description="A line that explains it; may be empty.")
    topic_names: dict[str, Names] = Field(description="By topic; former ones may be among them.")


class SubjectsOut(Reply):
    subjects: list[SubjectOut]


class DayOut(Reply):
    day: date
    free: int = Field(description="Starts that are free.")


class DaysOut(Reply):
    days: list[DayOut]


class SlotOut(Reply):
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class SlotsOut(Reply):
    slots: list[SlotOut]


class NextSlotOut(Reply):
    slot: SlotOut | None = Field(
        description="The first free slot; null where there is none up to the horizon."
    )


class PersonOut(Reply):
    first_name: str
    last_name: str
    national_number: str
    birth_date: date | None
    birth_place: str
    email: str
    phone: str
    street: str
    postal_code: str
    city: str
    country: str


class InsuredOut(Reply):
    first_name: str
    last_name: str
    national_number: str
    birth_date: date | None
    birth_place: str


class AssuranceOut(Reply):
    method: str = Field(description="`none`, `luxtrust`, `eidas`, `development`, `back-office`.")
    level: str = Field(description="eIDAS level of assurance, or empty.")


class AppointmentOut(Reply):
    appointment_id: str
    version: int = Field(description="Rises with each move and with the cancellation.")
    state: str = Field(
        description="`booked`, `arrived` (the citizen has joined), `in_call`, `cancelled`, or how it ended: "
        "`held`, `no_show`, `technical_failure`."
    )
    subject: str
    topic: str
    kind: str
    language: Language
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    agent_id: str
    agent_name: str
    applicant: PersonOut
    insured: InsuredOut | None
    assurance: AssuranceOut
    mail_language: Language
    link_generation: int = Field(description="Rises when every personal link sent before is revoked.")
    displaced: bool = Field(
        description="True while no agent can keep it at its time: the citizen is asked to choose another."
    )
    company_name: str = Field(description="For which company the applicant booked; empty for himself.")
    company_id: str = Field(description="Its number, as far as it is known.")


class AppointmentsOut(Reply):
    appointments: list[AppointmentOut]


class MessageOut(Reply):
    kind: str = Field(
        description="`confirmation`, `confirmation_again`, `moved`, `cancelled`, `cancelled_by_cns`, "
        "`displaced`, `restored`, `link_renewed`, `earlier_offer`, `reminder_day`, `reminder_hour`; "
        "to those on duty `agent_missing`, `citizen_alone`."
    )
    state: str = Field(
        description="`pending`, `sent`, `failed`, `superseded` (needless by then), or `no_address`: "
        "a letter is to be printed."
    )
    attempts: int
    changed_at: AwareDatetime


class MessagesOut(Reply):
    messages: list[MessageOut]


class Problem(Reply):
    """What went wrong (RFC 9457)."""

    type: str = Field(description="A path that names the kind of problem, such as `/problems/slot-taken`.")
    title: str = Field(description="A sentence in the language of `Accept-Language`.")
    status: int
    code: str = Field("", description="The stable name of the error, such as `SlotTaken`.")
    details: dict[str, str] = Field({}, description="For `InvalidField`: `field` and `rule`.")
    retryable: bool = Field(False, description="The same request may succeed later.")
    correlation_id: str = Field(description="Name it when you ask for help.")
