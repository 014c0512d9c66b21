"""Booking on the bus: each entry point calls one use case."""

from __future__ import annotations

from services.booking.bootstrap import build
from services.chassis.bus import application, every, handles, on
from services.contracts import booking as contract
from services.contracts.booking_desk import AgentDays, CountAppointments
from services.contracts.media import CitizenJoined, ConsultationEnded


class BookingService:
    """Subjects, slots, holds, appointments."""

    name = "booking"
    app = application(build)

    @handles(contract.ListSubjects)
    def list_subjects(self, request: contract.ListSubjects) -> contract.Subjects:
        return self.app.list_subjects()

    @handles(contract.FindFreeSlots)
    def find_free_slots(self, request: contract.FindFreeSlots) -> contract.FreeSlots:
        return self.app.find_free_slots(request)

    @handles(contract.FindNextFree)
    def find_next_free(self, request: contract.FindNextFree) -> contract.NextFree:
        return self.app.find_next_free(request)

    @handles(contract.FindFreeDays)
    def find_free_days(self, request: contract.FindFreeDays) -> contract.FreeDays:
        return self.app.find_free_days(request)

    @handles(contract.HoldSlot)
    def hold_slot(self, request: contract.HoldSlot) -> contract.Hold:
        return self.app.hold_slot(request)

    @handles(contract.RenewHold)
    def renew_hold(self, request: contract.RenewHold) -> contract.Hold:
        return self.app.renew_hold(request)

    @handles(contract.ReleaseHold)
    def release_hold(self, request: contract.ReleaseHold) -> contract.Released:
        return self.app.release_hold(request)

    @handles(contract.ConfirmAppointment)
    def confirm_appointment(self, request: contract.ConfirmAppointment) -> contract.Appointment:
        return self.app.confirm_appointment(request)

    @handles(contract.GetAppointment)
    def get_appointment(self, request: contract.GetAppointment) -> contract.Appointment:
        return self.app.get_appointment(request)

    @handles(contract.CancelAppointment)
    def cancel_appointment(self, request: contract.CancelAppointment) -> contract.Appointment:
        return self.app.cancel_appointment(request)

    @handles(contract.MoveAppointment)
    def move_appointment(self, request: contract.MoveAppointment) -> contract.Appointment:
        return self.app.move_appointment(request)

    @handles(contract.ListAppointments)
    def list_appointments(self, request: contract.ListAppointments) -> contract.Appointments:
        return self.app.list_appointments(request)

    @handles(CountAppointments)
    def count_appointments(self, request: CountAppointments) -> AgentDays:
        return self.app.count_appointments(request)

    @handles(contract.ListAppointmentsOfPerson)
    def list_appointments_of_person(
        self, request: contract.ListAppointmentsOfPerson
    ) -> contract.Appointments:
        return self.app.list_appointments_of_person(request)

    @on(CitizenJoined)
    def citizen_joined(self, event: CitizenJoined) -> None:
        self.app.remember_join(event)

    @on(ConsultationEnded)
    def consultation_ended(self, event: ConsultationEnded) -> None:
        self.app.remember_end(event)

    @every(1.0)
    def sweep(self) -> None:
        self.app.sweep()
