"""Session descriptions of the generator: the sections that are needed, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from tests.load.sfu.client import Client

AUDIO_TYPE, VIDEO_TYPE = 111, 96
TRANSPORT_CC = 3
_EXTENSION = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
_CODECS = {
    "audio": (AUDIO_TYPE, ["a=rtpmap:111 opus/48000/2", "a=rtcp-fb:111 transport-cc"]),
    "video": (
        VIDEO_TYPE,
        [
            "a=rtpmap:96 VP8/90000",
            "a=rtcp-fb:96 nack",
            "a=rtcp-fb:96 nack pli",
            "a=rtcp-fb:96 transport-cc",
        ],
    ),
}


@dataclass(frozen=True)
class Wanted:
    """One media section; `ssrc` only where it sends."""

    kind: str
    direction: str
    ssrc: int | None = None


def describe(client: Client, sections: list[Wanted], setup: str, mids: list[str] | None = None) -> str:
    """A complete offer or answer."""
    mids = mids or [str(number) for number in range(len(sections))]
    head = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {' '.join(mids)}"]
    lines = [
        line
        for mid, wanted in zip(mids, sections, strict=True)
        for line in _section(client, wanted, setup, mid)
    ]
    return "\r\n".join(head + lines) + "\r\n"


def _section(client: Client, wanted: Wanted, setup: str, mid: str) -> list[str]:
    payload_type, codec = _CODECS[wanted.kind]
    own = [f"a=ssrc:{wanted.ssrc} cname:bench"] if wanted.ssrc is not None else []
    return [
        f"m={wanted.kind} 9 UDP/TLS/RTP/SAVPF {payload_type}",
        *client.lines(setup),
        f"a=mid:{mid}",
        f"a={wanted.direction}",
        f"a=extmap:{TRANSPORT_CC} {_EXTENSION}",
        *codec,
        *own,
    ]
