import pytest

from services.contracts.media_errors import BadOffer
from services.media.worker.offer import MAX_SECTIONS, SCREEN, read_offer
from tests.unit.media_worker import offers


def test_sections_are_told_apart_by_kind_direction_and_order() -> None:
    read = read_offer(offers.offer())
    assert [s.source for s in read.sections[:3]] == ["microphone", "camera", "screen"]
    assert [s.slot for s in read.sections if not s.sends and s.kind == "audio"] == [0, 1, 2, 3, 4, 5]
    assert [s.slot for s in read.sections if not s.sends and s.kind == "video"] == [0, 1, 2, 3, 4, 5, SCREEN]


def test_a_sending_section_names_its_streams_and_its_transport_sequence() -> None:
    camera = read_offer(offers.offer()).sections[1]
    assert (camera.ssrc, camera.rtx_ssrc, camera.transport_cc) == (1002, 1003, 3)
    assert (camera.codec.payload_type, camera.codec.rtx_payload_type) == (96, 97)


def test_an_offer_says_which_codecs_it_sends_and_which_it_shows() -> None:
    both = read_offer(offers.with_h264(offers.offer()))
    assert both.pictures == both.shows == ("video/vp8", "video/h264")
    assert both.sending("video/h264").pictures == ("video/h264",)
    assert both.sending("video/h264").shows == both.shows
    assert read_offer(offers.with_h264(offers.offer(), alone=True)).pictures == ("video/h264",)
    assert read_offer(offers.offer(offers.sections()[:1])).pictures == ()


def test_what_only_some_sections_know_is_not_sent() -> None:
    camera, screen = (offers.section(n, "video", "sendonly", *offers.ssrcs(n)) for n in (1, 2))
    mixed = [*camera, *offers.H264]
    mixed[0] += " 98 99"
    assert read_offer(offers.offer([mixed, screen])).pictures == ("video/vp8",)


def test_the_session_name_stays_when_the_version_rises() -> None:
    first = offers.offer()
    assert read_offer(first).session == read_offer(first.replace("4711 2 IN", "4711 3 IN")).session


def test_fewer_receiving_sections_are_accepted() -> None:
    assert len(read_offer(offers.offer(offers.sections()[:5])).sections) == 5


def replaced(old: str, new: str) -> str:
    return offers.offer().replace(old, new)


hundred = [offers.section(n, "audio", "recvonly") for n in range(100)]

BAD = {
    "empty": ("", "no_media"),
    "no sections": ("\r\n".join(offers.HEAD), "no_media"),
    "huge": (offers.offer() + "a=x\r\n" * 20_000, "too_large"),
    "a hundred sections": (offers.offer(hundred), "too_many_sections"),
    "one section too many": (
        offers.offer([*offers.sections(), offers.section(MAX_SECTIONS, "audio", "recvonly")]),
        "too_many_sections",
    ),
    "two microphones": (
        offers.offer([offers.section(n, "audio", "sendonly", *offers.ssrcs(n + 1)) for n in range(2)]),
        "too_many_sections",
    ),
    "seven receiving sounds": (
        offers.offer([offers.section(n, "audio", "recvonly") for n in range(7)]),
        "too_many_sections",
    ),
    "many ssrc lines": (replaced("a=ssrc:1001 cname:c", "a=ssrc:1001 cname:c\r\n" * 100), "too_large"),
    "lines that end otherwise": (offers.offer().replace("\r\n", "\r") + "a=x\r" * 3_000, "too_large"),
    "sections whose lines end otherwise": (
        offers.offer(hundred).replace("\r\n", "\x0b"),
        "too_many_sections",
    ),
    "feedback without end": (offers.offer() + "a=rtcp-fb:96 nack\r\n" * 1_100, "too_large"),
    "feedback for all codecs": (offers.offer() + "a=rtcp-fb:* nack\r\n" * 100, "too_large"),
    "one payload type twice": (replaced("a=rtpmap:97 ", "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 "), "syntax"),
    "the same in other words": (replaced("a=rtpmap:97 ", "a=rtpmap:096 VP8/90000\r\na=rtpmap:97 "), "syntax"),
    "more payload types than there are": (
        offers.offer() + "".join(f"a=rtpmap:{100 + n} VP8/90000\r\n" for n in range(200)),
        "syntax",
    ),
    "garbled media line": (replaced("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=audio"), "syntax"),
    "a number that is none": (replaced("VP8/90000", "VP8/many"), "syntax"),
    "codec without a clock": (replaced("opus/48000/2", "opus"), "syntax"),
    "attribute without a value": (replaced("a=setup:actpass", "a=setup"), "syntax"),
    "wrong origin": (replaced("o=- 4711 2 IN IP4 127.0.0.1", "o=-"), "syntax"),
    "application section": (
        replaced("m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
        "kind",
    ),
    "both directions": (replaced("a=sendonly", "a=sendrecv"), "direction"),
    "not bundled": (offers.offer(bundle="0 1"), "not_bundled"),
    "no rtcp-mux": (replaced("a=rtcp-mux\r\n", ""), "not_bundled"),
    "mid with a line of its own": (replaced("a=mid:0", "a=mid:0 a"), "not_bundled"),
    "no ICE name": (replaced("a=ice-ufrag:abcd", "a=ice-ufrag:"), "no_ice"),
    "short ICE password": (replaced("a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=ice-pwd:abc"), "no_ice"),
    "no fingerprint": (replaced(f"a=fingerprint:sha-256 {offers.FINGERPRINT}\r\n", ""), "no_fingerprint"),
    "weak fingerprint": (replaced("fingerprint:sha-256", "fingerprint:md5"), "no_fingerprint"),
    "the browser waits too": (replaced("a=setup:actpass", "a=setup:passive"), "setup"),
    "no opus": (replaced("opus/48000/2", "PCMU/8000"), "no_codec"),
    "no VP8": (replaced("VP8/90000", "H264/90000"), "no_codec"),
    "payload type beyond its seven bits": (replaced(":96 ", ":300 "), "no_codec"),
    "payload type of RTCP": (replaced(":96 ", ":72 "), "no_codec"),
    "no ssrc": (offers.offer([offers.section(0, "audio", "sendonly")]), "no_ssrc"),
    "one ssrc twice": (replaced("1004", "1002"), "duplicate_ssrc"),
    "ssrc out of range": (replaced("1001", str(2**32)), "duplicate_ssrc"),
}


@pytest.mark.parametrize(("text", "reason"), BAD.values(), ids=BAD)
def test_a_bad_offer_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(BadOffer) as refused:
        read_offer(text)
    assert refused.value.details == {"reason": reason}


def test_a_retransmission_of_a_type_that_no_packet_can_bear_is_none() -> None:
    forged = offers.offer().replace("SAVPF 96 97", "SAVPF 96").replace(":97 ", ":300 ")
    pictures = [section for section in read_offer(forged).sections if section.kind == "video"]
    assert {section.codec.rtx_payload_type for section in pictures} == {None}
