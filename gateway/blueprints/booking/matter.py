"""Steps 3 and 4: what it is about, and how it is held."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway import words
from gateway.access import anyone
from gateway.backends import subjects
from gateway.blueprints.booking import holding
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft
from gateway.blueprints.booking.steps import go_on, guarded, page
from gateway.forms import Form, RadioField, SelectField, chosen
from services.contracts.subjects import Kind, Subject


class SubjectForm(Form):
    subject = RadioField(_l("What do you want to talk about?"), [chosen(_l("Choose a subject."))])

    def offer(self, subjects: tuple[Subject, ...]) -> None:
        self.subject.choices = [
            (s.code, words.named(s.names, s.code), words.named(s.hints, "")) for s in subjects
        ]


class KindForm(Form):
    kind = RadioField(_l("Kind of appointment"), [chosen(_l("Choose a kind of appointment."))])
    topic = SelectField(_l("Topic (optional)"), [chosen(_l("Choose a topic from the list."))])

    def offer(self, subject: Subject) -> None:
        self.kind.choices = [(kind.code, words.kind(kind)) for kind in subject.kinds]
        self.topic.choices = [
            ("", _("No particular topic")),
            *((code, words.named(subject.topic_names.get(code, {}), code)) for code in subject.topics),
        ]


@blueprint.get("/subject")
@anyone
@guarded("subject")
def subject(draft: Draft) -> Any:
    form = SubjectForm(data={"subject": draft.subject})
    form.offer(subjects())
    return page("subject", draft, form=form)


@blueprint.post("/subject")
@anyone
@guarded("subject")
def choose_subject(draft: Draft) -> Any:
    form = SubjectForm()
    offered = subjects()
    form.offer(offered)
    if not form.validate():
        return page("subject", draft, 422, form=form)
    found = next(subject for subject in offered if subject.code == form.subject.data)
    if not found.by_video:
        return redirect(url_for("booking.elsewhere"), 303)
    if found.code != draft.subject:
        holding.release(draft)
        draft.subject, draft.kind, draft.topic = found.code, "", ""
        draft.save()
    return redirect(url_for("booking.kind"), 303)


@blueprint.get("/elsewhere")
@anyone
@guarded("subject")
def elsewhere(draft: Draft) -> Any:
    """Where medical bills are handled instead."""
    return page("subject", draft, form=None)


@blueprint.get("/kind")
@anyone
@guarded("kind")
def kind(draft: Draft) -> Any:
    subject = _chosen_subject(draft)
    if subject is None:
        return choose_again(draft)
    form = KindForm(data={"kind": draft.kind, "topic": draft.topic})
    form.offer(subject)
    return page("kind", draft, form=form)


@blueprint.post("/kind")
@anyone
@guarded("kind")
def choose_kind(draft: Draft) -> Any:
    subject = _chosen_subject(draft)
    if subject is None:
        return choose_again(draft)
    form = KindForm()
    form.offer(subject)
    if not form.validate():
        return page("kind", draft, 422, form=form)
    if (form.kind.data, form.topic.data) != (draft.kind, draft.topic):
        holding.release(draft)
    draft.kind, draft.topic = form.kind.data, form.topic.data
    draft.save()
    return redirect(url_for("booking.time"), 303)


def chosen_kind(draft: Draft) -> Kind | None:
    """None once CNS has taken it, or its subject, out of what can be booked."""
    subject = _chosen_subject(draft)
    return next((kind for kind in subject.kinds if kind.code == draft.kind), None) if subject else None


def choose_again(draft: Draft) -> Any:
    """What was chosen is not offered any more: from the subject on, with everything else kept."""
    holding.release(draft)
    draft.subject = draft.kind = draft.topic = ""
    draft.save()
    flash(_("What you had chosen is not offered any more. Choose again: everything else is kept."))
    return go_on(draft)


def _chosen_subject(draft: Draft) -> Subject | None:
    return next((s for s in subjects() if s.code == draft.subject and s.by_video), None)
