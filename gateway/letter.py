"""The printed confirmation: what the mail says, with the personal link as a code to photograph."""

from __future__ import annotations

import segno
from babel import Locale
from flask import Response, current_app, render_template
from flask_babel import force_locale

from gateway.backends import now, runtime
from gateway.i18n import LANGUAGES, local
from gateway.press import Press
from gateway.room_access import RECIPIENT
from gateway.settings import PagesSettings
from services.chassis.links import mint
from services.contracts.booking import Appointment, Person
from services.contracts.errors import NotFound

_CODE_BORDER = 2
"""Modules of quiet zone round the code; white paper is the rest of it."""


def letter(appointment: Appointment, language: str, *, by_post: bool = False) -> Response:
    """The confirmation as a PDF to be kept; `by_post`: with the address for an envelope with a window.

    Errors: NotFound(appointment) for one that is cancelled or without an agent, ServiceUnavailable(letters).
    """
    if appointment.state == "cancelled" or appointment.displaced:
        raise NotFound("appointment")
    response = Response(_press().print(page(appointment, language, by_post)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = "attachment; filename=confirmation.pdf"
    return response


def page(appointment: Appointment, language: str, by_post: bool) -> str:
    """The letter as HTML in that language; it says nothing about any agent."""
    code = language if language in LANGUAGES else "en"
    with force_locale("en_GB" if code == "en" else code):
        link = _link(appointment)
        return render_template(
            "letter/confirmation.html",
            appointment=appointment,
            code=code,
            today=local(now()).date(),
            link=link,
            qr=segno.make(link, error="m").svg_data_uri(border=_CODE_BORDER),
            address=address_lines(appointment.applicant) if by_post else [],
            sender=_settings().return_address,
            phone=_settings().contact_phone,
        )


def address_lines(person: Person) -> list[str]:
    """As the post reads it: the country last, in capitals and in French, and only abroad."""
    lines = [
        f"{person.first_name} {person.last_name}",
        person.street,
        f"{person.postal_code} {person.city}",
    ]
    if person.country != "LU":
        lines.append(str(Locale("fr").territories.get(person.country, person.country)).upper())
    return lines


def _link(appointment: Appointment) -> str:
    key = _settings().link_key.reveal_bytes()
    token = mint(key, appointment.appointment_id, RECIPIENT, appointment.link_generation)
    return f"{_settings().origin}/l/{token}"


def _settings() -> PagesSettings:
    found = runtime().settings
    assert isinstance(found, PagesSettings)
    return found


def _press() -> Press:
    """One for each process, begun with its first letter."""
    found: Press = current_app.extensions.setdefault("press", Press())
    return found
