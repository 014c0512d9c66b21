"""Notify on the bus."""

from __future__ import annotations

from services.chassis.bus import application, every, handles, on
from services.chassis.retention import SWEPT_EVERY
from services.contracts import booking_events as events
from services.contracts import credentials, rights
from services.contracts import notify as contract
from services.contracts.media_events import AgentMissing
from services.contracts.members import MemberInvited
from services.contracts.professional import SpaceLimitDecided
from services.notify.bootstrap import Notify, build


class NotifyService:
    """Mails about appointments, consultations, means of logging in and spaces."""

    name = "notify"
    notify: Notify = application(build)

    # While many book at once their mails may wait; booking and the store are theirs meanwhile.
    @on(events.AppointmentBooked, at_once=1)
    def appointment_booked(self, event: events.AppointmentBooked) -> None:
        self.notify.pace.rest()
        self.notify.correspondence.booked(event)

    @on(events.AppointmentMoved)
    def appointment_moved(self, event: events.AppointmentMoved) -> None:
        self.notify.correspondence.moved(event)

    @on(events.AppointmentCancelled)
    def appointment_cancelled(self, event: events.AppointmentCancelled) -> None:
        self.notify.correspondence.cancelled(event)

    @on(events.AppointmentDisplaced)
    def appointment_displaced(self, event: events.AppointmentDisplaced) -> None:
        self.notify.correspondence.displaced(event)

    @on(events.AppointmentRestored)
    def appointment_restored(self, event: events.AppointmentRestored) -> None:
        self.notify.correspondence.restored(event)

    @on(events.LinkRenewed)
    def link_renewed(self, event: events.LinkRenewed) -> None:
        self.notify.correspondence.link_renewed(event)

    @on(events.EarlierSlotOffered)
    def earlier_slot_offered(self, event: events.EarlierSlotOffered) -> None:
        self.notify.correspondence.earlier_offered(event)

    @on(credentials.CredentialRegistered)
    def credential_registered(self, event: credentials.CredentialRegistered) -> None:
        self.notify.notices.registered(event)

    @on(credentials.CredentialRevoked)
    def credential_revoked(self, event: credentials.CredentialRevoked) -> None:
        self.notify.notices.revoked(event)

    @on(credentials.CredentialReinstated)
    def credential_reinstated(self, event: credentials.CredentialReinstated) -> None:
        self.notify.notices.reinstated(event)

    @on(credentials.AddressChanged)
    def address_changed(self, event: credentials.AddressChanged) -> None:
        self.notify.notices.address_changed(event)

    @on(MemberInvited)
    def member_invited(self, event: MemberInvited) -> None:
        self.notify.invitations.invited(event)

    @on(SpaceLimitDecided)
    def space_limit_decided(self, event: SpaceLimitDecided) -> None:
        self.notify.space_limits.decided(event)

    @on(AgentMissing)
    def agent_missing(self, event: AgentMissing) -> None:
        self.notify.alarms.agent_missing(event)

    @handles(contract.ListInvitationMails)
    def list_invitation_mails(self, request: contract.ListInvitationMails) -> contract.InvitationMails:
        return self.notify.invitations.mails(request)

    @on(rights.PersonExported)
    def person_exported(self, event: rights.PersonExported) -> None:
        self.notify.notices.exported(event)

    @on(rights.PersonLeaving)
    def person_leaving(self, event: rights.PersonLeaving) -> None:
        self.notify.notices.leaving(event)

    @on(rights.PersonStayed)
    def person_stayed(self, event: rights.PersonStayed) -> None:
        self.notify.notices.stayed(event)

    @on(rights.PersonGone)
    def person_gone(self, event: rights.PersonGone) -> None:
        self.notify.leaving.erase_person(event)

    @on(rights.AppointmentErased)
    def appointment_erased(self, event: rights.AppointmentErased) -> None:
        self.notify.leaving.erase_appointment(event)

    @handles(rights.SendFarewell)
    def send_farewell(self, request: rights.SendFarewell) -> rights.Forgotten:
        return self.notify.leaving.say_farewell(request)

    @handles(rights.ExportMails)
    def export_mails(self, request: rights.ExportMails) -> rights.HeldPage:
        return self.notify.export.page(request)

    @every(1.0)
    def remind(self) -> None:
        self.notify.reminders.sweep()

    @every(SWEPT_EVERY, at_start=True)
    def forget_due(self) -> None:
        self.notify.sweeper.sweep()

    @every(2.0)
    def retry_due(self) -> None:
        self.notify.notifier.retry_due()

    @handles(contract.SendAgain)
    def send_again(self, request: contract.SendAgain) -> contract.Accepted:
        return self.notify.notifier.send_again(request.appointment_id, request.request_key)

    @handles(contract.SendAddressCode)
    def send_address_code(self, request: contract.SendAddressCode) -> contract.Accepted:
        return self.notify.codes.send(request)

    @handles(contract.SendGuestLink)
    def send_guest_link(self, request: contract.SendGuestLink) -> contract.Accepted:
        return self.notify.guest_links.send(request)

    @handles(contract.ListDeliveries)
    def list_deliveries(self, request: contract.ListDeliveries) -> contract.Deliveries:
        return self.notify.notifier.list_deliveries(request.appointment_id)

    @handles(contract.ListNotices)
    def list_notices(self, request: contract.ListNotices) -> contract.Deliveries:
        return self.notify.notifier.list_notices(request.credential_ids)
