"""Mails with codes, sent by notify."""

from __future__ import annotations

from services.chassis.rpc_client import RpcClient
from services.contracts.notify import REGISTRATION, SendAddressCode
from services.identity.domain.registration import Pending


class NotifyCodeMail:
    """The nonce is the idempotency key: notify sends it once, however often it is asked."""

    def __init__(self, caller: RpcClient) -> None:
        self._caller = caller

    def send(self, pending: Pending, code: str, person_id: str) -> None:
        wanted = pending.wanted
        self._caller.call(
            SendAddressCode(
                address=wanted.address,
                code=code,
                language=wanted.language,
                request_key=pending.nonce,
                requester=person_id,
                purpose=REGISTRATION,
            )
        )
