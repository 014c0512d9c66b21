"""`/spaces/<id>/members`: who is in a space, and who is invited."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from gateway.access import registered_required
from gateway.backends import ask
from gateway.blueprints.spaces.blueprint import DONE, actor, blueprint, done, space_to
from gateway.errors import problem_of, sentence_of
from gateway.forms.spaces import InviteForm, RoleForm
from gateway.i18n import language
from gateway.limits.table import INVITATION, INVITATION_TO
from gateway.limits.taking import limited, take
from services.contracts.errors import (
    InvalidField,
    NotFound,
    ServiceTimeout,
    ServiceUnavailable,
    StaleVersion,
    TooManyMembers,
    TooManyRequests,
)
from services.contracts.members import (
    ALL_CERTIFICATES,
    OPEN,
    ChangeRole,
    Invitation,
    InviteMember,
    ListMembers,
    Member,
    RemoveMember,
    ResendInvitation,
    WithdrawInvitation,
)
from services.contracts.notify import ListInvitationMails


@blueprint.get("/<space_id>/members")
@registered_required
def members(space_id: str) -> Any:
    space = space_to(space_id, "members:see")
    found = ask(ListMembers(actor=actor(), space_id=space_id))
    mails = _mails(space_id, found.invitations)
    return render_template("spaces/members.html", space=space, found=found, mails=mails)


@blueprint.get("/<space_id>/members/invite")
@registered_required
def invite(space_id: str) -> Any:
    return _show_invite(InviteForm(formdata=None, data={"scope": ALL_CERTIFICATES}), space_id)


@blueprint.post("/<space_id>/members/invite")
@registered_required
def send_invitation(space_id: str) -> Any:
    """The second click brings the same key and invites nobody more."""
    form = InviteForm()
    if not form.validate():
        return _show_invite(form, space_id, 422)
    try:
        take(INVITATION)
        take(INVITATION_TO, whom=f"invited {form.email.data.lower()}")
        ask(_invitation(form, space_id))
    except InvalidField as fault:
        if not form.show(fault):
            raise
        return _show_invite(form, space_id, 422)
    except (StaleVersion, TooManyMembers, TooManyRequests) as refusal:
        return _show_invite(form, space_id, problem_of(refusal).status, sentence_of(refusal))
    flash(_("The invitation is on its way to %(address)s.", address=form.email.data), DONE)
    return redirect(_list(space_id), 303)


@blueprint.post("/<space_id>/invitations/<invitation_id>/send")
@registered_required
@limited(INVITATION)
def send_again(space_id: str, invitation_id: str) -> Any:
    typed = request.form.get("sendings", "")
    wanted = ResendInvitation(
        actor=actor(),
        space_id=space_id,
        invitation_id=invitation_id,
        sendings=int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 0,
    )
    return done(wanted, _list(space_id), _("The invitation is sent again, and open for two more weeks."))


@blueprint.post("/<space_id>/invitations/<invitation_id>/withdraw")
@registered_required
def withdraw(space_id: str, invitation_id: str) -> Any:
    wanted = WithdrawInvitation(actor=actor(), space_id=space_id, invitation_id=invitation_id)
    return done(wanted, _list(space_id), _("The invitation is withdrawn: nobody can accept it any more."))


@blueprint.get("/<space_id>/members/<member_id>")
@registered_required
def one_member(space_id: str, member_id: str) -> Any:
    found = _member(space_id, member_id)
    return _show_member(RoleForm(formdata=None, data={"role": found.role}), space_id, found)


@blueprint.post("/<space_id>/members/<member_id>")
@registered_required
def change_role(space_id: str, member_id: str) -> Any:
    form = RoleForm()
    if not form.validate():
        return _show_member(form, space_id, _member(space_id, member_id), 422)
    wanted = ChangeRole(
        actor=actor(),
        space_id=space_id,
        member_id=member_id,
        former_role=request.form.get("former_role", "")[:40],
        role=form.role.data,
    )
    return done(wanted, _list(space_id), _("The role is changed."))


@blueprint.get("/<space_id>/members/<member_id>/remove")
@registered_required
def remove(space_id: str, member_id: str) -> Any:
    """What it means."""
    space = space_to(space_id, "members:change")
    return render_template("spaces/remove.html", space=space, member=_member(space_id, member_id))


@blueprint.post("/<space_id>/members/<member_id>/remove")
@registered_required
def remove_now(space_id: str, member_id: str) -> Any:
    wanted = RemoveMember(actor=actor(), space_id=space_id, member_id=member_id)
    return done(wanted, _list(space_id), _("The member is removed and cannot enter the space any more."))


def _mails(space_id: str, invitations: tuple[Invitation, ...]) -> dict[str, str]:
    """How far the mails of those that are open are; nothing while nobody can say."""
    sendings = {one.invitation_id: one.sendings for one in invitations if one.state == OPEN}
    if not sendings:
        return {}
    try:
        return ask(ListInvitationMails(space_id=space_id, sendings=sendings)).states
    except (ServiceTimeout, ServiceUnavailable):
        return {}


def _member(space_id: str, member_id: str) -> Member:
    """Errors: NotFound(space | member), NotAllowed."""
    space_to(space_id, "members:change")
    found = ask(ListMembers(actor=actor(), space_id=space_id)).members
    one = next((member for member in found if member.member_id == member_id), None)
    if one is None:
        raise NotFound("member")
    return one


def _invitation(form: InviteForm, space_id: str) -> InviteMember:
    return InviteMember(
        actor=actor(),
        space_id=space_id,
        name=form.name.data,
        email=form.email.data,
        number=form.number.data,
        scope=form.scope.data,
        role=form.role.data,
        language=language(),
        idempotency_key=request.form.get("request_key", ""),
    )


def _show_invite(form: InviteForm, space_id: str, status: int = 200, refusal: str = "") -> Any:
    space = space_to(space_id, "members:change")
    return render_template("spaces/invite.html", form=form, space=space, refusal=refusal), status


def _show_member(form: RoleForm, space_id: str, found: Member, status: int = 200) -> Any:
    space = space_to(space_id, "members:change")
    return render_template("spaces/member.html", form=form, space=space, member=found, refusal=""), status


def _list(space_id: str) -> str:
    return url_for("spaces.members", space_id=space_id)
