"""Everything read back to the caller, and the one click that books."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, session, url_for
from flask_babel import gettext as _

from gateway.backends import ask
from gateway.blueprints.console import desk
from gateway.blueprints.console.phone.journey import CallDraft, blueprint, drop, go_on, guarded, load, page
from gateway.blueprints.console.phone.person import FORMS
from gateway.errors import problem_of, sentence_of
from gateway.forms.person import contact_of, fault_sentence, insured_of
from services.contracts.booking import (
    Appointment,
    Assurance,
    ConfirmAppointment,
    InsuredPerson,
    Person,
)
from services.contracts.errors import HoldExpired, InvalidField, TooManyOpenAppointments

_BOOKED = "phone_booked"
"""Session key: id of the appointment booked last."""
_ASSURANCE = Assurance(method="back-office")


@blueprint.get("/review")
@desk.at_the_desk
@guarded("review")
def review(draft: CallDraft) -> Any:
    return _show(draft)


@blueprint.post("/review")
@desk.at_the_desk
def confirm() -> Any:
    """Book; a second click finds what the first one booked."""
    if not load().hold and _BOOKED in session:
        return _to_appointment(session[_BOOKED])
    return _confirm_guarded()


@guarded("review", needs_slot=False)
def _confirm_guarded(draft: CallDraft) -> Any:
    if draft.held is None:
        return go_on(draft)
    try:
        return _booked(ask(_confirmation(draft)))
    except HoldExpired as refusal:
        flash(sentence_of(refusal))
        draft.forget_time()
        draft.save()
        return go_on(draft)
    except TooManyOpenAppointments as refusal:
        return _show(draft, problem_of(refusal).status, sentence_of(refusal))
    except InvalidField as fault:
        return _blamed(draft, fault)


def _confirmation(draft: CallDraft) -> ConfirmAppointment:
    assert draft.held is not None
    return ConfirmAppointment(
        appointment_id=draft.held.appointment_id,
        holder=draft.holder,
        consent=draft.consent,
        applicant=_person(draft),
        insured=_insured(draft),
        assurance=_ASSURANCE,
        mail_language=draft.typed["person"]["mail_language"],
    )


def _booked(appointment: Appointment) -> Any:
    """Nothing of the caller stays in the session but the appointment's id."""
    session[_BOOKED] = appointment.appointment_id
    drop()
    if appointment.applicant.email:
        flash(_("The appointment is booked. The confirmation is on its way by mail."))
    else:
        flash(_("The appointment is booked. Print the confirmation and send it by post."))
    return _to_appointment(appointment.appointment_id)


def _to_appointment(appointment_id: str) -> Any:
    return redirect(url_for("console_appointment.show", appointment_id=appointment_id), 303)


def _show(draft: CallDraft, status: int = 200, refusal: str = "") -> Any:
    return page("review", draft, status, person=_person(draft), insured=_insured(draft), refusal=refusal)


def _blamed(draft: CallDraft, fault: InvalidField) -> Any:
    """A service refuses what the form took: show it at the field, on the page where it was typed."""
    step = "insured" if fault.args[0].startswith("insured") else "person"
    form = FORMS[step](formdata=None, data=draft.typed.get(step))
    if not form.blame(fault, fault_sentence(fault)):
        raise fault
    draft.keep_form(step, draft.typed[step], valid=False)
    draft.save()
    return page(step, draft, 422, form=form)


def _person(draft: CallDraft) -> Person:
    return Person(**contact_of(draft.typed["person"]))


def _insured(draft: CallDraft) -> InsuredPerson | None:
    return insured_of(draft.typed["insured"]) if draft.for_whom == "another" else None
