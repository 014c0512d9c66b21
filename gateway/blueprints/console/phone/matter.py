"""What the call is about: the first page, empty for every caller."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway import backends, words
from gateway.blueprints.booking import holding
from gateway.blueprints.console import desk
from gateway.blueprints.console.phone.journey import (
    CallDraft,
    blueprint,
    drop,
    first_open,
    go_on,
    load,
    page,
)
from gateway.forms import Form, RadioField, SelectField, chosen
from services.contracts.subjects import Subject


class MatterForm(Form):
    matter = RadioField(_l("What is it about?"), [chosen(_l("Choose a subject."))])
    topic = SelectField(_l("Topic (optional)"), [chosen(_l("Choose a topic from the list."))])

    def offer(self, subjects: tuple[Subject, ...]) -> None:
        """Every kind of every subject that is treated by video; the topics of all of them."""
        self.matter.choices = [
            (f"{subject.code}/{kind.code}", words.named(subject.names, subject.code), words.kind(kind))
            for subject in subjects
            for kind in subject.kinds
        ]
        topics = {
            topic: words.named(subject.topic_names.get(topic, {}), topic)
            for subject in subjects
            for topic in subject.topics
        }
        self.topic.choices = [("", _("No particular topic")), *topics.items()]


@blueprint.get("/")
@desk.at_the_desk
def matter() -> Any:
    """Empty, whoever called before; a booking that was begun is only a link."""
    form = MatterForm(formdata=None, data={"topic": ""})
    form.offer(_subjects())
    draft = load()
    under_way = url_for(f"console_phone.{first_open(draft).name}") if draft.kind else ""
    return page("matter", CallDraft(), form=form, under_way=under_way)


@blueprint.post("/")
@desk.at_the_desk
def begin() -> Any:
    """A new call: what was typed and held for the one before is given up."""
    form, subjects = MatterForm(), _subjects()
    form.offer(subjects)
    if not form.validate():
        return page("matter", CallDraft(), 422, form=form, under_way="")
    holding.release(load())
    subject, _slash, kind = form.matter.data.partition("/")
    draft = CallDraft(holder=desk.member().subject_id, subject=subject, kind=kind)
    draft.topic = form.topic.data if form.topic.data in _topics(subjects, subject) else ""
    draft.save()
    return go_on(draft)


@blueprint.post("/drop")
@desk.at_the_desk
def give_up() -> Any:
    """The caller has hung up: the time is free again and nothing that was typed remains."""
    holding.release(load())
    drop()
    return redirect(url_for("console_phone.matter"), 303)


def _subjects() -> tuple[Subject, ...]:
    return tuple(subject for subject in backends.subjects() if subject.by_video)


def _topics(subjects: tuple[Subject, ...], code: str) -> tuple[str, ...]:
    return next(subject.topics for subject in subjects if subject.code == code)
