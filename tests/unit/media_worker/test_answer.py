from aiortc import RTCDtlsParameters, RTCIceCandidate, RTCIceParameters
from aiortc.rtcdtlstransport import RTCDtlsFingerprint
from aiortc.sdp import MediaDescription, SessionDescription

from services.media.worker.answer import Reachable, allocate, write_answer
from services.media.worker.offer import SEND_TIME_URI, TRANSPORT_CC_URI, read_offer
from tests.unit.media_worker import offers

REACHABLE = Reachable(
    RTCIceParameters(usernameFragment="u" * 24, password="p" * 32),
    RTCDtlsParameters([RTCDtlsFingerprint("sha-256", offers.FINGERPRINT)], "server"),
    [RTCIceCandidate(1, "f", "192.0.2.1", 4000, 1, "udp", "host")],
)


def text_of(offer: str) -> str:
    read = read_offer(offer)
    return write_answer(read, allocate(read), REACHABLE, session_id=5, version=2)


def answer() -> SessionDescription:
    return SessionDescription.parse(text_of(offers.offer()))


def test_every_section_is_answered_in_the_opposite_direction() -> None:
    directions = [media.direction for media in answer().media]
    assert directions == ["recvonly"] * 3 + ["sendonly"] * 13
    assert answer().group[0].items == [str(mid) for mid in range(16)]


def test_the_sfu_takes_the_passive_role_and_tells_one_candidate() -> None:
    parsed = answer()
    assert {media.dtls.role for media in parsed.media} == {"server"}
    assert sum(len(media.ice_candidates) for media in parsed.media) == 1
    assert parsed.origin == "- 5 2 IN IP4 127.0.0.1"


def test_receiving_sections_carry_streams_of_the_sfu_named_by_slot() -> None:
    media = answer().media[9]
    assert media.msid == "slot-0 video-0"
    assert media.ssrc_group[0].items == [s.ssrc for s in media.ssrc]
    assert answer().media[15].msid == "screen screen"


def test_all_ssrcs_differ_from_each_other_and_from_the_browser_s() -> None:
    read = read_offer(offers.offer())
    chosen = [ssrc for out in allocate(read) for ssrc in (out.ssrc, out.rtx_ssrc) if ssrc is not None]
    assert len(set(chosen)) == 6 + 2 * 7
    assert not set(chosen) & {1001, 1002, 1003, 1004, 1005}


def test_congestion_feedback_is_negotiated_only_where_the_browser_sends() -> None:
    with_feedback = [
        any(f.type == "transport-cc" for c in media.rtp.codecs for f in c.rtcpFeedback)
        for media in answer().media
    ]
    assert with_feedback == [True] * 3 + [False] * 13
    numbered = [_has(media, TRANSPORT_CC_URI) for media in answer().media]
    assert numbered == [True] * 3 + [False] * 13


def test_pictures_carry_when_they_left_and_both_sides_may_tell_what_comes_through() -> None:
    timed = [_has(media, SEND_TIME_URI) for media in answer().media]
    estimates = [
        any(f.type == "goog-remb" for c in media.rtp.codecs for f in c.rtcpFeedback)
        for media in answer().media
    ]
    assert timed == [False] * 9 + [True] * 7
    assert estimates == [media.kind == "video" for media in answer().media]


def test_what_the_browser_does_not_offer_is_not_answered() -> None:
    plain = offers.offer().replace(offers.SEND_TIME, "a=x").replace("a=rtcp-fb:96 goog-remb", "a=x")
    assert "abs-send-time" not in text_of(plain)
    assert "goog-remb" not in text_of(plain)


def test_sound_is_asked_for_with_its_own_repair_and_without_silence() -> None:
    assert text_of(offers.offer()).count("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1") == 7


def test_pictures_are_sent_in_one_codec_and_shown_in_all_that_both_sides_know() -> None:
    read = read_offer(offers.with_h264(offers.offer()))
    text = write_answer(read.sending("video/h264"), allocate(read), REACHABLE, session_id=5)
    media = SessionDescription.parse(text).media
    assert [[c.payloadType for c in m.rtp.codecs] for m in (media[1], media[2])] == [[98, 99]] * 2
    assert [c.payloadType for c in media[9].rtp.codecs] == [96, 97, 98, 99]
    assert "a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f" in text
    assert "a=rtcp-fb:98 transport-cc" in text


def _has(media: MediaDescription, uri: str) -> bool:
    return any(extension.uri == uri for extension in media.rtp.headerExtensions)
