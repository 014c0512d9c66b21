"""Notify on the bus."""

from __future__ import annotations

from services.chassis.bus import application, every, handles, on
from services.contracts import notify as contract
from services.contracts.booking_events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from services.notify.bootstrap import build
from services.notify.domain.delivery import CANCELLED, CONFIRMATION, MOVED, Message


class NotifyService:
    """Mails about appointments."""

    name = "notify"
    notifier = application(build)

    @on(AppointmentBooked)
    def appointment_booked(self, event: AppointmentBooked) -> None:
        self.notifier.notify(Message(CONFIRMATION, event.appointment_id, event.appointment_version))

    @on(AppointmentMoved)
    def appointment_moved(self, event: AppointmentMoved) -> None:
        self.notifier.notify(Message(MOVED, event.appointment_id, event.appointment_version))

    @on(AppointmentCancelled)
    def appointment_cancelled(self, event: AppointmentCancelled) -> None:
        self.notifier.notify(Message(CANCELLED, event.appointment_id, event.appointment_version))

    @handles(contract.SendAgain)
    def send_again(self, request: contract.SendAgain) -> contract.Accepted:
        return self.notifier.send_again(request.appointment_id, request.request_key)

    @handles(contract.SendAddressCode)
    def send_address_code(self, request: contract.SendAddressCode) -> contract.Accepted:
        return self.notifier.send_address_code(request)

    @every(2.0)
    def retry_due(self) -> None:
        self.notifier.retry_due()

    @handles(contract.ListDeliveries)
    def list_deliveries(self, request: contract.ListDeliveries) -> contract.Deliveries:
        return self.notifier.list_deliveries(request.appointment_id)
