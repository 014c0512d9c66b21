"""Appointments, asked for when a mail is written."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.rpc_client import RpcClient
from services.contracts.booking import Appointment, GetAppointment
from services.contracts.errors import NotFound


@dataclass(frozen=True, slots=True)
class BookingAppointments:
    caller: RpcClient

    def get(self, appointment_id: str) -> Appointment | None:
        try:
            return self.caller.call(GetAppointment(appointment_id=appointment_id))
        except NotFound:
            return None
