"""`/spaces/<id>/sources`: what authorities hold on the owner of a space, asked for each time it is opened."""

from __future__ import annotations

from typing import Any

from flask import render_template

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.spaces import source_words
from gateway.blueprints.spaces.blueprint import actor, blueprint, member, space_to
from gateway.limits.table import SOURCES
from gateway.limits.taking import limited
from services.contracts.sources import LookUpSources, Proved


@blueprint.get("/<space_id>/sources")
@registered_required
@limited(SOURCES)
def sources(space_id: str) -> Any:
    space = space_to(space_id, "sources:see")
    found = ask(LookUpSources(actor=actor(), space_id=space.space_id, proved=_proved()))
    return render_template(
        "spaces/sources.html", space=space, records=found.records, source_words=source_words
    )


def _proved() -> Proved:
    who = member()
    return Proved(
        first_name=who.first_name,
        last_name=who.last_name,
        birth_date=who.birth_date,
        national_number=who.national_number,
    )
