"""An upload whose process died: what it left in the stores does not stay there."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.dev.platform import Platform
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.contracts import room_documents
from services.media.control.domain.document import object_prefix
from services.media.control.domain.rules import Rules
from tests.documents.dying import die
from tests.documents.mortal_upload import STEPS
from tests.integration.media_control.conftest import CITIZEN, Room
from tests.service_process import eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("media_control")]


@pytest.fixture
def owner(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of media control."""
    with closing(Objects(load(ObjectSettings, stores.env("media-control")))) as store:
        yield store


def killed_at(step: str, stores: Platform, room: Room) -> None:
    """The files entry, at one step of an upload."""
    script, environment = "tests.documents.mortal_upload", stores.env("gateway-files")
    die(script, environment, step, "room", room.room_id, CITIZEN.participant_id)


@pytest.mark.parametrize("step", [step for step in STEPS if step != "finished"])
def test_an_upload_whose_process_died_is_gone_half_an_hour_later(
    step: str, stores: Platform, room: Room, owner: Objects, operator: MongoClient[dict[str, Any]]
) -> None:
    def rows() -> list[dict[str, Any]]:
        stored = operator["media"]["rooms"].find_one({"_id": room.room_id})
        return list(stored["documents"]) if stored else []

    def objects() -> list[str]:
        return list(owner.names(object_prefix(room.room_id)))

    room.begin_call()
    killed_at(step, stores, room)
    assert set(objects()) <= {row["object_name"] for row in rows()}, "no object without its row"
    assert room.ask(room_documents.ListDocuments, CITIZEN).documents == ()

    room.machine.travel_to(datetime.now(UTC) + Rules().upload_kept_for + timedelta(seconds=1))
    eventually(lambda: rows() == [])
    assert objects() == []
    assert room.phase() == "admitted", "the call goes on"


def test_an_upload_that_was_finished_when_its_process_died_is_there(
    stores: Platform, room: Room, owner: Objects
) -> None:
    room.begin_call()
    killed_at("finished", stores, room)
    (shown,) = room.ask(room_documents.ListDocuments, CITIZEN).documents
    assert (shown.size > 1_000_000, shown.pages) == (True, 1)
    assert len(list(owner.names(object_prefix(room.room_id)))) == 1
