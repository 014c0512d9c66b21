"""What spaces and notify do for the last time for somebody who is about to be erased."""

from __future__ import annotations

from services.chassis.rpc_client import RpcClient
from services.contracts.errors import ServiceUnavailable, StaleVersion
from services.contracts.rights import MOST_IDS, ForgetInvitations, SendFarewell


class BusLastActs:
    """By requests, which are kept nowhere, as events would be."""

    def __init__(self, caller: RpcClient) -> None:
        self._caller = caller

    def forget_invitations(self, numbers: tuple[str, ...]) -> None:
        for start in range(0, len(numbers), MOST_IDS):
            try:
                self._caller.call(ForgetInvitations(numbers=numbers[start : start + MOST_IDS]))
            except StaleVersion:
                raise ServiceUnavailable("spaces") from None

    def say_farewell(self, address: str, language: str, key: str) -> None:
        self._caller.call(SendFarewell(address=address, language=language, request_key=key))
