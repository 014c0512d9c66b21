"""Booking of a few lines, for unit tests of the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.i18n import ZONE
from services.chassis.clock import ManualClock
from services.contracts import booking as b
from services.contracts import earlier as e
from services.contracts import slots as s
from services.contracts import subjects
from services.contracts.errors import (
    AppointmentStarted,
    HoldExpired,
    HoldRenewedOften,
    NotFound,
    ProcedureOver,
    SlotTaken,
)

SLOT = timedelta(minutes=20)
KIND = subjects.Kind(code="video", channel="video", minutes=20, languages=("lb", "fr", "de"))


class FakeBooking:
    """One agent, three slots a day."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.taken: set[datetime] = set()
        self.holds: dict[str, s.Hold] = {}
        self.by_key: dict[str, str] = {}
        self.booked: dict[str, b.Appointment] = {}
        self.wishes: dict[str, e.EarlierWish] = {}
        self.accepted: set[str] = set()
        self.link_generation = 1
        self.horizon_days = 28
        self.closed: set[date] = set()

    def list_subjects(self, request: subjects.ListSubjects) -> subjects.Subjects:
        by_video = subjects.Subject(
            code="information-documents", by_video=True, topics=("maternity",), kinds=(KIND,)
        )
        never = subjects.Subject(code="reimbursement-of-bills", by_video=False, topics=(), kinds=())
        return subjects.Subjects(subjects=(by_video, never))

    def find_free_slots(self, request: s.FindFreeSlots) -> s.FreeSlots:
        horizon = self.clock.now().date() + timedelta(days=self.horizon_days)
        last = min(request.last or request.day, horizon)
        return s.FreeSlots(slots=tuple(self._free(request, request.day, last)))

    def find_next_free(self, request: s.FindNextFree) -> s.NextFree:
        today = self.clock.now().date()
        last = today + timedelta(days=self.horizon_days)
        not_before = request.not_before or self.clock.now()
        free = (slot for slot in self._free(request, today, last) if slot.starts_at >= not_before)
        return s.NextFree(slot=next(free, None), first_day=today, last_day=last)

    def _free(self, wanted: Any, first: date, last: date) -> Iterator[s.Slot]:
        """Monday to Friday; the fake keeps UTC's noon."""
        for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1)):
            for start in _starts(day) if day.weekday() < 5 and day not in self.closed else ():
                in_part = wanted.part_of_day in ("", "morning" if start.hour < 12 else "afternoon")
                if in_part and start not in self.taken and start >= self.clock.now():
                    yield s.Slot(starts_at=start, ends_at=start + SLOT)

    def hold_slot(self, request: s.HoldSlot) -> s.Hold:
        if request.hold_key in self.by_key:
            return self.holds[self.by_key[request.hold_key]]
        if request.starts_at in self.taken:
            raise SlotTaken
        self.taken.add(request.starts_at)
        hold = self._hold(f"appointment-{len(self.holds) + 1}", request.starts_at, renewals=1)
        self.by_key[request.hold_key] = hold.appointment_id
        return hold

    def renew_hold(self, request: s.RenewHold) -> s.Hold:
        hold = self._held(request.appointment_id)
        if not hold.renewals_left:
            raise HoldRenewedOften
        return self._hold(hold.appointment_id, hold.starts_at, renewals=0)

    def release_hold(self, request: s.ReleaseHold) -> s.Released:
        hold = self.holds.pop(request.appointment_id, None)
        if hold:
            self.taken.discard(hold.starts_at)
        return s.Released(appointment_id=request.appointment_id)

    def confirm_appointment(self, request: b.ConfirmAppointment) -> b.Appointment:
        hold = self._held(request.appointment_id)
        self._refuse_second(hold.appointment_id, request.procedure_id)
        return self.booked.setdefault(hold.appointment_id, self._appointment(hold, request))

    def _refuse_second(self, appointment_id: str, procedure_id: str) -> None:
        others = (one for one in self.booked.values() if one.appointment_id != appointment_id)
        if procedure_id and procedure_id in {one.procedure_id for one in others}:
            raise ProcedureOver("submitted")

    def get_appointment(self, request: b.GetAppointment) -> b.Appointment:
        if request.appointment_id not in self.booked:
            raise NotFound("appointment")
        return self.booked[request.appointment_id]

    def move_appointment(self, request: b.MoveAppointment) -> b.Appointment:
        booked = self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        if booked.starts_at == request.starts_at:
            return booked
        self._refuse_if_begun(booked, request.actor)
        if request.starts_at in self.taken:
            raise SlotTaken
        self.taken = self.taken - {booked.starts_at} | {request.starts_at}
        ends_at, version = request.starts_at + SLOT, booked.version + 1
        return self._keep(replace(booked, version=version, starts_at=request.starts_at, ends_at=ends_at))

    def cancel_appointment(self, request: b.CancelAppointment) -> b.Appointment:
        booked = self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        if booked.state == "cancelled":
            return booked
        self._refuse_if_begun(booked, request.actor)
        return self._keep(replace(booked, version=booked.version + 1, state="cancelled"))

    def _refuse_if_begun(self, booked: b.Appointment, actor: str) -> None:
        last = booked.starts_at if actor == "citizen" else booked.ends_at
        if self.clock.now() >= last:
            raise AppointmentStarted

    def _keep(self, changed: b.Appointment) -> b.Appointment:
        self.booked[changed.appointment_id] = changed
        return changed

    def get_earlier_wish(self, request: e.GetEarlierWish) -> e.EarlierWish:
        self.get_appointment(b.GetAppointment(appointment_id=request.appointment_id))
        nothing = e.EarlierWish(
            appointment_id=request.appointment_id, state=e.NONE, not_before=None, offers_left=3, offer=None
        )
        return self.wishes.get(request.appointment_id, nothing)

    def ask_for_earlier(self, request: e.AskForEarlier) -> e.EarlierWish:
        known = self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))
        state = e.OFFERED if known.offer else e.WAITING
        return self._wish(replace(known, state=state, not_before=request.not_before))

    def stop_asking_for_earlier(self, request: e.StopAskingForEarlier) -> e.EarlierWish:
        self.wishes.pop(request.appointment_id, None)
        return self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))

    def accept_earlier(self, request: e.AcceptEarlier) -> b.Appointment:
        booked, wish = self.booked[request.appointment_id], self.wishes.get(request.appointment_id)
        if request.offer_id in self.accepted:
            return booked
        if wish is None or wish.offer is None or wish.offer.offer_id != request.offer_id:
            raise HoldExpired
        self.accepted.add(request.offer_id)
        del self.wishes[request.appointment_id]
        offer = wish.offer
        moved = replace(booked, version=booked.version + 1, starts_at=offer.starts_at, ends_at=offer.ends_at)
        return self._keep(moved)

    def decline_earlier(self, request: e.DeclineEarlier) -> e.EarlierWish:
        known = self.get_earlier_wish(e.GetEarlierWish(appointment_id=request.appointment_id))
        if known.offer is None or known.offer.offer_id != request.offer_id:
            return known
        return self._wish(replace(known, state=e.WAITING, offer=None))

    def _wish(self, wish: e.EarlierWish) -> e.EarlierWish:
        self.wishes[wish.appointment_id] = wish
        return wish

    def list_appointments_of_person(self, request: b.ListAppointmentsOfPerson) -> b.Appointments:
        mine = [a for a in self.booked.values() if a.person_id == request.person_id]
        return b.Appointments(appointments=tuple(mine))

    def list_appointments_of_space(self, request: b.ListAppointmentsOfSpace) -> b.Appointments:
        theirs = [a for a in self.booked.values() if a.space_id == request.space_id]
        return b.Appointments(appointments=tuple(theirs))

    def list_appointments(self, request: b.ListAppointments) -> b.Appointments:
        found = (a for a in self.booked.values() if a.starts_at.astimezone(ZONE).date() == request.day)
        return b.Appointments(appointments=tuple(found))

    def _held(self, appointment_id: str) -> s.Hold:
        hold = self.holds.get(appointment_id)
        if hold is None or self.clock.now() >= hold.held_until:
            raise HoldExpired
        return hold

    def _hold(self, appointment_id: str, starts_at: datetime, renewals: int) -> s.Hold:
        hold = s.Hold(
            appointment_id=appointment_id,
            starts_at=starts_at,
            ends_at=starts_at + SLOT,
            held_until=self.clock.now() + timedelta(minutes=10),
            renewals_left=renewals,
        )
        self.holds[appointment_id] = hold
        return hold

    def _appointment(self, hold: s.Hold, request: b.ConfirmAppointment) -> b.Appointment:
        return b.Appointment(
            appointment_id=hold.appointment_id,
            version=1,
            state="booked",
            subject="information-documents",
            topic="",
            kind="video",
            language="de",
            starts_at=hold.starts_at,
            ends_at=hold.ends_at,
            agent_id="agent-1",
            agent_name="Anna Demo",
            applicant=request.applicant,
            insured=request.insured,
            assurance=request.assurance,
            person_id=request.person_id,
            mail_language=request.mail_language,
            link_generation=self.link_generation,
            identity_copy_id=request.identity_copy_id,
            insured_copy_id=request.insured_copy_id,
            procedure_id=request.procedure_id,
            space_id=request.space_id,
            company_name=request.company_name,
            company_id=request.company_id,
        )


def _starts(day: date) -> list[datetime]:
    return [datetime(day.year, day.month, day.day, hour, 0, tzinfo=UTC) for hour in (9, 10, 14)]
