"""Messages are sealed, said once, and readable with the log's key alone."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.vault.cipher import Tampered, unseal
from services.contracts import media, room_log
from services.contracts.errors import InvalidField, NotAllowed
from services.contracts.media_errors import MessageTooLong, NotAdmitted, RoomClosed, RoomForgotten, TooLate
from services.media.control.ports import LogEntry
from services.media.control.usecases import messages, presence
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World


@pytest.fixture
def world() -> World:
    world = World()
    world.begin_call()
    return world


def post(world: World, text: str, key: str = "key-1", who: media.Participant = CITIZEN) -> str:
    request = room_log.PostMessage(room_id="room-1", participant=who, message_key=key, text=text)
    return messages.post_message(world.media, request).message_id


def grant(world: World, who: media.Participant = CITIZEN) -> room_log.LogGrant:
    return messages.grant_log(world.media, room_log.GrantLog(room_id="room-1", participant=who))


def opened(entry: LogEntry, log_key: str, *, seq: int | None = None) -> dict[str, str]:
    context = room_log.LOG_CONTEXT.format(
        room_id="room-1", entry_id=f"{seq or entry.seq}-0", type=entry.type, by=entry.by
    )
    opened: dict[str, str] = json.loads(unseal(base64.b64decode(log_key), entry.sealed, context))
    return opened


def test_a_message_is_read_by_who_may_follow_the_room(world: World) -> None:
    message_id = post(world, "  Guten Tag – ëmmer gutt  ")
    entry = world.log.streams["room-1"][-1]
    said = {"text": "Guten Tag – ëmmer gutt", "message_id": message_id, "role": "citizen"}
    assert opened(entry, grant(world, AGENT).log_key) == said


def test_nothing_of_it_is_in_clear_anywhere(world: World) -> None:
    post(world, "a very private matter")
    assert "private" not in repr(world.log.streams) + repr(world.rooms.rooms) + repr(world.rooms.waiting)


def test_an_entry_cannot_be_put_in_another_place(world: World) -> None:
    post(world, "first")
    entry = world.log.streams["room-1"][-1]
    with pytest.raises(Tampered):
        opened(entry, grant(world).log_key, seq=entry.seq + 1)


def test_the_same_key_is_said_once(world: World) -> None:
    assert post(world, "hello") == post(world, "hello")
    assert world.log.types("room-1").count("message") == 1


@pytest.mark.parametrize("on", [True, False])
def test_that_a_camera_shows_a_paper_is_told_to_who_may_follow_the_room(world: World, on: bool) -> None:
    told(world, on)
    entry = world.log.streams["room-1"][-1]
    assert (entry.type, entry.by) == ("detail", CITIZEN.participant_id)
    assert opened(entry, grant(world, AGENT).log_key) == {"on": on}


def test_before_and_after_the_call_no_camera_shows_a_paper(world: World) -> None:
    world.end()
    with pytest.raises(RoomClosed):
        told(world, True)
    waiting = World()
    waiting.book()
    waiting.clock.set(T0)
    waiting.join()
    with pytest.raises(NotAdmitted):
        told(waiting, True)


def told(world: World, on: bool) -> None:
    messages.tell_detail(world.media, room_log.TellDetail(room_id="room-1", participant=CITIZEN, on=on))


def test_the_same_key_of_somebody_else_is_another_message(world: World) -> None:
    assert post(world, "hello") != post(world, "hello", who=AGENT)
    assert world.log.types("room-1").count("message") == 2


@pytest.mark.parametrize(
    ("text", "key", "error"),
    [
        ("", "k", InvalidField),
        (" \n", "k", InvalidField),
        ("hello", "", InvalidField),
        ("hello", "k" * 101, InvalidField),
        ("x" * 2001, "k", MessageTooLong),
    ],
)
def test_cannot_say_what_is_no_message(world: World, text: str, key: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        post(world, text, key)


def test_a_room_takes_only_so_many(world: World) -> None:
    for number in range(500):
        post(world, "again", f"key-{number}")
    with pytest.raises(InvalidField):
        post(world, "once more", "key-500")


def test_cannot_speak_before_being_admitted() -> None:
    waiting = World()
    waiting.book()
    waiting.clock.set(T0)
    waiting.join()
    with pytest.raises(NotAdmitted):
        post(waiting, "hello")


def test_cannot_speak_after_the_end(world: World) -> None:
    world.end()
    with pytest.raises(RoomClosed):
        post(world, "one thing more")


def test_the_log_can_be_followed_after_the_end_until_it_is_forgotten(world: World) -> None:
    world.end()
    world.clock.set(T0 + timedelta(hours=24) - timedelta(minutes=1))
    assert grant(world).until == T0 + timedelta(hours=24)
    world.clock.advance(minutes=1)
    with pytest.raises(RoomForgotten):
        grant(world)


def test_who_is_not_in_the_room_cannot_follow_the_call_nor_what_is_left_of_it(world: World) -> None:
    with pytest.raises(NotAllowed):
        grant(world, COLLEAGUE)
    world.end()
    with pytest.raises(NotAllowed):
        grant(world, COLLEAGUE)


def test_after_a_move_an_agent_reads_what_was_said_once_he_is_seen_in_the_room(world: World) -> None:
    post(world, "said before the appointment was moved")
    world.move(version=2, starts_at=T0 + timedelta(days=1))
    world.clock.set(T0 + timedelta(days=1))
    for agent in (AGENT, COLLEAGUE):
        with pytest.raises(NotAllowed):
            grant(world, agent)
    world.join(AGENT)
    assert grant(world, AGENT).log_key
    with pytest.raises(NotAllowed):
        grant(world, COLLEAGUE)


def test_a_name_of_a_document_that_waits_is_for_agents_in_the_room() -> None:
    waiting = World()
    waiting.book()
    waiting.clock.set(T0)
    waiting.join()
    assert grant(waiting, AGENT).log_key, "who watches from outside sees that somebody waits"
    waiting.upload()
    with pytest.raises(NotAllowed):
        grant(waiting, AGENT)
    waiting.join(AGENT)
    assert grant(waiting, AGENT).log_key


def test_the_log_key_opens_no_document(world: World) -> None:
    upload = world.grant_upload()
    assert grant(world).log_key != upload.data_key
    key = world.keys.get("room-1")
    assert key is not None
    with pytest.raises(Tampered):
        unseal(
            base64.b64decode(grant(world).log_key), world.room.documents[0].sealed_name, upload.document_id
        )


# --- who has joined ----------------------------------------------------------------

MEMBER = media.Participant(participant_id="member-1", role="citizen")
PROOF = media.Identified(name="Marc Demo", method="luxtrust", level="high")


def joined(world: World, who: media.Participant, proof: media.Identified | None = PROOF) -> None:
    request = media.JoinRoom(room_id=world.room_id, participant=who, identified=proof)
    presence.join_room(world.media, request)


def told_of_joins(world: World) -> list[dict[str, str]]:
    key = grant(world).log_key
    return [opened(entry, key) for entry in world.log.streams["room-1"] if entry.type == "joined"]


def test_the_room_is_told_how_each_who_joins_is_identified(world: World) -> None:
    joined(world, MEMBER)
    assert told_of_joins(world)[-1] == {
        "role": "citizen",
        "name": "Marc Demo",
        "method": "luxtrust",
        "level": "high",
    }


def test_of_who_proves_nothing_the_room_is_told_his_role_alone(world: World) -> None:
    joined(world, MEMBER, None)
    assert told_of_joins(world)[-1] == {"role": "citizen"}


def test_the_name_of_who_joins_is_nowhere_in_clear(world: World) -> None:
    joined(world, MEMBER)
    kept = repr((world.rooms.rooms, world.rooms.waiting, world.log.streams))
    assert "member-1" in kept
    assert "Marc" not in kept


def test_what_proves_nobody_is_refused(world: World) -> None:
    with pytest.raises(InvalidField, match=r"identified.name"):
        joined(world, MEMBER, replace(PROOF, name="x" * 301))


def test_citizens_of_one_room_are_admitted_each_by_the_same_rules_up_to_its_places(world: World) -> None:
    world.clock.set(T1 - timedelta(seconds=1))
    joined(world, MEMBER)
    assert world.look(MEMBER).phase == world.look().phase == "admitted"
    world.clock.set(T1)
    late = media.Participant(participant_id="member-2", role="citizen")
    with pytest.raises(TooLate):
        joined(world, late)
