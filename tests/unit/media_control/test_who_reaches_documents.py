"""Who reaches which document of a room, when and how: everybody, every moment, every way, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.contracts import guests, media, room_documents
from services.contracts.case_file import GrantFiling
from services.contracts.errors import NotFound, PlatformError
from services.contracts.identity_copy import GrantCopyView
from services.media.control.domain.admission import GUEST
from services.media.control.usecases import case_file, documents
from services.media.control.usecases import guests as guesting
from services.media.control.usecases import identity_copy as copies
from tests.unit.media_control.fakes import RULES
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World

MEMBER = media.Participant(participant_id="recipient-2", role="citizen")
ABSENT = media.Participant(participant_id="recipient-3", role="citizen")
UNINVITED = media.Participant(participant_id="guest-1-2", role=GUEST)
ROBOT = media.Participant(participant_id="recipient-1", role="robot")

END = T1 + timedelta(minutes=10)
GONE = END + RULES.kept_for
SECOND = timedelta(seconds=1)


@dataclass
class Scene:
    """A call with one document of each kind, the citizen's both, and everybody who may be in it."""

    world: World
    shared: str
    copy: str
    interpreter: media.Participant

    @classmethod
    def at(cls, moment: datetime) -> Scene:
        """No timer has looked at the room since: what it would do late must not matter."""
        world = World()
        world.draft()
        copy = world.upload(kind="identity_copy", media_type="image/png")
        world.begin_call()
        world.join(MEMBER)
        world.join(AGENT)
        guest_id = world.invite().guest_id
        asked = guests.LetGuestIn(room_id=world.room_id, participant=AGENT, guest_id=guest_id)
        guesting.let_in(world.media, asked)
        interpreter = media.Participant(participant_id=guest_id, role=GUEST)
        world.join(interpreter)
        shared = world.upload()
        if moment >= END:
            world.clock.set(END)
            world.end()
        world.clock.set(moment)
        return cls(world, shared.document_id, copy.document_id, interpreter)


Way = Callable[[Scene, media.Participant], Any]


def _named(scene: Scene, who: media.Participant, document_id: str) -> dict[str, Any]:
    return {"room_id": scene.world.room_id, "participant": who, "document_id": document_id}


def _download(scene: Scene, who: media.Participant, document_id: str) -> room_documents.DownloadGrant:
    asked = room_documents.GrantDownload(**_named(scene, who, document_id))
    return documents.grant_download(scene.world.media, asked)


def _lists(scene: Scene, who: media.Participant, document_id: str) -> None:
    assert document_id in [one.document_id for one in scene.world.seen_documents(who)]


def _views(scene: Scene, who: media.Participant, document_id: str) -> Any:
    return copies.grant_copy_view(scene.world.media, GrantCopyView(**_named(scene, who, document_id)))


def _files(scene: Scene, who: media.Participant, document_id: str) -> Any:
    asked = GrantFiling(**_named(scene, who, document_id), reason="Belongs to the request.")
    return case_file.grant_filing(scene.world.media, asked)


def _takes_back(scene: Scene, who: media.Participant, document_id: str) -> Any:
    asked = room_documents.RemoveDocument(**_named(scene, who, document_id))
    return documents.remove_document(scene.world.media, asked)


WAYS: dict[str, Way] = {
    "lists": lambda scene, who: _lists(scene, who, scene.shared),
    "fetches": lambda scene, who: _download(scene, who, scene.shared),
    "files": lambda scene, who: _files(scene, who, scene.shared),
    "takes back": lambda scene, who: _takes_back(scene, who, scene.shared),
    "adds": lambda scene, who: scene.world.grant_upload(who),
    "lists the copy": lambda scene, who: _lists(scene, who, scene.copy),
    "fetches the copy": lambda scene, who: _download(scene, who, scene.copy),
    "views the copy": lambda scene, who: _views(scene, who, scene.copy),
    "files the copy": lambda scene, who: _files(scene, who, scene.copy),
    "takes back the copy": lambda scene, who: _takes_back(scene, who, scene.copy),
}
PEOPLE: dict[str, Callable[[Scene], media.Participant]] = {
    "citizen": lambda _: CITIZEN,
    "member": lambda _: MEMBER,
    "absent": lambda _: ABSENT,
    "agent": lambda _: AGENT,
    "colleague": lambda _: COLLEAGUE,
    "interpreter": lambda scene: scene.interpreter,
    "uninvited": lambda _: UNINVITED,
    "robot": lambda _: ROBOT,
}
READING = {"lists", "fetches"}
AS_AGENT = {*READING, "files", "lists the copy", "views the copy"}
IN_CALL = {
    "citizen": {*READING, "takes back", "adds"},
    "member": {*READING, "adds"},
    "agent": {*AS_AGENT, "adds"},
    "interpreter": READING,
}
AFTERWARDS = {
    "citizen": {*READING, "takes back"},
    "member": READING,
    "absent": READING,  # of the citizen's side: that he belongs to it, the gateway has made sure of
    "agent": AS_AGENT,
}
TABLE: dict[str, tuple[datetime, dict[str, set[str]]]] = {
    "in the call": (T0 + timedelta(minutes=10), IN_CALL),
    "a second before its end": (END - SECOND, IN_CALL),
    "at its end": (END, AFTERWARDS),
    "a second before it is forgotten": (GONE - SECOND, AFTERWARDS),
    "when it is forgotten": (GONE, {}),
    "a second after": (GONE + SECOND, {}),
}


def succeeds(way: str, who: str, moment: datetime) -> bool:
    scene = Scene.at(moment)
    try:
        WAYS[way](scene, PEOPLE[who](scene))
    except (PlatformError, AssertionError):
        return False
    return True


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("moment", TABLE)
def test_each_reaches_what_the_table_says_and_nothing_else(moment: str, who: str) -> None:
    at, table = TABLE[moment]
    assert {way for way in WAYS if succeeds(way, who, at)} == set(table.get(who, ()))


@pytest.mark.parametrize("way", [way for way in WAYS if way != "adds" and "takes back" not in way])
def test_who_knows_an_id_reaches_nothing_of_it_from_another_room(way: str) -> None:
    scene, other = Scene.at(T1), Scene.at(T1)
    elsewhere = replace(other, shared=scene.shared, copy=scene.copy)
    for who in PEOPLE.values():
        with pytest.raises((PlatformError, AssertionError)):
            WAYS[way](elsewhere, who(other))


def test_taking_back_by_the_id_of_another_room_takes_nothing() -> None:
    scene, other = Scene.at(T1), Scene.at(T1)
    for who in PEOPLE.values():
        for document_id in (scene.shared, scene.copy):
            _takes_back(other, who(other), document_id)
    for one in (scene, other):
        assert len(one.world.room.documents) == len(one.world.objects.names) == 2


@pytest.mark.parametrize("grant", [_download, _views])
def test_a_grant_is_for_one_document_and_ends_within_a_minute_or_with_the_room(
    grant: Callable[[Scene, media.Participant, str], Any],
) -> None:
    scene = Scene.at(GONE - SECOND)
    wanted = scene.copy if grant is _views else scene.shared
    granted = grant(scene, AGENT, wanted)
    assert granted.until == GONE
    document = scene.world.room.document(wanted)
    assert document is not None
    assert granted.object_name == document.object_name
    early = Scene.at(T1)
    wanted = early.copy if grant is _views else early.shared
    assert grant(early, AGENT, wanted).until == T1 + timedelta(minutes=1)


def test_neither_ids_nor_objects_can_be_guessed_from_others() -> None:
    scene = Scene.at(T1)
    more = [scene.world.grant_upload() for _ in range(10)]
    ids = {one.document_id for one in more} | {scene.shared, scene.copy}
    names = {one.object_name.rpartition("/")[2] for one in more}
    assert len(ids) == 12
    assert all(len(one) >= 22 for one in (*ids, *names))
    assert not ids & names
    with pytest.raises(NotFound):
        _download(scene, CITIZEN, more[0].object_name)
