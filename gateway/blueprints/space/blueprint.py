"""The blueprint that the pages of the private space share."""

from __future__ import annotations

from flask import Blueprint

from gateway.blueprints.space import wording
from gateway.principals import LoggedIn, citizen

blueprint = Blueprint("space", __name__, url_prefix="/space")
blueprint.context_processor(lambda: {"own_words": wording})


def member() -> LoggedIn:
    """The citizen whom the policy has let in."""
    who = citizen()
    assert who is not None, "the policy has looked"
    return who
