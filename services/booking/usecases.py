"""What booking does: the use cases, each answering one request or event of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.booking import views
from services.booking.appointments import Appointments
from services.booking.audit import Audit
from services.booking.availability import Availability, Wanted
from services.booking.catalogue_ports import CatalogueStore, Upcoming
from services.booking.changes import Changes
from services.booking.domain.claim import HoldRules
from services.booking.domain.earlier import OfferRules
from services.booking.earlier.offering import Offering
from services.booking.earlier.ports import Wishes
from services.booking.earlier.wishing import Wishing
from services.booking.export import BookingExport
from services.booking.holds import Holds
from services.booking.joining import Joining, Joins, Owners
from services.booking.leaving import Leaving
from services.booking.links import Links
from services.booking.one_booking import OneBooking
from services.booking.open_limit import OpenLimit
from services.booking.ports import Attendances, Claims, PublicHolidays, Tickets
from services.booking.progress import News, Progress
from services.booking.reconciliation import Reconciliation
from services.booking.workdays import WorkDays
from services.chassis.clock import Clock
from services.chassis.retention import Sweeper
from services.contracts import booking as contract
from services.contracts import calendars, earlier, slots, subjects
from services.contracts.booking_desk import AgentDays, CountAppointments, FindAppointments
from services.contracts.booking_events import AppointmentCancelled, AppointmentMoved
from services.contracts.credentials import PersonsJoined
from services.contracts.rights import ExportBookings, HeldPage, PersonGone, PersonLeaving


@dataclass(frozen=True, slots=True)
class Booking:
    """The use cases with what they need; errors are those that the requests name."""

    clock: Clock
    source: CatalogueStore
    changes: Changes
    progress: Progress
    audit: Audit
    availability: Availability
    holds: Holds
    appointments: Appointments
    links: Links
    wishing: Wishing
    offering: Offering
    joining: Joining
    leaving: Leaving
    export: BookingExport
    sweeper: Sweeper

    @classmethod
    def over(
        cls,
        *,
        clock: Clock,
        real: Clock,
        source: CatalogueStore,
        claims: Claims,
        upcoming: Upcoming,
        attendances: Attendances,
        tickets: Tickets,
        wishes: Wishes,
        joins: Joins,
        owners: Owners,
        holidays: PublicHolidays,
        rules: HoldRules,
        offer_rules: OfferRules,
        open_appointments: int,
        export: BookingExport,
        sweeper: Sweeper,
    ) -> Booking:
        """Put the parts together over some stores."""
        availability = Availability(source, claims, WorkDays(holidays))
        limit = OpenLimit(claims, tickets, open_appointments)
        one_booking = OneBooking(claims, tickets)
        appointments = Appointments(source, claims, attendances, availability, limit, one_booking)
        offering = Offering(source, claims, wishes, availability, offer_rules)
        reconciliation = Reconciliation(source, claims, upcoming, attendances, holidays)
        return cls(
            clock=clock,
            source=source,
            changes=Changes(source, claims, reconciliation, holidays),
            progress=Progress(claims, attendances),
            audit=Audit(claims, attendances),
            availability=availability,
            holds=Holds(source, claims, availability, rules),
            appointments=appointments,
            links=Links(appointments, claims),
            wishing=Wishing(appointments, claims, wishes, offering, offer_rules),
            offering=offering,
            joining=Joining(real, joins, owners, limit),
            leaving=Leaving(claims, appointments, owners, wishes, tickets),
            export=export,
            sweeper=sweeper,
        )

    def list_subjects(self) -> subjects.Subjects:
        return views.subjects(self.source.load())

    def find_free_slots(self, request: slots.FindFreeSlots) -> slots.FreeSlots:
        found = self.availability.slots(_wanted(request), request.day, self._now(), request.last)
        return slots.FreeSlots(
            slots=tuple(slots.Slot(starts_at=slot.starts_at, ends_at=slot.ends_at) for slot in found)
        )

    def find_next_free(self, request: slots.FindNextFree) -> slots.NextFree:
        now = self._now()
        found = self.availability.next(_wanted(request), request.not_before or now, now)
        slot = slots.Slot(starts_at=found.starts_at, ends_at=found.ends_at) if found else None
        first, last = self.availability.bookable_days(request.kind, now)
        return slots.NextFree(slot=slot, first_day=first, last_day=last)

    def find_free_days(self, request: slots.FindFreeDays) -> slots.FreeDays:
        found = self.availability.days(_wanted(request), request.first, request.last, self._now())
        return slots.FreeDays(days=tuple(slots.FreeDay(day=day, free=free) for day, free in found.items()))

    def hold_slot(self, request: slots.HoldSlot) -> slots.Hold:
        return views.hold(self.holds.take(request, self._now()))

    def renew_hold(self, request: slots.RenewHold) -> slots.Hold:
        return views.hold(self.holds.renew(request.appointment_id, request.holder, self._now()))

    def release_hold(self, request: slots.ReleaseHold) -> slots.Released:
        self.holds.release(request.appointment_id, request.holder, self._now())
        return slots.Released(appointment_id=request.appointment_id)

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

    def find_appointments(self, request: FindAppointments) -> contract.Appointments:
        return contract.Appointments(appointments=tuple(self.appointments.found(request)))

    def count_appointments(self, request: CountAppointments) -> AgentDays:
        return self.appointments.counted(request.first, request.last)

    def list_appointments_of_person(
        self, request: contract.ListAppointmentsOfPerson
    ) -> contract.Appointments:
        return contract.Appointments(appointments=tuple(self.appointments.of_person(request.person_id)))

    def list_appointments_of_space(self, request: contract.ListAppointmentsOfSpace) -> contract.Appointments:
        return contract.Appointments(appointments=tuple(self.appointments.of_space(request.space_id)))

    def get_earlier_wish(self, request: earlier.GetEarlierWish) -> earlier.EarlierWish:
        return self.wishing.get(request.appointment_id, self._now())

    def ask_for_earlier(self, request: earlier.AskForEarlier) -> earlier.EarlierWish:
        return self.wishing.ask(request, self._now())

    def stop_asking_for_earlier(self, request: earlier.StopAskingForEarlier) -> earlier.EarlierWish:
        return self.wishing.stop(request.appointment_id, self._now())

    def accept_earlier(self, request: earlier.AcceptEarlier) -> contract.Appointment:
        return self.wishing.accept(request, self._now())

    def decline_earlier(self, request: earlier.DeclineEarlier) -> earlier.EarlierWish:
        return self.wishing.decline(request.appointment_id, request.offer_id, self._now())

    def follow_appointment(self, event: AppointmentMoved | AppointmentCancelled) -> None:
        self.offering.follow(event.appointment_id, self._now())

    def offer_earlier(self) -> None:
        """Offer what is free to those who wait."""
        self.offering.sweep(self._now())

    def note_progress(self, news: News) -> None:
        self.progress.note(news)

    def renew_link(self, request: contract.RenewLink) -> contract.Appointment:
        return self.links.renew(request, self._now())

    def get_audit_trail(self, request: contract.GetAuditTrail) -> contract.AuditTrail:
        return self.audit.trail(request.appointment_id)

    def join_persons(self, event: PersonsJoined) -> None:
        self.joining.join(event, self._now())

    def follow_joined(self) -> None:
        """Pass on what appears under the ids of persons who are others by now."""
        self.joining.sweep(self._now())

    def person_leaves(self, event: PersonLeaving) -> None:
        self.leaving.cancel_ahead(event, self._now())

    def person_is_gone(self, event: PersonGone) -> None:
        self.leaving.erase(event, self._now())

    def forget_old(self) -> None:
        """Erase who is named in appointments of long ago, and whatever else has been kept for its time."""
        self.leaving.forget_old(self._now())
        self.sweeper.sweep()

    def export_bookings(self, request: ExportBookings) -> HeldPage:
        return self.export.page(request)

    def get_catalogue(self) -> calendars.Catalogue:
        return self.changes.seen(self._now())

    def preview_change(self, request: calendars.PreviewChange) -> calendars.Impact:
        return self.changes.preview(request.change, self._now())

    def apply_change(self, request: calendars.ApplyChange) -> calendars.Applied:
        return self.changes.apply(request, self._now())

    def list_changes(self) -> calendars.ChangesMade:
        return self.changes.latest()

    def list_displaced(self) -> contract.Appointments:
        found = self.changes.displaced(self._now())
        return contract.Appointments(appointments=tuple(map(self.appointments.get, found)))

    def reconcile(self) -> None:
        """Finish changes of the catalogue that were interrupted, and what may still come of them."""
        self.changes.sweep(self._now())

    def help_displaced(self) -> None:
        """Restore or reassign those whom somebody can help by now."""
        self.changes.heal(self._now())

    def look_over_calendars(self) -> None:
        """Compare everything that is booked with the working hours."""
        self.changes.look_over(self._now())

    def sweep(self) -> None:
        """Give back what has run out and finish what was interrupted."""
        self.holds.lapse_due(self._now())
        self.appointments.settle_all()

    def keep_days(self) -> None:
        """See to it that searches find what is so; a little at each call."""
        self.availability.keep_days(self._now())

    def _now(self) -> datetime:
        """Stores keep milliseconds: a repeated answer must not differ from the first by less."""
        now = self.clock.now()
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _wanted(request: slots.FindFreeSlots | slots.FindNextFree | slots.FindFreeDays) -> Wanted:
    return Wanted(request.kind, request.language, request.part_of_day)
