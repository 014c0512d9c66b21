"""Invitations to spaces, asked for when a mail is written."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.rpc_client import RpcClient
from services.contracts.errors import NotFound
from services.contracts.members import GetInvitationMail, InvitationMail


@dataclass(frozen=True, slots=True)
class SpaceInvitations:
    caller: RpcClient

    def invitation(self, space_id: str, invitation_id: str) -> InvitationMail | None:
        try:
            return self.caller.call(GetInvitationMail(space_id=space_id, invitation_id=invitation_id))
        except NotFound:
            return None
