"""A small world to book in: one office calendar, agents who differ in their languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.booking.domain.catalogue import Agent, Calendar, Catalogue, Kind, Subject
from services.booking.domain.claim import HOLD, Claim, HoldRules, Step
from services.booking.domain.earlier import OfferRules
from services.booking.domain.hours import WeeklyHours
from services.booking.export import BookingExport
from services.booking.usecases import Booking
from services.chassis.clock import ManualClock
from services.chassis.ids import new_id
from services.contracts.booking import Appointment, Assurance, ConfirmAppointment, Person
from services.contracts.booking_events import SlotHeld
from services.contracts.media_events import CitizenJoined
from services.contracts.national_number import check_digits
from services.contracts.slots import Hold, HoldSlot
from tests.unit.booking.catalogue_fakes import FakeCatalogue, FakeUpcoming
from tests.unit.booking.fake_owners import FakeJoins, FakeOwners
from tests.unit.booking.fake_tickets import FakeTickets
from tests.unit.booking.fake_wishes import FakeWishes
from tests.unit.booking.fakes import FakeAttendances, FakeClaims, FixedHolidays
from tests.unit.nothing_stored import NothingStored, nothing_swept

MONDAY = date(2026, 1, 12)
EIGHT = datetime(2026, 1, 12, 7, 0, tzinfo=UTC)
"""08:00 in Luxembourg, on that Monday in winter."""
FIRST_SLOT = datetime(2026, 1, 12, 7, 30, tzinfo=UTC)
LENGTH = timedelta(minutes=20)
OFFICE = WeeklyHours.parse([["08:30-11:30", "13:00-16:00"]] * 5 + [[], []])


def calendar(**changes: Any) -> Calendar:
    office = Calendar(
        code="office",
        zone="Europe/Luxembourg",
        hours=OFFICE,
        length=LENGTH,
        pause=timedelta(0),
        notice=timedelta(minutes=15),
        horizon_days=42,
        closures=frozenset(),
        holidays_of="LU",
    )
    return replace(office, **changes)


def agent(agent_id: str = "agent-a", *languages: str, hours: WeeklyHours | None = None) -> Agent:
    spoken = languages or ("lb", "fr", "de", "en")
    return Agent(agent_id, f"{agent_id} Demo", "office", spoken, hours)


def catalogue(*agents: Agent, **changes: Any) -> Catalogue:
    staff = agents or (agent(),)
    return Catalogue(
        calendars={"office": calendar(**changes)},
        agents={member.agent_id: member for member in staff},
        kinds={"video": Kind("video", "video", "office")},
        subjects={
            "information": Subject("information", 1, True, ("maternity",), ("video",)),
            "bills": Subject("bills", 2, False, (), ()),
        },
    )


PERSON = Person(
    first_name="Léa",
    last_name="Muster",
    national_number="19850412201" + check_digits("19850412201"),
    email="lea.muster@example.org",
    phone="+352621123456",
    street="1, rue de l'Exemple",
    postal_code="L-1234",
    city="Luxembourg",
    country="LU",
)


class World:
    """The use cases over the fakes, and short words for what a citizen does."""

    def __init__(
        self,
        *agents: Agent,
        holidays: tuple[date, ...] = (),
        store: type[FakeCatalogue] = FakeCatalogue,
        open_appointments: int = 1_000,
        **calendar_changes: Any,
    ) -> None:
        self.clock, self.tickets = ManualClock(EIGHT), FakeTickets()
        self.claims, self.attendances, self.wishes = FakeClaims(), FakeAttendances(), FakeWishes()
        self.real, self.joins = ManualClock(EIGHT), FakeJoins()
        self.source = store(catalogue(*agents, **calendar_changes))
        self.booking = Booking.over(
            clock=self.clock,
            real=self.real,
            source=self.source,
            claims=self.claims,
            upcoming=FakeUpcoming(self.claims),
            attendances=self.attendances,
            tickets=self.tickets,
            wishes=self.wishes,
            joins=self.joins,
            owners=FakeOwners(self.claims),
            holidays=FixedHolidays(*holidays),
            rules=HoldRules(),
            offer_rules=OfferRules(),
            open_appointments=open_appointments,
            export=BookingExport(NothingStored()),  # type: ignore[arg-type]
            sweeper=nothing_swept(),
        )

    def hold(self, starts_at: datetime = FIRST_SLOT, key: str = "key-1", **changes: Any) -> Hold:
        return self.booking.hold_slot(hold_request(starts_at, key, **changes))

    def confirm(self, hold: Hold, **changes: Any) -> Appointment:
        return self.booking.confirm_appointment(confirm_request(hold.appointment_id, **changes))

    def book(self, starts_at: datetime = FIRST_SLOT, key: str = "key-1", **changes: Any) -> Appointment:
        return self.confirm(self.hold(starts_at, key), **changes)

    def come(self, appointment_id: str) -> None:
        """The citizen joins the call."""
        event = CitizenJoined(event_id=new_id(), occurred_at=self.clock.now(), room_id=appointment_id)
        self.booking.note_progress(event)

    def told(self) -> list[str]:
        """What was told, but for slots that are held: that is told of every one."""
        return [event.type for event in self.claims.told if not isinstance(event, SlotHeld)]


def hold_request(starts_at: datetime = FIRST_SLOT, key: str = "key-1", **changes: Any) -> HoldSlot:
    request = HoldSlot(
        hold_key=key,
        holder="session-1",
        subject="information",
        kind="video",
        language="fr",
        starts_at=starts_at,
    )
    return replace(request, **changes)


def confirm_request(appointment_id: str, **changes: Any) -> ConfirmAppointment:
    request = ConfirmAppointment(
        appointment_id=appointment_id,
        holder="session-1",
        consent=True,
        applicant=PERSON,
        assurance=Assurance(method="none"),
        mail_language="fr",
        identity_copy_id="copy-1",
    )
    return replace(request, **changes)


def claim(**changes: Any) -> Claim:
    """A hold that began at eight."""
    hold = Claim(
        appointment_id="appointment-1",
        version=1,
        state=HOLD,
        holder="session-1",
        hold_key="key-1",
        held_until=EIGHT + timedelta(minutes=10),
        renewals_left=1,
        subject="information",
        topic="",
        kind="video",
        calendar="office",
        language="fr",
        agent_id="agent-a",
        agent_name="Anna Demo",
        starts_at=FIRST_SLOT,
        ends_at=FIRST_SLOT + LENGTH,
        day=MONDAY,
        trail=(Step(EIGHT, "held", "session-1", 1),),
    )
    return replace(hold, **changes)
