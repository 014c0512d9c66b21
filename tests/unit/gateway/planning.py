"""What can be booked as the pages of calendars find it: two agents, one calendar, and an impact to set."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.contracts import calendars as c
from services.contracts.booking import Appointments
from services.contracts.errors import ImpactChanged, InvalidField, StaleVersion
from tests.unit.gateway import desk

OFFICE = (("08:30-11:30", "13:00-16:00"),) * 5 + ((), ())
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)

CALENDAR = c.CalendarEntry(
    code="cns",
    zone="Europe/Luxembourg",
    hours=OFFICE,
    minutes=20,
    pause_minutes=0,
    notice_minutes=60,
    horizon_days=42,
    closures=(date(2026, 12, 24),),
    holidays_of="LU",
)
ANNA = c.AgentEntry(agent_id="agent-anna", name="Anna Demo", calendar="cns", languages=("lb", "fr"))
BEN = c.AgentEntry(agent_id="agent-ben", name="Ben Demo", calendar="cns", languages=("fr",), active=False)
VIDEO = {
    "lb": "Videoconsultatioun",
    "fr": "Consultation vidéo",
    "de": "Videosprechstunde",
    "en": "Video call",
}
DOCUMENTS = {"lb": "Dokumenter", "fr": "Documents", "de": "Dokumente", "en": "Papers"}
MATERNITY = {"lb": "Mutterschaft", "fr": "Maternité", "de": "Mutterschutz", "en": "Maternity"}
KIND = c.KindEntry(code="video", channel="video", calendar="cns", names=VIDEO)
SUBJECT = c.SubjectEntry(
    code="information-documents",
    position=1,
    by_video=True,
    topics=("maternity",),
    kinds=("video",),
    names=DOCUMENTS,
    topic_names={"maternity": MATERNITY},
)
ABSENCE = c.Absence(
    absence_id="absence-1", agent_id="agent-anna", starts_at=TEN, until=TEN + timedelta(days=1)
)


def hurt(remedy: str = c.REASSIGN, colleague: str = "agent-ben", number: int = 1) -> c.Hurt:
    return c.Hurt(
        appointment_id=f"appointment-{number}",
        starts_at=TEN,
        ends_at=TEN + timedelta(minutes=20),
        language="fr",
        agent_id="agent-anna",
        remedy=remedy,
        colleague_id=colleague,
    )


class FakePlanning:
    """Applies what was previewed, and says so when it is not that any more."""

    def __init__(self) -> None:
        self.catalogue = c.Catalogue(
            revision=7,
            calendars=(CALENDAR,),
            agents=(ANNA, BEN),
            kinds=(KIND,),
            subjects=(SUBJECT,),
            absences=(),
        )
        self.hurt: tuple[c.Hurt, ...] = ()
        self.fault: InvalidField | None = None
        self.applied: list[c.ApplyChange] = []
        self.made: dict[str, c.Applied] = {}
        self.displaced: tuple[Any, ...] = ()
        self.changes: tuple[c.ChangeMade, ...] = ()

    def get_catalogue(self, request: c.GetCatalogue) -> c.Catalogue:
        return self.catalogue

    def preview_change(self, request: c.PreviewChange) -> c.Impact:
        if self.fault:
            raise self.fault
        return c.Impact(revision=self.catalogue.revision, digest=self.digest, hurt=self.hurt)

    @property
    def digest(self) -> str:
        return "|".join(f"{each.appointment_id}:{each.remedy}" for each in self.hurt) or "nothing"

    def apply_change(self, request: c.ApplyChange) -> c.Applied:
        if request.revision != self.catalogue.revision:
            raise StaleVersion("catalogue")
        if request.impact_digest != self.digest:
            raise ImpactChanged
        self.applied.append(request)
        self.catalogue = replace(self.catalogue, revision=self.catalogue.revision + 1)
        reassigned = sum(each.remedy == c.REASSIGN for each in self.hurt)
        return c.Applied(
            revision=self.catalogue.revision, reassigned=reassigned, displaced=len(self.hurt) - reassigned
        )

    def list_displaced(self, request: c.ListDisplaced) -> Appointments:
        return Appointments(appointments=self.displaced)

    def list_changes(self, request: c.ListChanges) -> c.ChangesMade:
        return c.ChangesMade(changes=self.changes)


@pytest.fixture
def plan(world: Any) -> FakePlanning:
    """Behind the console."""
    desk.open_desk(world)
    found = FakePlanning()
    world.bus.services.append(found)
    return found


@pytest.fixture
def planner(world: Any, plan: FakePlanning) -> Any:
    return desk.member(world, "supervisor")
