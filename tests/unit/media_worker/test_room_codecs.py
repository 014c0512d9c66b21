"""Who is seen by whom in a room where not everybody speaks every codec."""

from __future__ import annotations

from tests.unit.media_worker import offers
from tests.unit.media_worker.house import House, Within, offer_of


def of_h264(name: str) -> str:
    return offers.with_h264(offer_of(name), alone=True)


def of_both(name: str) -> str:
    return offers.with_h264(offer_of(name))


def test_who_comes_to_one_who_shows_h264_alone_sends_h264(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a", offer=of_h264("a"))
        house.connect("b", offer=of_both("b"))
        seats = [house.secure(name) for name in "ab"]
        assert [seat.codec for seat in seats] == ["video/h264"] * 2
        assert all(s.participant.consumers["video", o.slot].producer for s, o in (seats, reversed(seats)))
        assert house.rooms.rooms["r"].unseen(seats[1]) == []

    within(play)


def test_who_could_be_seen_in_another_codec_connects_anew_and_is_seen(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a", offer=of_both("a"))
        first = house.secure("a")
        house.connect("b", offer=of_h264("b"))
        second, room = house.secure("b"), house.rooms.rooms["r"]
        assert room.unseen(second) == [(second, first, True)]
        house.connect("a", offer=of_both("another page"))
        again = house.secure("a")
        assert again.codec == "video/h264"
        assert room.unseen(again) == []

    within(play)


def test_two_without_a_common_codec_hear_each_other_and_are_told(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a"), house.connect("b", offer=of_h264("b"))
        first, second = house.secure("a"), house.secure("b")
        for one, other in ((first, second), (second, first)):
            assert one.participant.consumers["video", other.slot].producer is None
            assert one.participant.consumers["audio", other.slot].producer is not None
        told = house.rooms.rooms["r"].unseen(second)
        assert told == [(second, first, False), (first, second, False)]

    within(play)


def test_a_restart_of_ice_keeps_the_codec(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("b", offer=of_h264("b"))
        house.connect("a", offer=of_both("a"))
        seat = house.secure("a")
        await house.rooms.disconnect("r", "b")
        again = house.connect("a", offer=of_both("a").replace("ice-ufrag:abcd", "ice-ufrag:wxyz"))
        assert house.seat("a") is seat
        assert "H264" in again.answer_sdp.split("m=video")[1]
        assert "VP8" not in again.answer_sdp.split("m=video")[1]

    within(play)
