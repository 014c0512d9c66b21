"""What nodes tell of browsers reaches the room's log, and only what is of now."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts import media, sfu
from services.media.control.usecases import call, news
from tests.unit.media_control.test_call import node
from tests.unit.media_control.test_messages import grant, opened
from tests.unit.media_control.world import AGENT, CITIZEN, World

ANYBODY: dict[str, Any] = {"event_id": "event-9", "occurred_at": datetime.now(UTC), "room_id": "room-1"}


@pytest.fixture
def world() -> World:
    world = World()
    world.begin_call()
    world.nodes.announce(node("node-1"))
    request = media.ConnectToCall(room_id="room-1", participant=CITIZEN, offer_sdp="offer")
    call.connect_to_call(world.media, request)
    return world


def of(who: str, world: World, epoch: int | None = None) -> dict[str, Any]:
    placement = world.nodes.placement("room-1")
    assert placement is not None
    now = placement.epoch if epoch is None else epoch
    return {**ANYBODY, "node_id": "node-1", "epoch": now, "participant_id": who}


def told(world: World, kind: str) -> list[tuple[str, dict[str, Any]]]:
    entries = (entry for entry in world.log.streams["room-1"] if entry.type == kind)
    return [(entry.by, opened(entry, grant(world).log_key) if entry.sealed else {}) for entry in entries]


def unseen(world: World, *, curable: bool, who: str = AGENT.participant_id) -> sfu.PictureUnseen:
    return sfu.PictureUnseen(**of(who, world), slot=1, of=CITIZEN.participant_id, curable=curable)


def test_who_can_send_another_codec_is_told_to_connect_anew_and_nobody_else_is(world: World) -> None:
    news.hear_unseen(world.media, unseen(world, curable=True))
    assert told(world, "reconnect") == [(CITIZEN.participant_id, {})]
    assert told(world, "unseen") == []


def test_what_cannot_be_shown_is_said(world: World) -> None:
    news.hear_unseen(world.media, unseen(world, curable=False))
    assert told(world, "unseen") == [(AGENT.participant_id, {"of": CITIZEN.participant_id})]


def test_what_comes_of_somebody_is_said(world: World) -> None:
    event = sfu.SendingChanged(**of(CITIZEN.participant_id, world), slot=0, microphone=False, camera=True)
    news.hear_sending(world.media, event)
    assert told(world, "sending") == [(CITIZEN.participant_id, {"microphone": False, "camera": True})]


def test_who_speaks_is_said_and_that_nobody_does(world: World) -> None:
    for who in (CITIZEN.participant_id, ""):
        news.hear_speaker(world.media, sfu.SpeakerChanged(**of(who, world)))
    assert told(world, "speaker") == [(CITIZEN.participant_id, {}), ("", {})]


def test_news_of_an_earlier_placement_or_of_a_stranger_are_worth_nothing(world: World) -> None:
    news.hear_speaker(world.media, sfu.SpeakerChanged(**of(CITIZEN.participant_id, world, epoch=99)))
    news.hear_unseen(world.media, unseen(world, curable=False, who="stranger"))
    assert told(world, "speaker") == told(world, "unseen") == []
