"""The blueprint that the pages of spaces share: who acts, and how a change is answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from gateway.backends import ask
from gateway.blueprints.spaces import wording
from gateway.errors import sentence_of
from gateway.principals import LoggedIn, citizen
from services.contracts.errors import (
    InvitationOver,
    LastAdministrator,
    MailedTooOften,
    NotAllowed,
    StaleVersion,
    TooManyMembers,
)
from services.contracts.professional import GetSpace
from services.contracts.space_access import Actor, SpaceCard
from services.contracts.wire import Request

LUXTRUST = "luxtrust"
DONE = "done"
"""Category of a message about something that went well."""
_TOLD = (InvitationOver, LastAdministrator, MailedTooOften, StaleVersion, TooManyMembers)
"""Refusals that are read on the page to which one comes back."""

blueprint = Blueprint("spaces", __name__, url_prefix="/spaces")
blueprint.context_processor(lambda: {"wording": wording})


def member() -> LoggedIn:
    """The citizen whom the policy has let in."""
    who = citizen()
    assert who is not None, "the policy has looked"
    return who


def actor() -> Actor:
    """Who acts, as his log-in has proved it.

    Invitations name LuxTrust certificates: of any other issuer the same number would be somebody else's.
    """
    who = member()
    return Actor(
        person_id=who.subject_id,
        credential_id=who.credential_id,
        number=who.number if who.method == LUXTRUST else "",
        name=who.name,
        kind=who.kind,
        company_id=who.company_id,
        company_name=who.company_name,
    )


def space_to(space_id: str, permission: str) -> SpaceCard:
    """The space, for a page of those who may do that there.  Errors: NotFound(space), NotAllowed."""
    space = ask(GetSpace(actor=actor(), space_id=space_id))
    if permission not in space.may:
        raise NotAllowed(permission)
    return space


def done(request: Request[Any], back: str, message: str) -> Response:
    """Ask for the change and go back, with a word on what came of it."""
    try:
        ask(request)
    except _TOLD as refusal:
        flash(sentence_of(refusal), "message")
    else:
        flash(message, DONE)
    return redirect(back, 303)
