"""The blueprint that the pages of spaces share: who acts, and how a change is answered."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from gateway.actors import actor_of
from gateway.backends import ask
from gateway.blueprints.spaces import frame, wording
from gateway.blueprints.spaces.frame import handle as handle
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
from services.contracts.space_access import PRIVATE, Actor, SpaceCard
from services.contracts.wire import Request

DONE = "done"
"""Category of a message about something that went well."""
_TOLD = (InvitationOver, LastAdministrator, MailedTooOften, StaleVersion, TooManyMembers)
"""Refusals that are read on the page to which one comes back."""

blueprint = Blueprint("spaces", __name__, url_prefix="/spaces")
blueprint.app_context_processor(
    lambda: {
        "wording": wording,
        "handle": handle,
        "home_of": frame.home_of,
        "other_spaces": frame.others,
        "space_menu": frame.menu,
        "space_title": frame.title,
    }
)


def member() -> LoggedIn:
    """The citizen whom the policy has let in."""
    who = citizen()
    assert who is not None, "the policy has looked"
    return who


def actor() -> Actor:
    """Who acts, as his log-in has proved it."""
    return actor_of(member())


def space_to(space_id: str, permission: str) -> SpaceCard:
    """The space, for a page of those who may do that there; its `space_id` is what requests name.

    In addresses the private space is called `private`, so that no person's id stands there.
    Errors: NotFound(space), NotAllowed.
    """
    space = ask(GetSpace(actor=actor(), space_id=meant(space_id)))
    if permission not in space.may:
        raise NotAllowed(permission)
    return space


def meant(called: str) -> str:
    """The id of the space that is called so in addresses."""
    return actor().person_id if called == PRIVATE else called


def done(request: Request[Any], back: str, message: str) -> Response:
    """Ask for the change and go back, with a word on what came of it."""
    try:
        ask(request)
    except _TOLD as refusal:
        flash(sentence_of(refusal), "message")
    else:
        flash(message, DONE)
    return redirect(back, 303)
