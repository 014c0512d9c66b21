"""Appointments, asked for when a mail is written."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.earlier import EarlierOffer, GetEarlierWish
from services.contracts.errors import NotFound
from services.notify.pace import Pace


@dataclass(frozen=True, slots=True)
class BookingAppointments:
    caller: RpcClient
    pace: Pace

    def get(self, appointment_id: str) -> Appointment | None:
        try:
            with self.pace.asking():
                return self.caller.call(GetAppointment(appointment_id=appointment_id))
        except NotFound:
            return None

    def offer(self, appointment_id: str, offer_id: str) -> EarlierOffer | None:
        try:
            offer = self.caller.call(GetEarlierWish(appointment_id=appointment_id)).offer
        except NotFound:
            return None
        return offer if offer and offer.offer_id == offer_id else None
