"""Step 6: who books, and for whom; prefilled for who has logged in."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from gateway.access import anyone
from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.booking import identity
from gateway.blueprints.booking.address import lead_on
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import guarded, page
from gateway.consent import KEEPING_VERSION
from gateway.forms import Form
from gateway.forms.person import ApplicantForm, OtherPersonForm, contact_of, fault_sentence, typed_day
from gateway.principals import LoggedIn, citizen
from services.contracts.errors import InvalidField, NotFound
from services.contracts.space_access import ACTIVE
from services.contracts.spaces import GetPrivateSpace, OpenPrivateSpace, PersonalData, PrivateSpace


@blueprint.get("/person")
@anyone
@guarded("person")
def person(draft: Draft) -> Any:
    space = space_of(citizen())
    typed = draft.typed.get("person") or _prefilled(space)
    return _show(draft, ApplicantForm(formdata=None, data=typed), space)


@blueprint.post("/person")
@anyone
@guarded("person", needs_slot=False)
def keep_person(draft: Draft) -> Any:
    """What was typed is kept first of all, whoever does not answer afterwards."""
    form = ApplicantForm()
    valid = form.validate()
    draft.keep_form("person", form.values(), valid=valid)
    draft.for_whom = form.for_whom.data if valid else draft.for_whom
    identity.keep_only_speakers(draft)
    draft.save()
    space = space_of(citizen())
    if not valid:
        return _show(draft, form, space, 422)
    try:
        _open_space(form, space)
    except InvalidField as fault:
        form.blame(fault, fault_sentence(fault))
        draft.keep_form("person", form.values(), valid=False)
        draft.save()
        return _show(draft, form, space, 422)
    return redirect(url_for("booking.insured"), 303) if draft.for_whom == "another" else lead_on(draft)


@blueprint.get("/insured")
@anyone
@guarded("insured")
def insured(draft: Draft) -> Any:
    return page("insured", draft, form=OtherPersonForm(formdata=None, data=draft.typed.get("insured")))


@blueprint.post("/insured")
@anyone
@guarded("insured", needs_slot=False)
def keep_insured(draft: Draft) -> Any:
    form = OtherPersonForm()
    valid = form.validate()
    draft.keep_form("insured", form.values(), valid=valid)
    identity.keep_only_speakers(draft)
    draft.save()
    return lead_on(draft) if valid else page("insured", draft, 422, form=form)


def keep_typed(draft: Draft, step: str) -> None:
    """Keep what stands in the form of one of these two steps, finished or not; other steps have none."""
    forms: dict[str, type[Form]] = {"person": ApplicantForm, "insured": OtherPersonForm}
    if step in forms:
        form = forms[step]()
        draft.keep_form(step, form.values(), valid=step in draft.valid and form.validate())
        draft.save()


def space_of(who: LoggedIn | None) -> PrivateSpace | None:
    """The private space of who has logged in, a deleted one too; None if there is none yet."""
    if who is None:
        return None
    try:
        return ask(GetPrivateSpace(actor=actor_of(who)))
    except NotFound:
        return None


def known_data(who: LoggedIn) -> PersonalData:
    """What the log-in itself says about a person."""
    return PersonalData(
        first_name=who.first_name,
        last_name=who.last_name,
        national_number=who.national_number,
        birth_date=who.birth_date,
    )


def _show(draft: Draft, form: ApplicantForm, space: PrivateSpace | None, status: int = 200) -> Any:
    who = citizen()
    may_create = who is not None and who.is_registered and space is None
    until = space.gone_at if space else None
    return page("person", draft, status, form=form, may_create=may_create, restore_until=until)


def _prefilled(space: PrivateSpace | None) -> dict[str, Any]:
    who = citizen()
    if who is None:
        return {"country": "LU"}
    data = space.data if space and space.state == ACTIVE else known_data(who)
    return {
        **contact_of({name: getattr(data, name) for name in PersonalData.__dataclass_fields__}),
        "birth_date": typed_day(data.birth_date),
        "country": data.country or "LU",
    }


def _open_space(form: ApplicantForm, space: PrivateSpace | None) -> None:
    who = citizen()
    if who is not None and who.is_registered and space is None and form.create_space.data:
        given = PersonalData(**contact_of(form.data))
        ask(OpenPrivateSpace(actor=actor_of(who), data=given, consent_version=KEEPING_VERSION))
