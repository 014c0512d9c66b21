import pytest

from services.media.worker.demux import Kind, kind


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0, 1, Kind.STUN),
        (1, 1, Kind.STUN),
        (4, 0, Kind.OTHER),
        (20, 254, Kind.DTLS),
        (63, 254, Kind.DTLS),
        (64, 0, Kind.OTHER),
        (0x80, 96, Kind.RTP),
        (0x90, 0x80 | 111, Kind.RTP),
        (0x80, 191, Kind.RTP),
        (0x81, 192, Kind.RTCP),
        (0x81, 200, Kind.RTCP),
        (0xBF, 223, Kind.RTCP),
        (0x80, 224, Kind.RTP),
        (192, 0, Kind.OTHER),
        (255, 255, Kind.OTHER),
    ],
)
def test_two_bytes_tell_the_kind(first: int, second: int, expected: Kind) -> None:
    assert kind(first, second) is expected
