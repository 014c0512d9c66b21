"""Who calls, his consent, and for whom; nothing is filled in before it is typed."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for

from gateway.blueprints.console import desk
from gateway.blueprints.console.phone.journey import CallDraft, blueprint, go_on, guarded, page
from gateway.consent import CONSENT_VERSION
from gateway.forms import Form
from gateway.forms.person import CallerForm, InsuredForm, propose_nothing


class AnotherForm(InsuredForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        propose_nothing(self)


FORMS: dict[str, type[Form]] = {"person": CallerForm, "insured": AnotherForm}


@blueprint.get("/person")
@desk.at_the_desk
@guarded("person")
def person(draft: CallDraft) -> Any:
    blank = {"country": "LU", "mail_language": draft.language}
    return page("person", draft, form=CallerForm(formdata=None, data=draft.typed.get("person") or blank))


@blueprint.post("/person")
@desk.at_the_desk
@guarded("person", needs_slot=False)
def keep_person(draft: CallDraft) -> Any:
    form = CallerForm()
    valid = _keep(draft, "person", form)
    if not valid:
        return page("person", draft, 422, form=form)
    return redirect(url_for("console_phone.insured"), 303) if draft.for_whom == "another" else go_on(draft)


@blueprint.get("/insured")
@desk.at_the_desk
@guarded("insured")
def insured(draft: CallDraft) -> Any:
    return page("insured", draft, form=AnotherForm(formdata=None, data=draft.typed.get("insured")))


@blueprint.post("/insured")
@desk.at_the_desk
@guarded("insured", needs_slot=False)
def keep_insured(draft: CallDraft) -> Any:
    form = AnotherForm()
    return go_on(draft) if _keep(draft, "insured", form) else page("insured", draft, 422, form=form)


def keep_typed(draft: CallDraft, step: str) -> None:
    """Keep what stands in the form of one of these two steps, finished or not; other steps have none."""
    if step in FORMS:
        _keep(draft, step, FORMS[step]())


def _keep(draft: CallDraft, step: str, form: Form) -> bool:
    valid = bool(form.validate())
    draft.keep_form(step, form.values(), valid=valid)
    if isinstance(form, CallerForm):
        draft.consented_to = CONSENT_VERSION if form.consent.data else ""
        draft.for_whom = form.for_whom.data if valid else draft.for_whom
    draft.save()
    return valid
