"""Calendars in the service API: see them, look at what a change would hurt, make it."""

from __future__ import annotations

import hashlib

from flask.wrappers import Response
from flask_openapi3.models.tag import Tag

from gateway.backends import ask
from gateway.blueprints.api import calendar_models as api
from gateway.blueprints.api.access import client_name, scope_required
from gateway.blueprints.api.models import AppointmentsOut
from gateway.blueprints.api.parts import blueprint, needs, refusals, reply
from services.chassis.codec import from_wire
from services.contracts import calendars
from services.contracts.errors import InvalidField

_CALENDARS = Tag(name="Calendars")


@blueprint.get(
    "/calendars",
    tags=[_CALENDARS],
    summary="Calendars, agents, kinds, subjects, absences",
    responses={200: api.CatalogueOut, **refusals(calendars.GetCatalogue)},
    security=needs("calendars:read"),
    operation_id="getCatalogue",
)
@scope_required("calendars:read")
def get_catalogue() -> Response:
    """All of it as it is now, in order of code."""
    return reply(api.CatalogueOut, ask(calendars.GetCatalogue()))


@blueprint.post(
    "/calendars/preview",
    tags=[_CALENDARS],
    summary="What a change would hurt",
    responses={200: api.ImpactOut, **refusals(calendars.PreviewChange)},
    security=needs("calendars:read"),
    operation_id="previewChange",
)
@scope_required("calendars:read")
def preview_change(body: api.PreviewIn) -> Response:
    """Confirmed appointments that could not stay, and what would become of each; changes nothing."""
    return reply(api.ImpactOut, ask(calendars.PreviewChange(change=_change(body.change))))


@blueprint.post(
    "/calendars/changes",
    tags=[_CALENDARS],
    summary="Make a change",
    responses={200: api.AppliedOut, **refusals(calendars.ApplyChange)},
    security=needs("calendars:write"),
    operation_id="applyChange",
)
@scope_required("calendars:write")
def apply_change(header: api.ChangeHeader, body: api.ApplyIn) -> Response:
    """In force at once; needs the revision and the digest of a preview.

    Appointments that it hurts go to colleagues at the same time without their citizens noticing, or their
    citizens are asked by mail to choose. Repeat it with the same key when no answer came.
    """
    wanted = calendars.ApplyChange(
        change=_change(body.change),
        revision=body.revision,
        impact_digest=body.impact_digest,
        actor=client_name(),
        change_key=_own_key(header.key),
    )
    return reply(api.AppliedOut, _applied(wanted))


@blueprint.get(
    "/calendars/changes",
    tags=[_CALENDARS],
    summary="Who changed what",
    responses={200: api.ChangesOut, **refusals(calendars.ListChanges)},
    security=needs("calendars:read"),
    operation_id="listChanges",
)
@scope_required("calendars:read")
def list_changes() -> Response:
    """The latest changes; kept for a year."""
    return reply(api.ChangesOut, ask(calendars.ListChanges()))


@blueprint.get(
    "/appointments/displaced",
    tags=[_CALENDARS],
    summary="Appointments that nobody can keep",
    responses={200: AppointmentsOut, **refusals(calendars.ListDisplaced)},
    security=needs("appointments:read"),
    operation_id="listDisplaced",
)
@scope_required("appointments:read")
def list_displaced() -> Response:
    """Those whose citizens were asked and have not chosen yet, in order of start; at most 500."""
    return reply(AppointmentsOut, ask(calendars.ListDisplaced()))


def _change(given: api.ChangeIn) -> calendars.Change:
    return from_wire(calendars.Change, given.model_dump(mode="json"))


def _own_key(key: str) -> str:
    """Another client's key is another key."""
    return hashlib.sha256(f"{client_name()}\0{key}".encode()).hexdigest()


def _applied(wanted: calendars.ApplyChange) -> calendars.Applied:
    try:
        return ask(wanted)
    except InvalidField as fault:
        if fault.details == {"field": "change_key", "rule": "reused"}:
            raise InvalidField("Idempotency-Key", "reused") from None
        raise
