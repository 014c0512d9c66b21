"""The routes of the service API: each asks one use case, the same that the pages and the console ask."""

from __future__ import annotations

from http import HTTPStatus

from flask import url_for
from flask.wrappers import Response
from flask_openapi3.models.tag import Tag

from gateway import link_generation
from gateway.backends import ask, now
from gateway.blueprints.api import models as api
from gateway.blueprints.api.access import client_name, scope_required
from gateway.blueprints.api.booking import book
from gateway.blueprints.api.parts import blueprint, needs, refusals, reply
from gateway.i18n import local
from services.contracts import booking, notify, slots
from services.contracts.subjects import ListSubjects

_TIME, _APPOINTMENTS = Tag(name="Free time"), Tag(name="Appointments")


# --- free time -----------------------------------------------------------------------


@blueprint.get(
    "/subjects",
    tags=[_TIME],
    summary="Subjects and kinds of appointment",
    responses={200: api.SubjectsOut, **refusals(ListSubjects)},
    security=needs("slots:read"),
    operation_id="listSubjects",
)
@scope_required("slots:read")
def list_subjects() -> Response:
    """What can be booked, in the order in which the pages show it."""
    return reply(api.SubjectsOut, ask(ListSubjects()))


@blueprint.get(
    "/days",
    tags=[_TIME],
    summary="Days with free slots",
    responses={200: api.DaysOut, **refusals(slots.FindFreeDays)},
    security=needs("slots:read"),
    operation_id="findFreeDays",
)
@scope_required("slots:read")
def find_free_days(query: api.DaysQuery) -> Response:
    """Days without a free slot are left out."""
    return reply(api.DaysOut, ask(slots.FindFreeDays(**query.model_dump())))


@blueprint.get(
    "/slots",
    tags=[_TIME],
    summary="Free slots of a day",
    responses={200: api.SlotsOut, **refusals(slots.FindFreeSlots)},
    security=needs("slots:read"),
    operation_id="findFreeSlots",
)
@scope_required("slots:read")
def find_free_slots(query: api.SlotsQuery) -> Response:
    """A slot may be gone a moment later: only booking it tells."""
    return reply(api.SlotsOut, ask(slots.FindFreeSlots(**query.model_dump())))


@blueprint.get(
    "/slots/next",
    tags=[_TIME],
    summary="The next free slot",
    responses={200: api.NextSlotOut, **refusals(slots.FindNextFree)},
    security=needs("slots:read"),
    operation_id="findNextFree",
)
@scope_required("slots:read")
def find_next_free(query: api.NextSlotQuery) -> Response:
    """The first that is free, in a language, and if wanted from an instant on or in a part of the day."""
    return reply(api.NextSlotOut, ask(slots.FindNextFree(**query.model_dump())))


# --- appointments ----------------------------------------------------------------------


@blueprint.post(
    "/appointments",
    tags=[_APPOINTMENTS],
    summary="Book",
    responses={201: api.AppointmentOut, **refusals(slots.HoldSlot, booking.ConfirmAppointment)},
    security=needs("appointments:write"),
    operation_id="bookAppointment",
)
@scope_required("appointments:write")
def book_appointment(header: api.IdempotencyHeader, body: api.BookingIn) -> Response:
    """Book a slot for a citizen, who gets the confirmation mail.

    Repeat it with the same key when no answer came: it books once.
    """
    response = reply(api.AppointmentOut, appointment := book(body, header.key, client_name()))
    response.status_code = HTTPStatus.CREATED
    response.headers["Location"] = url_for("api.get_appointment", appointment_id=appointment.appointment_id)
    return response


@blueprint.get(
    "/appointments",
    tags=[_APPOINTMENTS],
    summary="Appointments of a day",
    responses={200: api.AppointmentsOut, **refusals(booking.ListAppointments)},
    security=needs("appointments:read"),
    operation_id="listAppointments",
)
@scope_required("appointments:read")
def list_appointments(query: api.DayQuery) -> Response:
    """In order of start, cancelled ones left out; today's if no day is given."""
    day = query.day or local(now()).date()
    return reply(api.AppointmentsOut, ask(booking.ListAppointments(day=day, agent_id=query.agent_id or "")))


@blueprint.get(
    "/appointments/<string:appointment_id>",
    tags=[_APPOINTMENTS],
    summary="One appointment",
    responses={200: api.AppointmentOut, **refusals(booking.GetAppointment)},
    security=needs("appointments:read"),
    operation_id="getAppointment",
)
@scope_required("appointments:read")
def get_appointment(path: api.AppointmentPath) -> Response:
    """As it stands now, whoever booked it."""
    return reply(api.AppointmentOut, ask(booking.GetAppointment(appointment_id=path.appointment_id)))


@blueprint.post(
    "/appointments/<string:appointment_id>/cancel",
    tags=[_APPOINTMENTS],
    summary="Cancel",
    responses={200: api.AppointmentOut, **refusals(booking.CancelAppointment)},
    security=needs("appointments:write"),
    operation_id="cancelAppointment",
)
@scope_required("appointments:write")
def cancel_appointment(path: api.AppointmentPath) -> Response:
    """Until the end of its slot; a second cancellation answers the same."""
    return reply(
        api.AppointmentOut,
        ask(booking.CancelAppointment(appointment_id=path.appointment_id, actor=client_name())),
    )


@blueprint.post(
    "/appointments/<string:appointment_id>/move",
    tags=[_APPOINTMENTS],
    summary="Move",
    responses={200: api.AppointmentOut, **refusals(booking.MoveAppointment)},
    security=needs("appointments:write"),
    operation_id="moveAppointment",
)
@scope_required("appointments:write")
def move_appointment(path: api.AppointmentPath, body: api.MoveIn) -> Response:
    """To another free slot; link and mail address stay. Moving to where it stands answers the same."""
    return reply(
        api.AppointmentOut,
        ask(
            booking.MoveAppointment(
                appointment_id=path.appointment_id, starts_at=body.starts_at, actor=client_name()
            )
        ),
    )


@blueprint.post(
    "/appointments/<string:appointment_id>/link",
    tags=[_APPOINTMENTS],
    summary="Renew the personal link",
    responses={200: api.AppointmentOut, **refusals(booking.RenewLink)},
    security=needs("appointments:write"),
    operation_id="renewLink",
)
@scope_required("appointments:write")
def renew_link(path: api.AppointmentPath, body: api.LinkIn) -> Response:
    """Revoke every link sent before, and end what they have opened; the new one goes out by mail."""
    wanted = booking.RenewLink(
        appointment_id=path.appointment_id, generation=body.generation, actor=client_name()
    )
    link_generation.note(renewed := ask(wanted))
    return reply(api.AppointmentOut, renewed)


@blueprint.get(
    "/appointments/<string:appointment_id>/messages",
    tags=[_APPOINTMENTS],
    summary="Mails about an appointment",
    responses={200: api.MessagesOut, **refusals(booking.GetAppointment)},
    security=needs("appointments:read"),
    operation_id="listMessages",
)
@scope_required("appointments:read")
def list_messages(path: api.AppointmentPath) -> Response:
    """What was sent or is on its way, the oldest first; the text of a mail is kept nowhere."""
    ask(booking.GetAppointment(appointment_id=path.appointment_id))
    found = ask(notify.ListDeliveries(appointment_id=path.appointment_id))
    return reply(api.MessagesOut, {"messages": found.deliveries})
