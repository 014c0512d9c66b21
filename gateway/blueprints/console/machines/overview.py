"""All machine clients, and one of them with its keys and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import render_template

from gateway import words
from gateway.backends import ask
from gateway.blueprints.console import desk, history
from gateway.blueprints.console.machines import telling
from gateway.blueprints.console.machines.blueprint import blueprint
from services.contracts.machines import MOST_KEYS, GetMachine, ListMachines, Machine, MachineStep


@dataclass(frozen=True)
class Told:
    """One step of the trail, in words."""

    at: datetime
    what: str
    detail: list[str]
    who: str
    channel: str
    place: str
    """The same for the same network address on one day; empty where none is known."""


@blueprint.get("/")
@desk.administers
def overview() -> str:
    return render_template(
        "console/machines/overview.html", machines=ask(ListMachines()).machines, last_used=last_used
    )


@blueprint.get("/<client_id>/")
@desk.administers
def show(client_id: str) -> str:
    """Opening it changes nothing.  Errors: NotFound(client)."""
    machine = ask(GetMachine(client_id=client_id))
    return render_template(
        "console/machines/client.html",
        machine=machine,
        may_add=len(machine.keys) < MOST_KEYS,
        trail=trail(machine),
    )


def last_used(machine: Machine) -> datetime | None:
    """By whichever of its keys."""
    return max((key.last_used_at for key in machine.keys if key.last_used_at), default=None)


def trail(machine: Machine) -> list[Told]:
    """Who did what, the latest first."""
    names = history.names_of({step.staff_id for step in machine.trail})
    return [_told(step, names[step.staff_id]) for step in reversed(machine.trail)]


def _told(step: MachineStep, who: str) -> Told:
    channel, _colon, place = step.origin.partition(":")
    return Told(step.at, telling.step(step.what), telling.detail(step), who, words.channel(channel), place)
