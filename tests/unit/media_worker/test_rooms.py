"""The rooms of a node: who gets in, who is heard by whom, who is let go."""

from __future__ import annotations

import pytest

from services.contracts.errors import StaleVersion
from services.contracts.media_errors import BadOffer, NoMediaNode, RoomFull
from services.media.worker.room import Seat
from services.media.worker.rooms import SILENCE_SECONDS
from tests.unit.media_worker import peers
from tests.unit.media_worker.house import House, Within, offer_of


def test_everybody_gets_a_slot_and_learns_the_others(within: Within) -> None:
    async def play(house: House) -> None:
        first, second = house.connect("a"), house.connect("b")
        assert (first.slot, second.slot) == (0, 1)
        assert [(s.slot, s.participant_id) for s in second.slots] == [(0, "a"), (1, "b")]

    within(play)


def test_a_slot_waits_for_its_holder_to_come_back(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a"), house.connect("b")
        await house.rooms.disconnect("r", "a")
        assert house.connect("c").slot == 2
        assert house.connect("a").slot == 0

    within(play)


def test_a_seventh_person_is_refused_until_somebody_leaves(within: Within) -> None:
    async def play(house: House) -> None:
        for name in "abcdef":
            house.connect(name)
        with pytest.raises(RoomFull):
            house.connect("g")
        await house.rooms.disconnect("r", "c")
        assert house.connect("g").slot == 2

    within(play)


def test_the_same_offer_gets_the_same_answer(within: Within) -> None:
    async def play(house: House) -> None:
        assert house.connect("a") == house.connect("a")
        assert house.rooms.participants == 1

    within(play)


def test_another_offer_replaces_the_transport_silently(within: Within) -> None:
    async def play(house: House) -> None:
        first = house.connect("a")
        former = house.seat("a")
        again = house.connect("a", offer=offer_of("another page"))
        assert again.answer_sdp != first.answer_sdp
        assert again.slot == first.slot
        assert house.seat("a") is not former
        assert house.listener.told == []

    within(play)


def test_an_offer_of_the_same_connection_restarts_ice_alone(within: Within) -> None:
    async def play(house: House) -> None:
        first = house.connect("a")
        seat = house.secure("a")
        restarted = offer_of("a").replace("ice-ufrag:abcd", "ice-ufrag:wxyz")
        again = house.connect("a", offer=restarted)
        assert house.seat("a") is seat
        assert _lines(first.answer_sdp, "a=ssrc") == _lines(again.answer_sdp, "a=ssrc")
        assert _lines(first.answer_sdp, "a=ice-ufrag") != _lines(again.answer_sdp, "a=ice-ufrag")

    within(play)


def _lines(sdp: str, start: str) -> list[str]:
    return [line for line in sdp.splitlines() if line.startswith(start)]


def test_an_older_epoch_is_refused_even_when_the_room_is_empty(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a", epoch=5)
        await house.rooms.disconnect("r", "a")
        with pytest.raises(StaleVersion):
            house.connect("a", epoch=4)

    within(play)


def test_a_newer_epoch_closes_what_there_is(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a", epoch=1)
        assert house.connect("b", epoch=2).slot == 0
        assert house.listener.told == [("disconnected", "a", "closed")]

    within(play)


def test_a_draining_node_takes_no_new_rooms_but_keeps_its_own(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a")
        house.rooms.draining = True
        house.connect("b")
        with pytest.raises(NoMediaNode):
            house.connect("a", room="another")

    within(play)


def test_a_full_node_takes_no_new_rooms_and_keeps_a_place_for_everybodys_partner(within: Within) -> None:
    async def play(house: House) -> None:
        for number in range(4):
            house.connect("a", room=f"room-{number}")
        assert (house.rooms.participants, house.rooms.places) == (4, house.rooms.capacity)
        with pytest.raises(NoMediaNode):
            house.connect("a", room="one-too-many")
        for number in range(4):
            house.connect("b", room=f"room-{number}")

    within(play)


def test_a_third_person_finds_no_place_on_a_full_node_and_who_is_in_comes_back(within: Within) -> None:
    async def play(house: House) -> None:
        for number in range(4):
            house.connect("a", room=f"room-{number}"), house.connect("b", room=f"room-{number}")
        with pytest.raises(NoMediaNode):
            house.connect("c", room="room-0")
        house.connect("b", room="room-0", offer=offer_of("another page"))
        await house.rooms.close_room("room-3")
        assert house.connect("c", room="room-0").slot == 2

    within(play)


def test_what_is_asked_of_an_earlier_placement_leaves_a_later_one_alone(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a", epoch=5)
        await house.rooms.disconnect("r", "a", epoch=4)
        await house.rooms.close_room("r", epoch=4)
        assert house.rooms.participants == 1
        await house.rooms.close_room("r", epoch=5)
        assert house.rooms.rooms == {}

    within(play)


def test_a_bad_offer_leaves_no_room_behind(within: Within) -> None:
    async def play(house: House) -> None:
        with pytest.raises(BadOffer):
            house.connect("a", offer="v=0")
        assert house.rooms.rooms == {}

    within(play)


def test_everybody_receives_everybody_else_and_not_himself(within: Within) -> None:
    async def play(house: House) -> None:
        for name in "abc":
            house.connect(name)
        seats = [house.secure(name) for name in "abc"]
        for seat in seats:
            sources = [seat.participant.consumers["video", slot].producer for slot in range(6)]
            cameras = [s.participant.producers["camera"] if s is not seat else None for s in seats]
            assert sources == [*cameras, None, None, None]

    within(play)


def test_who_leaves_leaves_every_slot(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a"), house.connect("b")
        left, stays = house.secure("a"), house.secure("b")
        await house.rooms.disconnect("r", "a")
        assert stays.participant.consumers["audio", left.slot].producer is None
        assert not left.connected
        assert house.listener.told == [("disconnected", "a", "left")]

    within(play)


def test_a_silent_participant_is_dropped(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a")
        house.secure("a")
        house.now += SILENCE_SECONDS
        house.rooms.tick()
        assert house.listener.told == []
        house.now += 0.1
        house.rooms.tick()
        assert house.listener.told == [("disconnected", "a", "silent")]
        assert house.rooms.rooms == {}

    within(play)


def test_a_room_that_cannot_be_tended_does_not_keep_the_others_waiting(
    within: Within, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(house: House) -> None:
        house.connect("a", "broken")
        house.connect("b", "sound")
        monkeypatch.setattr(house.rooms.rooms["broken"], "follow_screen", _fail)
        house.secure("b", "sound")
        house.now += SILENCE_SECONDS + 1
        house.rooms.tick()
        assert house.listener.told == [("disconnected", "b", "silent")]
        assert house.port.counts["defect"] == 1

    within(play)


def _fail(_: float) -> None:
    raise RuntimeError


def test_the_screen_shared_last_is_seen_until_it_stops(within: Within) -> None:
    async def play(house: House) -> None:
        for name in "abc":
            house.connect(name)
        seats = {name: house.secure(name) for name in "abc"}
        for name in "ab":
            house.now += 0.5
            _shares(house, seats[name])
            house.rooms.tick()
        seen = seats["c"].participant.consumers["video", 6].producer
        assert seen is seats["b"].participant.producers["screen"]
        house.now += 3.5
        for seat in seats.values():
            seat.participant.heard_at = house.now
        house.rooms.tick()
        told = [told for told in house.listener.told if told[0] == "screen"]
        assert told == [("screen", "a"), ("screen", "b"), ("screen", "")]

    within(play)


def _shares(house: House, seat: Seat) -> None:
    packet = peers.rtp(1)
    seat.participant.producers["screen"].received(memoryview(packet), 0, len(packet), house.now)


def test_closing_a_room_disconnects_everybody_in_it(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a"), house.connect("b"), house.connect("a", room="other")
        await house.rooms.close_room("r")
        assert [told[1:] for told in house.listener.told] == [("a", "closed"), ("b", "closed")]
        assert list(house.rooms.rooms) == ["other"]

    within(play)


def test_nothing_happens_to_who_is_not_there(within: Within) -> None:
    async def play(house: House) -> None:
        await house.rooms.disconnect("r", "a")
        await house.rooms.close_room("r")
        assert house.listener.told == []

    within(play)
