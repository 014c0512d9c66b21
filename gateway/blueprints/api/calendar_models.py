"""What crosses the service API about calendars; what an entry may say is checked where it is kept."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.blueprints.api.models import Described, Language, Names, Reply, Strict

Window = Annotated[str, Field(max_length=11, examples=["08:30-11:30"])]
Week = Annotated[
    list[list[Window]],
    Field(
        description="Seven days from Monday on, each with windows on the wall clock of the zone. "
        "Hours from 24 on are on the following day."
    ),
]
Word = Annotated[str, Field(max_length=100)]


class Entry(BaseModel):
    """The same when it is read and when it is changed."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class CalendarEntry(Entry):
    """When a group of agents works, and how their time is cut into slots."""

    code: Word
    zone: Word = Field(description="IANA name of a time zone.", examples=["Europe/Luxembourg"])
    hours: Week
    minutes: int = Field(description="Length of a slot, 5 to 240; appointments ahead keep theirs.")
    pause_minutes: int = Field(description="Between two slots, 0 to 240.")
    notice_minutes: int = Field(description="A slot can be booked until this long before it begins.")
    horizon_days: int = Field(description="The last day that can be booked is so many days ahead, 1 to 365.")
    closures: list[date] = Field(description="At most 400.")
    holidays_of: Word = Field(description="Country whose public holidays are kept (ISO 3166-1), or empty.")


class AgentEntry(Entry):
    agent_id: Word
    name: str = Field(max_length=300)
    calendar: Word
    languages: list[Language]
    hours: Week | None = Field(None, description="Instead of the calendar's, where they differ.")
    active: bool = Field(True, description="False for somebody who takes no appointments any more.")


class KindEntry(Entry):
    code: Word
    channel: Word = Field(description="`video`.")
    calendar: Word
    demonstration: bool = False
    names: Names = Field({}, description="In all four languages, up to 80 characters each.")


class SubjectEntry(Entry):
    code: Word
    position: int = Field(description="In the order of the pages, 0 to 1000.")
    by_video: bool
    topics: list[Word]
    kinds: list[Word] = Field(description="None where it is never handled by video.")
    names: Names = Field({}, description="In all four languages, up to 80 characters each.")
    hints: Names = Field({}, description="A line of explanation in all four languages, or none at all.")
    topic_names: dict[Word, Names] = Field(
        {},
        description="Of each of `topics`, and of former ones that appointments are still about.",
        max_length=200,
    )


class Absence(Entry):
    """In which an agent takes no appointments, from `starts_at` up to `until`, which is no part of it."""

    absence_id: Word = Field(description="Made by the caller, hard to guess; the same id, the same absence.")
    agent_id: Word
    starts_at: AwareDatetime
    until: AwareDatetime = Field(description="At most 366 days later.")


# --- requests -------------------------------------------------------------------


class ChangeIn(Strict):
    """Exactly one of these: an entry as it is to be, new or changed, or an absence taken back."""

    calendar: CalendarEntry | None = None
    agent: AgentEntry | None = None
    kind: KindEntry | None = None
    subject: SubjectEntry | None = None
    absence: Absence | None = None
    end_absence: Word = Field("", description="Id of an absence that ends now, or never begins.")


class PreviewIn(Strict):
    change: ChangeIn


class ApplyIn(Strict):
    change: ChangeIn
    revision: int = Field(description="Of the preview; a change that came between is refused.")
    impact_digest: str = Field(max_length=64, description="Of the preview: what was not seen is not done.")


class ChangeHeader(Described):
    key: str = Field(
        alias="Idempotency-Key",
        min_length=8,
        max_length=128,
        description="Made by the caller for one change, hard to guess. Repeated, it changes once and answers "
        "the same; with another change it is refused.",
    )


# --- replies --------------------------------------------------------------------


class CatalogueOut(Reply):
    revision: int = Field(description="Rises with every change.")
    calendars: list[CalendarEntry]
    agents: list[AgentEntry]
    kinds: list[KindEntry]
    subjects: list[SubjectEntry]
    absences: list[Absence] = Field(description="Those that are not over.")


class HurtOut(Reply):
    appointment_id: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    language: Language
    agent_id: str
    remedy: Literal["reassign", "choice"] = Field(
        description="A colleague takes it at the same time, or the citizen is asked to choose another one."
    )
    colleague_id: str = Field(description="Who would take it, or empty.")


class ImpactOut(Reply):
    revision: int
    digest: str
    hurt: list[HurtOut] = Field(description="In order of start.")


class AppliedOut(Reply):
    revision: int = Field(description="That the change made.")
    reassigned: int = Field(description="Appointments that a colleague has taken.")
    displaced: int = Field(description="Appointments whose citizens are asked to choose another time.")


class ChangeOut(Reply):
    revision: int
    at: AwareDatetime
    actor: str = Field(description="Id of a staff member or a machine client.")
    what: str = Field(description="`calendar`, `agent`, `kind`, `subject`, `absence`.")
    code: str = Field(description="Of the entry; of an absence the agent's id.")
    reassigned: int
    displaced: int


class ChangesOut(Reply):
    changes: list[ChangeOut] = Field(description="The last one first, at most 200.")
