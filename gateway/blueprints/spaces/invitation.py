"""`/spaces/invitations/<space>/<invitation>`: an invitation as the invited person reads and answers it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, member
from gateway.errors import problem_of, sentence_of
from services.contracts.errors import AlreadyMember, InvitationForOther, InvitationOver, PlatformError
from services.contracts.members import AnswerInvitation, GetInvitation

_PATH = "/invitations/<space_id>/<invitation_id>"


@blueprint.get(_PATH)
@registered_required
def invitation(space_id: str, invitation_id: str) -> Any:
    found = ask(GetInvitation(actor=actor(), space_id=space_id, invitation_id=invitation_id))
    return render_template("spaces/invitation.html", invitation=found, who=member())


@blueprint.post(_PATH)
@registered_required
def answer(space_id: str, invitation_id: str) -> Any:
    """The second click is the same answer."""
    wanted = AnswerInvitation(
        actor=actor(),
        space_id=space_id,
        invitation_id=invitation_id,
        accept=request.form.get("answer") == "accept",
        idempotency_key=request.form.get("request_key", ""),
    )
    if ask(wanted).accepted:
        flash(_("Welcome: you are a member of this space now."), DONE)
        return redirect(url_for("spaces.show", space_id=space_id), 303)
    flash(_("You have refused the invitation."), DONE)
    return redirect(url_for("spaces.home"), 303)


@blueprint.errorhandler(InvitationOver)
@blueprint.errorhandler(InvitationForOther)
@blueprint.errorhandler(AlreadyMember)
def not_open(error: PlatformError) -> Any:
    """Why it cannot be answered, and the way to one's spaces."""
    page = render_template(
        "spaces/not_open.html",
        sentence=sentence_of(error),
        who=member(),
        is_for_other=isinstance(error, InvitationForOther),
    )
    return page, problem_of(error).status
