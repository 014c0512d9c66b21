import pytest
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from services.media.worker.codecs import H264, OPUS, VP8, keyframe_test, preferred, usable


def h264(payload_type: int, profile: str, mode: int | None = 1) -> RTCRtpCodecParameters:
    parameters = {"profile-level-id": profile} | ({} if mode is None else {"packetization-mode": mode})
    return RTCRtpCodecParameters(
        mimeType="video/H264", clockRate=90_000, payloadType=payload_type, parameters=parameters
    )


def test_h264_is_taken_in_baseline_and_packets_of_any_size_alone() -> None:
    offered = [
        h264(1, "640c1f"),
        h264(2, "42e01f", 0),
        h264(3, "42e01f", None),
        h264(4, "42e01f"),
        h264(5, "42001f"),
    ]
    (codec,) = usable("video", offered)
    assert (codec.name, codec.payload_type, codec.profile) == (H264, 4, "42e01f")


def test_vp8_comes_first_in_whatever_order_it_is_offered() -> None:
    vp8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=96)
    assert [codec.name for codec in usable("video", [h264(98, "42001f"), vp8])] == [VP8, H264]


def test_a_codec_of_another_kind_is_of_no_use() -> None:
    assert usable("audio", [h264(98, "42001f")]) == ()


@pytest.mark.parametrize(
    ("viewers", "present", "sent"),
    [
        ([], "", VP8),
        ([(VP8, H264), (VP8,)], "", VP8),
        ([(VP8, H264), (H264,)], "", H264),
        ([(VP8,), (H264,)], "", VP8),
        ([(VP8,), (H264,)], H264, H264),
        ([(VP8, H264)], H264, H264),
        ([(H264,), (H264,), (VP8,)], VP8, H264),
    ],
)
def test_what_most_of_the_others_can_show_is_sent(
    viewers: list[tuple[str, ...]], present: str, sent: str
) -> None:
    assert preferred((VP8, H264), viewers, present) == sent


def test_who_can_send_one_codec_sends_that_one() -> None:
    assert preferred((VP8,), [(H264,)]) == VP8
    assert preferred((), [(H264,)]) == ""


KEYFRAME, PREDICTED = b"\x50\x2a\x00", b"\x51\x2a\x00"
"""First bytes of a VP8 picture (RFC 7741 section 4.3)."""


@pytest.mark.parametrize(
    "descriptor",
    [
        b"\x10",
        b"\x30",  # not kept as a reference
        b"\x90\x80\x11",  # PictureID of 7 bits
        b"\x90\x80\x91\x22",  # of 15 bits
        b"\x90\xe0\x91\x22\x05\x20",  # with TL0PICIDX and TID
        b"\x90\x10\x05",  # KEYIDX alone
    ],
)
def test_a_vp8_keyframe_is_known_by_its_first_packet(descriptor: bytes) -> None:
    begins = keyframe_test(VP8)
    assert begins(descriptor + KEYFRAME)
    assert not begins(descriptor + PREDICTED)
    assert not begins(bytes([descriptor[0] & ~0x10]) + descriptor[1:] + KEYFRAME)  # goes on with a partition
    assert not begins(bytes([descriptor[0] | 0x01]) + descriptor[1:] + KEYFRAME)  # another partition


@pytest.mark.parametrize(
    ("payload", "begins"),
    [
        (b"\x65\x88", True),  # a slice of an IDR picture
        (b"\x67\x42", True),  # parameters before it
        (b"\x41\x9a", False),  # a slice of another picture
        (b"\x68\xce", False),
        (b"\x7c\x85\x88", True),  # an IDR slice in parts, the first
        (b"\x7c\x05\x88", False),  # another part
        (b"\x7c\x81\x9a", False),
        (b"\x78\x00\x02\x67\x42\x00\x02\x68\xce", True),  # both in one packet
        (b"\x78\x00\x02\x68\xce\x00\x02\x65\x88", True),
        (b"\x78\x00\x02\x41\x9a\x00\x02\x41\x9a", False),
        (b"\x78\xff\xff\x41", False),
    ],
)
def test_an_h264_keyframe_is_known_by_its_first_packet(payload: bytes, begins: bool) -> None:
    assert keyframe_test(H264)(payload) is begins


@pytest.mark.parametrize("name", [VP8, H264])
@pytest.mark.parametrize(
    "payload", [b"", b"\x90", b"\x90\xff", b"\x90\xff\xff", b"\x90\xff\xff\xff", b"\x65"]
)
def test_what_is_cut_off_begins_nothing(name: str, payload: bytes) -> None:
    assert not keyframe_test(name)(payload)


def test_sound_has_no_keyframes() -> None:
    assert not keyframe_test(OPUS)(b"\x10\x50")
