"""Who waits and where nobody is: a part of the day's list, and a strip above the console's other pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.backends import ask, now
from gateway.blueprints.console import desk
from gateway.blueprints.console.agenda import appointments_of
from gateway.blueprints.room import shown
from gateway.i18n import local
from services.contracts.booking import Appointment
from services.contracts.media import RoomStatus
from services.contracts.waiting import ListWaiting

blueprint = Blueprint("console_queue", __name__, url_prefix="/console")
blueprint.context_processor(shown.context)
blueprint.context_processor(desk.context)


@dataclass(frozen=True)
class Place:
    """Somebody who waits, or a room that has nobody."""

    room: RoomStatus
    appointment: Appointment | None
    """None where it is on no list of today, as when somebody waits long after his appointment."""
    keeper: str
    """Name of the agent who looks after it; empty where it is not known here."""
    mine: bool


@dataclass(frozen=True)
class Queue:
    waiting: tuple[Place, ...] = ()
    unattended: tuple[Place, ...] = ()


@blueprint.get("/waiting")
@desk.at_the_desk
def strip() -> str:
    """Alarms, and who waits for this agent elsewhere than in the room that he is in."""
    found = queue(appointments_of(local(now()).date()), desk.member().subject_id)
    here = request.args.get("room", "")
    others = [place for place in found.waiting if place.mine and place.room.room_id != here]
    alarms = [place for place in found.unattended if place.room.room_id != here]
    return render_template("console/_strip.html", alarms=alarms, others=others)


def queue(appointments: Iterable[Appointment], agent_id: str) -> Queue:
    """The waiting room now, with names from these appointments."""
    booked = {appointment.appointment_id: appointment for appointment in appointments}
    names = {appointment.agent_id: appointment.agent_name for appointment in booked.values()}
    found = ask(ListWaiting())

    def place(room: RoomStatus) -> Place:
        mine = room.keeper_id == agent_id
        return Place(room, booked.get(room.room_id), names.get(room.keeper_id, ""), mine)

    return Queue(tuple(map(place, found.waiting)), tuple(map(place, found.unattended)))
