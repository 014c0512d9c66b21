"""What booking does: the use cases, each answering one request or event of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking import views
from services.booking.appointments import Appointments
from services.booking.availability import Availability, Wanted
from services.booking.domain.claim import HoldRules
from services.booking.holds import Holds
from services.booking.ports import Attendances, CatalogueSource, Claims, PublicHolidays
from services.chassis.clock import Clock
from services.contracts import booking as contract
from services.contracts.booking_desk import AgentDays, CountAppointments
from services.contracts.media import CitizenJoined, ConsultationEnded


@dataclass(frozen=True, slots=True)
class Booking:
    """The use cases with what they need; errors are those that the requests name."""

    clock: Clock
    source: CatalogueSource
    attendances: Attendances
    availability: Availability
    holds: Holds
    appointments: Appointments

    @classmethod
    def over(
        cls,
        *,
        clock: Clock,
        source: CatalogueSource,
        claims: Claims,
        attendances: Attendances,
        holidays: PublicHolidays,
        rules: HoldRules,
    ) -> Booking:
        """Put the parts together over some stores."""
        availability = Availability(source, claims, holidays)
        return cls(
            clock=clock,
            source=source,
            attendances=attendances,
            availability=availability,
            holds=Holds(source, claims, availability, rules),
            appointments=Appointments(source, claims, attendances, availability),
        )

    def list_subjects(self) -> contract.Subjects:
        return views.subjects(self.source.load())

    def find_free_slots(self, request: contract.FindFreeSlots) -> contract.FreeSlots:
        found = self.availability.slots(_wanted(request), request.day, self._now(), request.last)
        return contract.FreeSlots(
            slots=tuple(contract.Slot(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in found)
        )

    def find_next_free(self, request: contract.FindNextFree) -> contract.NextFree:
        now = self._now()
        found = self.availability.next(_wanted(request), request.not_before or now, now)
        slot = contract.Slot(starts_at=found.starts_at, ends_at=found.ends_at) if found else None
        first, last = self.availability.bookable_days(request.kind, now)
        return contract.NextFree(slot=slot, first_day=first, last_day=last)

    def find_free_days(self, request: contract.FindFreeDays) -> contract.FreeDays:
        found = self.availability.days(_wanted(request), request.first, request.last, self._now())
        return contract.FreeDays(
            days=tuple(contract.FreeDay(day=day, free=free) for day, free in found.items())
        )

    def hold_slot(self, request: contract.HoldSlot) -> contract.Hold:
        return views.hold(self.holds.take(request, self._now()))

    def renew_hold(self, request: contract.RenewHold) -> contract.Hold:
        return views.hold(self.holds.renew(request.appointment_id, request.holder, self._now()))

    def release_hold(self, request: contract.ReleaseHold) -> contract.Released:
        self.holds.release(request.appointment_id, request.holder, self._now())
        return contract.Released(appointment_id=request.appointment_id)

    def confirm_appointment(self, request: contract.ConfirmAppointment) -> contract.Appointment:
        return self.appointments.confirm(request, self._now())

    def get_appointment(self, request: contract.GetAppointment) -> contract.Appointment:
        return self.appointments.get(request.appointment_id)

    def cancel_appointment(self, request: contract.CancelAppointment) -> contract.Appointment:
        return self.appointments.cancel(request.appointment_id, request.actor, self._now())

    def move_appointment(self, request: contract.MoveAppointment) -> contract.Appointment:
        return self.appointments.move(request.appointment_id, request.starts_at, request.actor, self._now())

    def list_appointments(self, request: contract.ListAppointments) -> contract.Appointments:
        found = self.appointments.on_day(request.day, request.agent_id)
        return contract.Appointments(appointments=tuple(found))

    def count_appointments(self, request: CountAppointments) -> AgentDays:
        return self.appointments.counted(request.first, request.last)

    def list_appointments_of_person(
        self, request: contract.ListAppointmentsOfPerson
    ) -> contract.Appointments:
        return contract.Appointments(appointments=tuple(self.appointments.of_person(request.person_id)))

    def remember_join(self, event: CitizenJoined) -> None:
        self.attendances.joined(event.room_id)

    def remember_end(self, event: ConsultationEnded) -> None:
        self.attendances.ended(event.room_id, event.outcome, event.occurred_at)

    def sweep(self) -> None:
        """Give back what has run out and finish what was interrupted."""
        self.holds.lapse_due(self._now())
        self.appointments.settle_all()

    def _now(self) -> datetime:
        """Stores keep milliseconds: a repeated answer must not differ from the first by less."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _wanted(request: contract.FindFreeSlots | contract.FindNextFree | contract.FindFreeDays) -> Wanted:
    return Wanted(request.kind, request.language, request.part_of_day)
