"""One document on its way to the case file as the files entry sends it, killed (SIGKILL) at one step.

`python -m tests.documents.mortal_filing STEP ROOM_ID AGENT_ID DOCUMENT_ID`; the steps are STEPS.
"""

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from gateway.blueprints.files.transfer import deliver
from gateway.case_file.connection import connected
from gateway.case_file.handing_over import go_on, hand_over
from gateway.case_file.port import CaseFile, Paper
from gateway.case_file.settings import CaseFileSettings
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts.case_file import FilingGrant, FinishFiling, GrantFiling
from services.contracts.media import Participant

STEPS = ("granted", "sending", "kept", "told")
"""In the order in which a document comes by."""


@dataclass(frozen=True)
class Mortal:
    """The files entry; dies at its step, never where that is none."""

    step: str
    client: RpcClient
    store: Objects
    case_file: CaseFile

    def hand_over(self, wanted: GrantFiling) -> str:
        return hand_over(wanted, self, self.ask, self.deliver)

    def go_on(self) -> bool:
        return go_on(self, self.ask, self.deliver)

    def is_away(self) -> bool:
        return self.case_file.is_away()

    def put(self, paper: Paper, content: Iterable[bytes], seconds: float) -> str:
        receipt = self.case_file.put(paper, content, seconds)
        self._reach("kept")
        return receipt

    def ask(self, request: Any) -> Any:
        answer = self.client.call(request)
        if isinstance(request, GrantFiling):
            self._reach("granted")
        elif isinstance(request, FinishFiling):
            self._reach("told")
        return answer

    def deliver(self, grant: FilingGrant) -> Iterator[bytes]:
        for number, piece in enumerate(deliver(grant, grant.document_id, self.store)):
            if number == 2:
                self._reach("sending")
            yield piece

    def _reach(self, step: str) -> None:
        if step == self.step:
            os.kill(os.getpid(), signal.SIGKILL)


def entry(environment: dict[str, str], step: str = "") -> Mortal:
    """With the rights and the settings of the files entry."""
    client = RpcClient(environment["AMQP_URL"], "gateway-files")
    store = Objects(load(ObjectSettings, environment))
    return Mortal(step, client, store, connected(load(CaseFileSettings, environment)))


def main(step: str, room_id: str, agent_id: str, document_id: str) -> None:
    """Never returns."""
    who = Participant(participant_id=agent_id, role="agent")
    wanted = GrantFiling(room_id=room_id, participant=who, document_id=document_id, reason="For the request.")
    mortal = entry(dict(os.environ), step)
    with closing(mortal.client):
        mortal.hand_over(wanted)


if __name__ == "__main__":
    main(*sys.argv[1:])
