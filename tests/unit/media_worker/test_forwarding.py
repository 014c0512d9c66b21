from collections import Counter

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpRtpfbPacket, RtcpSrPacket

from services.media.worker.codecs import Codec
from services.media.worker.consumer import Consumer
from services.media.worker.producer import Producer
from tests.unit.media_worker.peers import H264, Browser, consumer, producer, rtp, rtx


class Call:
    """A publisher with one receiver."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.publisher, self.receiver = Browser(), Browser()
        self.producer: Producer = producer(self.publisher, self.counts)
        self.consumer: Consumer = consumer(self.receiver, self.counts)
        self.consumer.attach(self.producer)

    def publish(self, *packets: bytes, now: float = 0.0) -> None:
        for packet in packets:
            self.producer.received(memoryview(packet), 0, len(packet), now)

    def repair(self, *packets: bytes, now: float = 0.0) -> None:
        for packet in packets:
            self.producer.repaired(memoryview(packet), 0, len(packet), now)


@pytest.fixture
def call() -> Call:
    return Call()


def test_a_packet_reaches_the_receiver_under_the_slot_s_own_names(call: Call) -> None:
    call.publish(rtp(40_000, 900, b"one", marker=True), rtp(40_001, 3900, b"two"))
    first, second = call.receiver.received()
    assert (first.ssrc, first.payload_type, first.marker, first.payload) == (5000, 120, 1, b"one")
    assert (second.sequence_number - first.sequence_number, second.timestamp - first.timestamp) == (1, 3000)


def test_header_extensions_end_at_the_sfu(call: Call) -> None:
    packet = bytearray(rtp(1, payload=b"\xbe\xde\x00\x01\x31\x00\x09\x00picture"))
    packet[0] |= 0x10
    call.publish(bytes(packet))
    (received,) = call.receiver.received()
    assert received.payload == b"picture"
    assert received.extensions.transport_sequence_number is None


def test_a_packet_tells_when_it_left_where_the_receiver_takes_that(call: Call) -> None:
    timed = consumer(call.receiver, call.counts, send_time=2)
    call.consumer.attach(None)
    timed.attach(call.producer)
    call.publish(rtp(1, payload=b"one"), now=64.5)
    (packet,) = call.receiver.received_as(2)
    assert (packet.payload, packet.extensions.abs_send_time) == (b"one", 0x20000)
    timed.retransmit([packet.sequence_number], 65.0)
    (again,) = call.receiver.received_as(2)
    assert (again.payload[2:], again.extensions.abs_send_time) == (b"one", 0x40000)


def test_a_publisher_who_comes_back_goes_on_in_the_same_stream(call: Call) -> None:
    call.publish(rtp(10, 100), now=1.0)
    again = producer(call.publisher, call.counts)
    call.consumer.attach(again)
    packet = rtp(50_000, 7_000_000)
    again.received(memoryview(packet), 0, len(packet), 3.0)
    before, after = call.receiver.received()
    assert after.sequence_number == (before.sequence_number + 1) & 0xFFFF
    assert (after.timestamp - before.timestamp) & 0xFFFFFFFF == 180_000


def test_a_nack_is_served_from_the_ring_by_rtx(call: Call) -> None:
    call.publish(rtp(1, payload=b"one"), rtp(2, payload=b"two"))
    lost = call.receiver.received()[0]
    call.consumer.retransmit([lost.sequence_number], 0.0)
    (again,) = call.receiver.received()
    assert (again.ssrc, again.payload_type) == (5001, 121)
    assert again.payload == lost.sequence_number.to_bytes(2, "big") + b"one"
    assert again.timestamp == lost.timestamp


def test_no_packet_number_is_encrypted_twice(call: Call) -> None:
    call.publish(rtp(1), rtp(2))
    lost = [packet.sequence_number for packet in call.receiver.received()]
    call.consumer.retransmit(lost, 0.0)
    call.consumer.retransmit(lost, 0.0)  # `received` refuses a number that was used before
    numbers = [packet.sequence_number for packet in call.receiver.received()]
    assert len(set(numbers)) == 4


def test_a_nack_for_what_nobody_has_is_ignored(call: Call) -> None:
    call.publish(rtp(1))
    call.receiver.received()
    call.consumer.retransmit([4711, 70_000], 0.0)
    assert call.receiver.received() == []


def _publish_as(another: Producer, *numbers: int) -> None:
    for number in numbers:
        packet = rtp(number, payload=number.to_bytes(2, "big"))
        another.received(memoryview(packet), 0, len(packet), 1.0)


def test_nobody_gets_what_was_sent_before_it_was_for_him(call: Call) -> None:
    another = producer(call.publisher, call.counts)
    _publish_as(another, 40, 41, 42)
    call.publish(rtp(1), rtp(2))
    call.receiver.received()
    call.consumer.attach(another)
    _publish_as(another, 43, 44)
    first, second = call.receiver.received()
    asked = [(first.sequence_number - back) & 0xFFFF for back in range(-1, 60)]
    call.consumer.retransmit(asked, 1.0)
    again = [packet.payload[2:] for packet in call.receiver.received()]
    assert again == [(44).to_bytes(2, "big"), (43).to_bytes(2, "big")]
    assert second.sequence_number == (first.sequence_number + 1) & 0xFFFF


def test_a_late_packet_of_a_new_publisher_takes_no_number_of_the_one_before(call: Call) -> None:
    another = producer(call.publisher, call.counts)
    call.publish(rtp(1), rtp(3))
    before = call.receiver.received()[-1].sequence_number
    call.consumer.attach(another)
    _publish_as(another, 45, 43, 44, 47, 46)
    numbers = [(packet.sequence_number - before) & 0xFFFF for packet in call.receiver.received()]
    assert numbers == [1, 3, 2]
    assert not call.counts["protect"]


def test_what_the_sfu_misses_is_asked_of_the_publisher_at_once(call: Call) -> None:
    call.publish(rtp(1), rtp(4))
    (nack,) = call.publisher.told()
    assert isinstance(nack, RtcpRtpfbPacket)
    assert nack.lost == [2, 3]


def test_a_repaired_packet_takes_its_place_in_stream_and_ring(call: Call) -> None:
    call.publish(rtp(1), rtp(3))
    first, third = call.receiver.received()
    call.repair(rtx(77, original=2, payload=b"late"))
    (second,) = call.receiver.received()
    assert (second.ssrc, second.payload) == (5000, b"late")
    assert first.sequence_number < second.sequence_number < third.sequence_number
    call.consumer.retransmit([second.sequence_number], 0.0)
    assert call.receiver.received()[0].payload[2:] == b"late"


def test_probes_are_counted_and_not_forwarded(call: Call) -> None:
    call.publish(rtp(1), rtp(2))
    call.receiver.received()
    call.repair(rtx(77, original=1), rtx(78, original=0, payload=b"", padding=200))
    assert call.receiver.received() == []
    assert call.counts["probe"] == 2


def test_keyframe_requests_are_passed_on_twice_a_second_at_most(call: Call) -> None:
    for request in range(100):
        call.consumer.want_keyframe(10 + request / 100)
        call.producer.tick(10 + request / 100)
    requests = call.publisher.told()
    assert len(requests) == 2
    assert all(isinstance(r, RtcpPsfbPacket) and r.media_ssrc == 1002 for r in requests)


def test_a_keyframe_that_comes_is_not_asked_for_again(call: Call) -> None:
    call.consumer.want_keyframe(10.0)
    call.consumer.want_keyframe(10.1)
    call.publish(rtp(1, payload=b"\x10\x50\x2a"), now=10.2)
    for step in range(100):
        call.producer.tick(10.2 + step / 20)
    assert len(call.publisher.told()) == 1


def test_each_receiver_gets_pictures_under_his_own_type_of_their_codec(call: Call) -> None:
    another = producer(call.publisher, call.counts, codec=H264)
    call.publish(rtp(1))
    call.consumer.attach(another)
    packet = bytearray(rtp(2))
    packet[1] = 98
    another.received(memoryview(packet), 0, len(packet), 0.0)
    pictures = call.receiver.received()
    assert [packet.payload_type for packet in pictures] == [120, 104]
    call.consumer.retransmit([pictures[1].sequence_number], 0.0)
    assert [packet.payload_type for packet in call.receiver.received()] == [105]


def test_a_picture_that_a_browser_cannot_show_is_not_sent_to_it(call: Call) -> None:
    unknown = producer(call.publisher, call.counts, codec=Codec("video/other", 90_000, 96, 97))
    call.consumer.attach(unknown)
    assert call.consumer.producer is None
    assert unknown.consumers == call.producer.consumers == []


def test_a_break_in_the_stream_asks_for_a_keyframe(call: Call) -> None:
    call.publish(rtp(1), rtp(5_000), now=5.0)
    (request,) = call.publisher.told()
    assert isinstance(request, RtcpPsfbPacket)


def test_sender_reports_keep_the_publisher_s_clock_and_map_the_timestamp(call: Call) -> None:
    call.publish(rtp(1, 90_000))
    packet = call.receiver.received()[0]
    call.producer.sender_report(0x1122_3344_5566_7788, 90_000 + 450, now=0.0)
    (report,) = call.receiver.told()
    assert isinstance(report, RtcpSrPacket)
    assert report.ssrc == 5000
    assert report.sender_info.ntp_timestamp == 0x1122_3344_5566_7788
    assert report.sender_info.rtp_timestamp == (packet.timestamp + 450) & 0xFFFFFFFF
    assert (report.sender_info.packet_count, report.sender_info.octet_count) == (1, len(b"picture"))


def test_sender_reports_follow_the_publisher_over_the_turn_of_his_timestamps(call: Call) -> None:
    call.publish(rtp(0xFFFF, 2**32 - 450), rtp(0, 450))
    before, after = call.receiver.received()
    assert (after.sequence_number - before.sequence_number) & 0xFFFF == 1
    call.producer.sender_report(1, 900, now=0.0)
    (report,) = call.receiver.told()
    assert report.sender_info.rtp_timestamp == (after.timestamp + 450) & 0xFFFFFFFF
    assert report.sender_info.packet_count == 2


def test_sender_reports_of_another_publisher_are_in_the_same_stream_s_time(call: Call) -> None:
    call.publish(rtp(1, 90_000), now=1.0)
    again = producer(call.publisher, call.counts)
    call.consumer.attach(again)
    again.sender_report(1, 7_000_000, now=3.0)
    assert call.receiver.told() == []  # nothing of his came yet: his time is not known here
    packet = rtp(9, 7_000_000)
    again.received(memoryview(packet), 0, len(packet), 3.0)
    again.sender_report(2, 7_000_450, now=3.0)
    (report,) = call.receiver.told()
    assert report.sender_info.rtp_timestamp == (call.receiver.received()[1].timestamp + 450) & 0xFFFFFFFF


def test_no_sender_report_before_the_first_packet(call: Call) -> None:
    call.producer.sender_report(1, 2, now=0.0)
    assert call.receiver.told() == []


def test_a_payload_type_that_was_not_negotiated_is_dropped(call: Call) -> None:
    packet = bytearray(rtp(1))
    packet[1] = 13
    call.publish(bytes(packet))
    assert call.receiver.received() == []
    assert call.counts["payload_type"] == 1


def test_padding_alone_does_not_count_as_sending(call: Call) -> None:
    packet = bytearray(rtp(1, payload=bytes(9) + b"\x0a"))
    packet[0] |= 0x20
    call.publish(bytes(packet))
    assert call.producer.heard_at is None
    assert len(call.receiver.received()) == 1  # the numbers must go on


def test_nothing_is_sent_for_a_slot_that_was_emptied(call: Call) -> None:
    call.producer.close()
    call.publish(rtp(1))
    assert call.consumer.producer is None
    assert call.receiver.received() == []
