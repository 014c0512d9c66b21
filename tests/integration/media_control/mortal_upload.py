"""One upload as the files entry does it, killed (SIGKILL) between the stored object and FinishUpload.

`python -m tests.integration.media_control.mortal_upload ROOM_ID PARTICIPANT_ID`
"""

import os
import signal
import sys
from contextlib import closing
from io import BytesIO
from typing import Any

from gateway.blueprints.files.multipart import FileUpload
from gateway.blueprints.files.places import InRoom
from gateway.blueprints.files.transfer import receive
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts.media import Participant
from services.contracts.room_documents import FinishUpload
from tests.documents.checks import passing
from tests.unit.gateway_room.bodies import CONTENT_TYPE, body

PDF = b"%PDF-1.7\n" + b"content " * 30_000


def main(room_id: str, participant_id: str) -> None:
    """Never returns."""
    place = InRoom(room_id, Participant(participant_id=participant_id, role="citizen"), "shared")
    data = body(PDF)
    with closing(RpcClient(os.environ["AMQP_URL"], "gateway-files")) as client:

        def ask(request: Any) -> Any:
            if isinstance(request, FinishUpload):
                os.kill(os.getpid(), signal.SIGKILL)
            return client.call(request)

        upload = FileUpload(BytesIO(data), CONTENT_TYPE, len(data))
        receive(upload, place, ask, Objects(load(ObjectSettings)), passing())


if __name__ == "__main__":
    main(*sys.argv[1:])
