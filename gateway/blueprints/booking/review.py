"""Step 8: everything once more, and the one click that books."""

from __future__ import annotations

from typing import Any

from flask import redirect, session, url_for
from flask_babel import gettext as _

from gateway.access import anyone
from gateway.backends import ask, now
from gateway.blueprints.booking import company, identity, keeping, kept
from gateway.blueprints.booking import draft as drafts
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import APPLICANT, INSURED, Draft
from gateway.blueprints.booking.steps import go_on, guarded, page
from gateway.errors import problem_of, sentence_of
from gateway.forms.person import ApplicantForm, OtherPersonForm, contact_of, fault_sentence, insured_of
from gateway.i18n import language
from gateway.limits.table import CONFIRM
from gateway.limits.taking import limited
from gateway.principals import citizen
from gateway.room_access import grant_room
from services.contracts.booking import Appointment, Assurance, ConfirmAppointment, Person
from services.contracts.errors import (
    HoldExpired,
    IdentityCopyMissing,
    InvalidField,
    NotAllowed,
    NotFound,
    PlatformError,
    ProcedureOver,
    TooManyOpenAppointments,
)

BOOKED = "booked"
"""Session key: id of the appointment booked last."""


@blueprint.get("/review")
@anyone
@guarded("review")
def review(draft: Draft) -> Any:
    return _show(draft)


@blueprint.post("/review")
@anyone
@limited(CONFIRM)
def confirm() -> Any:
    """Book; a second click finds what the first one booked."""
    draft = drafts.load()
    if not draft.hold and BOOKED in session:
        return redirect(url_for("booking.done"), 303)
    return _confirm_guarded()


@guarded("review", needs_slot=False)
def _confirm_guarded(draft: Draft) -> Any:
    if draft.held is None:  # given up on another page of this browser
        return go_on(draft)
    identity.keep_only_speakers(draft)
    try:
        booked_for = company.booked_for(draft)
    except (NotFound, NotAllowed) as refusal:
        return _not_for_company(draft, refusal)
    try:
        appointment = ask(_confirmation(draft, booked_for))
    except HoldExpired:
        draft.end_hold(now())
        draft.save()
        return redirect(url_for("booking.time"), 303)
    except IdentityCopyMissing:
        draft.copies = {}
        draft.save()
        return go_on(draft)
    except ProcedureOver:
        return keeping.booked_elsewhere(draft)
    except TooManyOpenAppointments as refusal:
        return _too_many(draft, refusal)
    except InvalidField as fault:
        return _blamed(draft, fault)
    return _booked(appointment)


def _show(draft: Draft, status: int = 200, refusal: str = "", way_out: str = "") -> Any:
    """`way_out` says what can be done about a refusal."""
    person, insured = _person(draft), _insured(draft)
    return page("review", draft, status, person=person, insured=insured, refusal=refusal, way_out=way_out)


def _too_many(draft: Draft, refusal: TooManyOpenAppointments) -> Any:
    return _show(draft, problem_of(refusal).status, sentence_of(refusal), "appointments")


def _not_for_company(draft: Draft, refusal: PlatformError) -> Any:
    """He is no member any more, or has another role by now: he may go on for himself."""
    sentence = _("You may not book for %(company)s, or not any more.", company=draft.company_name)
    return _show(draft, problem_of(refusal).status, sentence, "for_myself")


def _confirmation(draft: Draft, booked_for: dict[str, str]) -> ConfirmAppointment:
    who = citizen()
    assert draft.held is not None
    return ConfirmAppointment(
        appointment_id=draft.held.appointment_id,
        holder=draft.holder,
        consent=draft.consent,
        applicant=_person(draft),
        insured=_insured(draft),
        assurance=Assurance(method=who.method, level=who.level) if who else Assurance(method="none"),
        person_id=who.subject_id if who else "",
        mail_language=language(),
        identity_copy_id="" if who else draft.copy_id(APPLICANT),
        insured_copy_id="" if who else draft.copy_id(INSURED),
        consent_version=draft.consented_to,
        procedure_id=kept.procedure_id(draft),
        **booked_for,
    )


def _booked(appointment: Appointment) -> Any:
    session[BOOKED] = appointment.appointment_id
    drafts.drop()
    kept.forget()
    grant_room(appointment)
    return redirect(url_for("booking.done"), 303)


def _blamed(draft: Draft, fault: InvalidField) -> Any:
    """A service refuses what the form took: show it at the field, on the page where it was typed."""
    step = "insured" if fault.args[0].startswith("insured") else "person"
    form: Any = OtherPersonForm if step == "insured" else ApplicantForm
    shown = form(formdata=None, data=draft.typed.get(step))
    if not shown.blame(fault, fault_sentence(fault)):
        raise fault
    draft.keep_form(step, draft.typed[step], valid=False)
    draft.save()
    return page(step, draft, 422, form=shown, may_create=False)


def _person(draft: Draft) -> Person:
    return Person(**contact_of(draft.typed["person"]))


def _insured(draft: Draft) -> Any:
    return insured_of(draft.typed["insured"]) if draft.for_whom == "another" else None
