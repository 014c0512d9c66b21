"""Whom a notice goes to, asked for when it is written."""

from __future__ import annotations

from dataclasses import dataclass

from services.chassis.rpc_client import RpcClient
from services.contracts.credentials import GetNotice, Notice
from services.contracts.errors import NotFound


@dataclass(frozen=True, slots=True)
class IdentityAccounts:
    caller: RpcClient

    def notice(self, credential_id: str, change_id: str = "") -> Notice | None:
        try:
            return self.caller.call(GetNotice(credential_id=credential_id, change_id=change_id))
        except NotFound:
            return None
