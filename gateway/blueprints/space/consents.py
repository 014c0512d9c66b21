"""`/space/consents`: to what one has consented, and how each consent is withdrawn."""

from __future__ import annotations

from typing import Any

from flask import render_template

from gateway.access import registered_required
from gateway.actors import actor_of
from gateway.backends import ask, now
from gateway.blueprints.space.blueprint import blueprint, member
from gateway.blueprints.spaces.frame import switcher
from services.contracts.booking import Appointment, ListAppointmentsOfPerson
from services.contracts.consents import ListConsents


@blueprint.get("/consents")
@registered_required
def consents() -> Any:
    """There without a private space too: who has booked has consented."""
    given = ask(ListConsents(actor=actor_of(member()))).consents
    found = ask(ListAppointmentsOfPerson(person_id=member().subject_id)).appointments
    appointments = {one.appointment_id: one for one in found}
    return render_template(
        "space/consents.html",
        space=switcher().private,
        consents=given,
        appointments=appointments,
        may_cancel=_may_cancel,
    )


def _may_cancel(appointment: Appointment | None) -> bool:
    """Whether the page that cancels it would let its person do so."""
    return appointment is not None and appointment.state == "booked" and now() < appointment.starts_at
