"""For whom one books: for oneself, or for the company of a professional space."""

from __future__ import annotations

from typing import Any

from gateway.access import anyone
from gateway.blueprints.booking import holding
from gateway.blueprints.booking.blueprint import blueprint
from gateway.blueprints.booking.draft import Draft, load
from gateway.blueprints.booking.steps import go_on
from gateway.company_access import leave_to
from services.contracts.space_access import SpaceCard


def begin(space: SpaceCard) -> Draft:
    """A new journey for the company of a space; what was held for an earlier one goes back.

    Whether he who books may has been asked of `spaces` (ActInSpace).
    """
    earlier = load()
    holding.release(earlier)
    draft = Draft(
        way="with", space_id=space.space_id, company_name=name_of(space), company_id=space.company_id
    )
    draft.save()
    return draft


@blueprint.post("/for-myself")
@anyone
def for_myself() -> Any:
    """Go on with what was entered, for nobody but oneself."""
    draft = load()
    leave(draft)
    draft.save()
    return go_on(draft)


def leave(draft: Draft) -> None:
    """The journey is for who books, and for no company."""
    draft.space_id = draft.company_name = draft.company_id = ""


def booked_for(draft: Draft) -> dict[str, str]:
    """What a confirmation says of the company, by the word of `spaces`; nothing where it is for oneself.

    Errors: NotFound(space), NotAllowed(book): who books may not do so for it, or not any more.
    """
    if not draft.space_id:
        return {}
    space = leave_to("book", draft.space_id)
    return {
        "space_id": space.space_id,
        "company_name": name_of(space),
        "company_id": space.company_id,
    }


def name_of(space: SpaceCard) -> str:
    """The company's; a space that was made without a Pro certificate knows its own name alone."""
    return space.company_name or space.name
