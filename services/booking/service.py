"""Booking on the bus: each entry point calls one use case."""

from __future__ import annotations

from services.booking.bootstrap import build
from services.chassis.bus import application, every, handles, on
from services.chassis.retention import SWEPT_EVERY
from services.contracts import booking as contract
from services.contracts import calendars, earlier, rights, slots, subjects
from services.contracts.booking_desk import AgentDays, CountAppointments, FindAppointments
from services.contracts.booking_events import AppointmentCancelled, AppointmentMoved
from services.contracts.case_file import FilingProgressed
from services.contracts.credentials import PersonsJoined
from services.contracts.identity_copy import IdentityCompared, IdentityCopySeen
from services.contracts.media_events import CallBegan, CitizenJoined, ConsultationEnded


class BookingService:
    """Subjects, slots, holds, appointments."""

    name = "booking"
    app = application(build)

    @handles(subjects.ListSubjects)
    def list_subjects(self, request: subjects.ListSubjects) -> subjects.Subjects:
        return self.app.list_subjects()

    @handles(slots.FindFreeSlots)
    def find_free_slots(self, request: slots.FindFreeSlots) -> slots.FreeSlots:
        return self.app.find_free_slots(request)

    @handles(slots.FindNextFree)
    def find_next_free(self, request: slots.FindNextFree) -> slots.NextFree:
        return self.app.find_next_free(request)

    @handles(slots.FindFreeDays)
    def find_free_days(self, request: slots.FindFreeDays) -> slots.FreeDays:
        return self.app.find_free_days(request)

    @handles(slots.HoldSlot)
    def hold_slot(self, request: slots.HoldSlot) -> slots.Hold:
        return self.app.hold_slot(request)

    @handles(slots.RenewHold)
    def renew_hold(self, request: slots.RenewHold) -> slots.Hold:
        return self.app.renew_hold(request)

    @handles(slots.ReleaseHold)
    def release_hold(self, request: slots.ReleaseHold) -> slots.Released:
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

    @handles(FindAppointments)
    def find_appointments(self, request: FindAppointments) -> contract.Appointments:
        return self.app.find_appointments(request)

    @handles(CountAppointments)
    def count_appointments(self, request: CountAppointments) -> AgentDays:
        return self.app.count_appointments(request)

    @handles(contract.ListAppointmentsOfPerson)
    def list_appointments_of_person(
        self, request: contract.ListAppointmentsOfPerson
    ) -> contract.Appointments:
        return self.app.list_appointments_of_person(request)

    @handles(contract.ListAppointmentsOfSpace)
    def list_appointments_of_space(self, request: contract.ListAppointmentsOfSpace) -> contract.Appointments:
        return self.app.list_appointments_of_space(request)

    @handles(contract.RenewLink)
    def renew_link(self, request: contract.RenewLink) -> contract.Appointment:
        return self.app.renew_link(request)

    @handles(contract.GetAuditTrail)
    def get_audit_trail(self, request: contract.GetAuditTrail) -> contract.AuditTrail:
        return self.app.get_audit_trail(request)

    @handles(earlier.GetEarlierWish)
    def get_earlier_wish(self, request: earlier.GetEarlierWish) -> earlier.EarlierWish:
        return self.app.get_earlier_wish(request)

    @handles(earlier.AskForEarlier)
    def ask_for_earlier(self, request: earlier.AskForEarlier) -> earlier.EarlierWish:
        return self.app.ask_for_earlier(request)

    @handles(earlier.StopAskingForEarlier)
    def stop_asking_for_earlier(self, request: earlier.StopAskingForEarlier) -> earlier.EarlierWish:
        return self.app.stop_asking_for_earlier(request)

    @handles(earlier.AcceptEarlier)
    def accept_earlier(self, request: earlier.AcceptEarlier) -> contract.Appointment:
        return self.app.accept_earlier(request)

    @handles(earlier.DeclineEarlier)
    def decline_earlier(self, request: earlier.DeclineEarlier) -> earlier.EarlierWish:
        return self.app.decline_earlier(request)

    @on(AppointmentMoved)
    def appointment_moved(self, event: AppointmentMoved) -> None:
        self.app.follow_appointment(event)

    @on(AppointmentCancelled)
    def appointment_cancelled(self, event: AppointmentCancelled) -> None:
        self.app.follow_appointment(event)

    @on(CitizenJoined)
    def citizen_joined(self, event: CitizenJoined) -> None:
        self.app.note_progress(event)

    @on(CallBegan)
    def call_began(self, event: CallBegan) -> None:
        self.app.note_progress(event)

    @on(ConsultationEnded)
    def consultation_ended(self, event: ConsultationEnded) -> None:
        self.app.note_progress(event)

    @on(IdentityCopySeen)
    def identity_copy_seen(self, event: IdentityCopySeen) -> None:
        self.app.note_progress(event)

    @on(IdentityCompared)
    def identity_compared(self, event: IdentityCompared) -> None:
        self.app.note_progress(event)

    @on(FilingProgressed)
    def filing_progressed(self, event: FilingProgressed) -> None:
        self.app.note_progress(event)

    @on(PersonsJoined)
    def persons_joined(self, event: PersonsJoined) -> None:
        self.app.join_persons(event)

    @handles(rights.ExportBookings)
    def export_bookings(self, request: rights.ExportBookings) -> rights.HeldPage:
        return self.app.export_bookings(request)

    @on(rights.PersonLeaving)
    def person_leaving(self, event: rights.PersonLeaving) -> None:
        self.app.person_leaves(event)

    @on(rights.PersonGone)
    def person_gone(self, event: rights.PersonGone) -> None:
        self.app.person_is_gone(event)

    @every(SWEPT_EVERY, at_start=True)
    def forget_old(self) -> None:
        self.app.forget_old()

    @handles(calendars.GetCatalogue)
    def get_catalogue(self, request: calendars.GetCatalogue) -> calendars.Catalogue:
        return self.app.get_catalogue()

    @handles(calendars.PreviewChange)
    def preview_change(self, request: calendars.PreviewChange) -> calendars.Impact:
        return self.app.preview_change(request)

    @handles(calendars.ApplyChange)
    def apply_change(self, request: calendars.ApplyChange) -> calendars.Applied:
        return self.app.apply_change(request)

    @handles(calendars.ListChanges)
    def list_changes(self, request: calendars.ListChanges) -> calendars.ChangesMade:
        return self.app.list_changes()

    @handles(calendars.ListDisplaced)
    def list_displaced(self, request: calendars.ListDisplaced) -> contract.Appointments:
        return self.app.list_displaced()

    @every(1.0)
    def reconcile(self) -> None:
        self.app.reconcile()

    @every(30.0)
    def help_displaced(self) -> None:
        self.app.help_displaced()

    @every(900.0)
    def look_over_calendars(self) -> None:
        self.app.look_over_calendars()

    @every(1.0)
    def sweep(self) -> None:
        self.app.sweep()

    @every(1.0)
    def keep_days(self) -> None:
        self.app.keep_days()

    @every(2.0)
    def offer_earlier(self) -> None:
        self.app.offer_earlier()

    @every(5.0)
    def follow_joined(self) -> None:
        self.app.follow_joined()
