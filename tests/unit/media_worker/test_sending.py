"""What comes of a participant's microphone and camera, who speaks, and what a sender is told of his sound."""

from collections import Counter

from aiortc.rtp import RtcpReceiverInfo

from services.media.worker.participant import ABSENCE
from services.media.worker.producer import TOLD_OF_SEVERAL, Producer
from services.media.worker.room import Seat
from services.media.worker.rooms import LOOK_SECONDS
from tests.unit.media_worker.house import House, Within, offer_of
from tests.unit.media_worker.peers import HEADER, Browser, consumer, producer


def sends(house: House, seat: Seat, source: str, sequence: int = 1, level: int | None = None) -> None:
    payload_type = 111 if source == "microphone" else 96
    extension = b"" if level is None else b"\xbe\xde\x00\x01\x40" + bytes([level, 0, 0])
    head = HEADER.pack(0x90 if extension else 0x80, payload_type, sequence, 0, 1)
    packet = head + extension + b"media"
    seat.participant.heard_at = house.now
    seat.participant.producers[source].received(memoryview(packet), 0, len(packet), house.now)


def passes(house: House, seconds: float) -> None:
    house.now += seconds
    house.rooms.tick()


def told(house: House, kind: str) -> list[tuple[str, ...]]:
    return [event[1:] for event in house.listener.told if event[0] == kind]


def test_a_camera_that_sends_nothing_while_the_microphone_does_is_off(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a")
        seat = house.secure("a")
        for _ in range(int(ABSENCE / 0.5) + 1):
            sends(house, seat, "microphone")
            passes(house, 0.5)
        assert told(house, "sending") == [("a", "True", "False")]
        sends(house, seat, "camera")
        passes(house, LOOK_SECONDS)
        assert told(house, "sending")[1:] == [("a", "True", "True")]

    within(play)


def test_a_line_that_is_dead_says_nothing_of_a_microphone(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a")
        seat = house.secure("a")
        for source in ("microphone", "camera"):
            sends(house, seat, source)
        for _ in range(12):
            passes(house, 0.5)
        assert told(house, "sending") == []

    within(play)


def test_a_new_connection_counts_as_sending_until_it_does_not(within: Within) -> None:
    async def play(house: House) -> None:
        house.connect("a")
        first = house.secure("a")
        first.sending = (False, False)
        house.connect("a", offer=offer_of("another page"))
        assert house.secure("a").sending == (True, True)

    within(play)


def test_of_three_the_one_who_speaks_is_told_and_of_two_nobody(within: Within) -> None:
    async def play(house: House) -> None:
        for name in "abc":
            house.connect(name)
        first, second = (house.secure(name) for name in "ab")
        speak(house, first, second)
        assert told(house, "speaker") == []
        house.secure("c")
        speak(house, first, second)
        assert told(house, "speaker") == [("a",)]

    within(play)


def speak(house: House, loud: Seat, quiet: Seat) -> None:
    for seat in house.rooms.rooms["r"].seats.values():
        seat.participant.destination = house.port.destination(house.port.announced)
    for sequence in range(8):
        sends(house, loud, "microphone", sequence, level=20)
        sends(house, quiet, "microphone", sequence, level=80)
        passes(house, LOOK_SECONDS)


def report_of(lost: list[int], kind: str = "audio") -> RtcpReceiverInfo:
    counts: Counter[str] = Counter()
    sound: Producer = producer(Browser(), counts, kind)
    receivers = [consumer(Browser(), counts, kind) for _ in lost]
    for receiver, fraction in zip(receivers, lost, strict=True):
        receiver.attach(sound)
        receiver.fraction_lost = fraction
    packet = HEADER.pack(0x80, 111 if kind == "audio" else 96, 1, 0, 1002) + b"media"
    sound.received(memoryview(packet), 0, len(packet), 0.0)
    report = sound.report(1.0)
    assert report is not None
    return report


def test_a_speaker_is_told_of_the_loss_at_whoever_hears_him_worst() -> None:
    assert report_of([0, 20, 13]).fraction_lost == 20
    assert report_of([51]).fraction_lost == 51
    assert report_of([]).fraction_lost == 0


def test_who_claims_to_hear_nothing_does_not_cost_the_others_the_picture() -> None:
    assert report_of([0, 255, 13]).fraction_lost == TOLD_OF_SEVERAL


def test_what_pictures_lack_further_on_is_not_their_senders_loss() -> None:
    assert report_of([51], "video").fraction_lost == 0
