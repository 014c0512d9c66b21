"""An upload whose process died: what it left in the stores does not stay there."""

import os
import signal
import subprocess
import sys
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
from tests.integration.media_control.conftest import CITIZEN, Room
from tests.integration.media_control.mortal_upload import STEPS
from tests.service_process import ROOT, eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("media_control")]


@pytest.fixture
def owner(stores: Platform) -> Iterator[Objects]:
    """The object store with the rights of media control."""
    with closing(Objects(load(ObjectSettings, stores.env("media-control")))) as store:
        yield store


def die(step: str, stores: Platform, room: Room) -> None:
    """The files entry, killed at one step of an upload."""
    script = "tests.integration.media_control.mortal_upload"
    died = subprocess.run(
        [sys.executable, "-m", script, step, room.room_id, CITIZEN.participant_id],
        cwd=ROOT,
        env={**os.environ, **stores.env("gateway-files")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr


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
    die(step, stores, room)
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
    die("finished", stores, room)
    (shown,) = room.ask(room_documents.ListDocuments, CITIZEN).documents
    assert (shown.size > 1_000_000, shown.pages) == (True, 1)
    assert len(list(owner.names(object_prefix(room.room_id)))) == 1
