"""Documents on their way to the case file when the files entry dies: there once, and known to be."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest
from redis import Redis

from deploy.dev.case_file.shelf import Shelf
from deploy.dev.platform import Platform
from deploy.dev.servers.case_file import case_file_files
from services.chassis.settings import load
from services.chassis.vault.cipher import seal_stream, sealed_size
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts import room_documents
from services.contracts.case_file import FilingProgressed
from services.contracts.errors import PlatformError
from tests.documents.dying import die
from tests.documents.mortal_filing import STEPS, Mortal, entry
from tests.integration.media_control.conftest import AGENT, CITIZEN, Heard, Room
from tests.service_process import Replicas, eventually

pytestmark = pytest.mark.integration

CONTENT = b"To be kept for longer. " * 20_000


@pytest.fixture(scope="module")
def case_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("case-file"), only=["case-file"]) as started:
        yield started


@pytest.fixture(scope="module")
def files(stores: Platform, case_file: Platform) -> dict[str, str]:
    """The variables of a files entry with that case file."""
    return stores.env("gateway-files") | _of_case_file(case_file, "gateway-files")


@pytest.fixture(scope="module")
def media_control(
    stores: Platform, case_file: Platform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    variables = stores.env("media-control") | _of_case_file(case_file, "media-control")
    replicas = Replicas(tmp_path_factory.mktemp("media"))
    replicas.start("services.media.control", variables)
    yield
    replicas.close()


def _of_case_file(case_file: Platform, process: str) -> dict[str, str]:
    return {name: said for name, said in case_file.env(process).items() if name.startswith("CASE_FILE_")}


def shared(room: Room, store: Objects, name: str) -> str:
    """A document of the room; its id."""
    grant = room.ask(room_documents.GrantUpload, CITIZEN, kind="shared", name=name, size=len(CONTENT))
    sealed = seal_stream(base64.b64decode(grant.data_key), [CONTENT], grant.document_id)
    store.put(grant.object_name, sealed, sealed_size(len(CONTENT)))
    said = {"document_id": grant.document_id, "size": len(CONTENT), "media_type": "application/pdf"}
    return str(room.ask(room_documents.FinishUpload, **said).document_id)


@pytest.mark.usefixtures("media_control")
def test_whatever_step_its_process_dies_at_a_document_gets_there_once_and_that_is_told(
    case_file: Platform, files: dict[str, str], room: Room, redis: Redis, heard: Heard
) -> None:
    room.begin_call()
    with closing(Objects(load(ObjectSettings, files))) as store:
        documents = {shared(room, store, f"{step}.pdf"): step for step in STEPS}
    shelf = Shelf(case_file_files(case_file.site).theirs / "arrived")

    def killed(document_id: str) -> None:
        whom = room.room_id, AGENT.participant_id, document_id
        die("tests.documents.mortal_filing", files, documents[document_id], *whom)

    def filed() -> dict[str, str]:
        listed = room.ask(room_documents.ListDocuments, CITIZEN).documents
        return {one.document_id: one.filing.receipt for one in listed if one.filing and one.filing.receipt}

    def outcomes() -> Counter[tuple[str, str]]:
        told = {one.event_id: one for one in heard.of(FilingProgressed, room.room_id)}
        return Counter((one.document_id, one.outcome) for one in told.values())  # type: ignore[attr-defined]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(killed, documents))
    assert {documents[one.document_id] for one in shelf.all()} == {"kept", "told"}
    assert [documents[one] for one in filed()] == ["told"]

    redis.delete(*(f"media:lease:filing {document_id}" for document_id in documents))  # as time does
    heir = entry(files)
    with closing(heir.client), closing(heir.store):
        eventually(lambda: _gone_on(heir) and len(filed()) == len(STEPS))
    assert filed() == {one.document_id: one.receipt for one in shelf.all()}
    assert all(shelf.content(document_id).read_bytes() == CONTENT for document_id in documents)
    once = {(document_id, outcome): 1 for document_id in documents for outcome in ("begun", "filed")}
    eventually(lambda: outcomes() == once)


def _gone_on(heir: Mortal) -> bool:
    """One attempt more, be it at somebody else's document."""
    with suppress(PlatformError):
        heir.go_on()
    return True
