"""One upload as the files entry does it, killed (SIGKILL) at one step.

`python -m tests.documents.mortal_upload STEP room ROOM_ID PARTICIPANT_ID`, or `... STEP space SPACE_ID ACTOR`
with the actor in JSON; the steps are STEPS.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from typing import Any, cast

from gateway.blueprints.files.checks import Checks
from gateway.blueprints.files.multipart import FileUpload
from gateway.blueprints.files.places import InRoom, InSpace
from gateway.blueprints.files.transfer import Place, receive
from gateway.inspection.client import Source, Verdict
from gateway.inspection.scanner import Scan
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings, SpaceObjectSettings
from services.contracts.document_errors import DocumentRefused
from services.contracts.media import Participant
from services.contracts.room_documents import AbandonUpload, FinishUpload, GrantUpload
from services.contracts.space_access import Actor
from services.contracts.space_documents import AbandonSpaceUpload, FinishSpaceUpload, GrantSpaceUpload
from tests.documents.checks import FakeInspector, FakeScan, FakeScanner
from tests.documents.good import large_pdf
from tests.unit.gateway_room.bodies import CONTENT_TYPE, body

STEPS = ("granted", "arriving", "storing", "looking", "stored", "refused", "finished")
"""In the order in which an upload comes by."""


class Mortal:
    """Dies at its step."""

    def __init__(self, step: str) -> None:
        self._step = step

    def reach(self, step: str) -> None:
        if step == self._step:
            os.kill(os.getpid(), signal.SIGKILL)

    def asking(self, call: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def ask(request: Any) -> Any:
            if isinstance(request, FinishUpload | FinishSpaceUpload):
                self.reach("stored")
            elif isinstance(request, AbandonUpload | AbandonSpaceUpload):
                self.reach("refused")
            answer = call(request)
            if isinstance(request, GrantUpload | GrantSpaceUpload):
                self.reach("granted")
            elif isinstance(request, FinishUpload | FinishSpaceUpload):
                self.reach("finished")
            return answer

        return ask


class MortalScanner(FakeScanner):
    """Dies when half of the document has come."""

    def __init__(self, mortal: Mortal) -> None:
        super().__init__()
        self._mortal = mortal

    @contextmanager
    def scan(self) -> Iterator[Scan]:
        yield cast(Scan, MortalScan(self._mortal))


class MortalScan(FakeScan):
    def __init__(self, mortal: Mortal) -> None:
        super().__init__(None)
        self._mortal = mortal

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for number, piece in enumerate(super().through(pieces)):
            if number == 2:
                self._mortal.reach("arriving")
            yield piece


class MortalInspector(FakeInspector):
    """Dies while it is being asked, or refuses."""

    def __init__(self, mortal: Mortal, refuses: bool) -> None:
        super().__init__(refusal=DocumentRefused("active") if refuses else None)
        self._mortal = mortal

    def examine(self, media_type: str, source: Source) -> Verdict:
        self._mortal.reach("looking")
        return super().examine(media_type, source)


class MortalStore(Objects):
    """Dies when half of the object has gone into the store."""

    def __init__(self, settings: ObjectSettings, mortal: Mortal) -> None:
        super().__init__(settings)
        self._mortal = mortal

    def put(self, name: str, body: Iterable[bytes], size: int) -> None:
        super().put(name, self._through(body), size)

    def _through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for number, piece in enumerate(pieces):
            if number == 2:
                self._mortal.reach("storing")
            yield piece


def main(step: str, kind: str, place_id: str, whom: str) -> None:
    """Never returns."""
    place = in_room(place_id, whom) if kind == "room" else in_space(place_id, whom, step)
    settings = load(ObjectSettings if kind == "room" else SpaceObjectSettings)
    data, mortal = body(large_pdf(1_200_000)), Mortal(step)
    checks = Checks(MortalScanner(mortal), MortalInspector(mortal, step == "refused"))
    with closing(RpcClient(os.environ["AMQP_URL"], "gateway-files")) as client:
        upload = FileUpload(BytesIO(data), CONTENT_TYPE, len(data))
        receive(upload, place, mortal.asking(client.call), MortalStore(settings, mortal), checks)


def in_room(room_id: str, participant_id: str) -> Place[Any, Any]:
    return InRoom(room_id, Participant(participant_id=participant_id, role="citizen"), "shared")


def in_space(space_id: str, actor: str, step: str) -> Place[Any, Any]:
    """A document that is named after the step."""
    return InSpace(Actor(**json.loads(actor)), space_id, "other", step, name=f"{step}.pdf")


if __name__ == "__main__":
    main(*sys.argv[1:])
