"""Offers as browsers write them, built section by section."""

FINGERPRINT = ":".join(["AB"] * 32)
EXTMAP = "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
LEVEL = "a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level"
SEND_TIME = "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
HEAD = ["v=0", "o=- 4711 2 IN IP4 127.0.0.1", "s=-", "t=0 0"]
TRANSPORT = [
    "c=IN IP4 0.0.0.0",
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuvwx",
    f"a=fingerprint:sha-256 {FINGERPRINT}",
    "a=setup:actpass",
    "a=rtcp-mux",
    "a=rtcp:9 IN IP4 0.0.0.0",
]
AUDIO = ["a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1"]
VIDEO = [
    "a=rtpmap:96 VP8/90000",
    "a=rtcp-fb:96 nack pli",
    "a=rtcp-fb:96 goog-remb",
    "a=rtpmap:97 rtx/90000",
    "a=fmtp:97 apt=96",
]

H264 = [
    "a=rtpmap:98 H264/90000",
    "a=fmtp:98 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f",
    "a=rtcp-fb:98 nack pli",
    "a=rtcp-fb:98 goog-remb",
    "a=rtpmap:99 rtx/90000",
    "a=fmtp:99 apt=98",
]


def section(mid: int, kind: str, direction: str, *extra: str) -> list[str]:
    """One media section with the transport of all."""
    formats, codecs = ("111", AUDIO) if kind == "audio" else ("96 97", VIDEO)
    first = f"m={kind} 9 UDP/TLS/RTP/SAVPF {formats}"
    return [first, *TRANSPORT, f"a=mid:{mid}", f"a={direction}", *codecs, *extra]


def with_h264(text: str, *, alone: bool = False) -> str:
    """The offer of a browser that speaks H.264 beside VP8, or alone."""
    vp8 = "\r\n".join(VIDEO)
    codecs = "\r\n".join(H264 if alone else VIDEO + H264)
    return text.replace(vp8, codecs).replace("SAVPF 96 97", "SAVPF 98 99" if alone else "SAVPF 96 97 98 99")


def ssrcs(first: int, *more: int) -> list[str]:
    group = [f"a=ssrc-group:FID {first} {more[0]}"] if more else []
    return [*group, *(f"a=ssrc:{ssrc} cname:c" for ssrc in (first, *more))]


def sections(slots: int = 6) -> list[list[str]]:
    """What the platform's own page offers."""
    sending = [
        section(0, "audio", "sendonly", EXTMAP, LEVEL, *ssrcs(1001)),
        section(1, "video", "sendonly", EXTMAP, *ssrcs(1002, 1003)),
        section(2, "video", "sendonly", EXTMAP, *ssrcs(1004, 1005)),
    ]
    audio = [section(3 + n, "audio", "recvonly") for n in range(slots)]
    video = [section(3 + slots + n, "video", "recvonly", SEND_TIME) for n in range(slots + 1)]
    return [*sending, *audio, *video]


def offer(parts: list[list[str]] | None = None, bundle: str | None = None) -> str:
    """The text of an offer; `bundle` replaces the group's members."""
    parts = sections() if parts is None else parts
    mids = " ".join(line[6:] for part in parts for line in part if line.startswith("a=mid:"))
    head = [*HEAD, f"a=group:BUNDLE {mids if bundle is None else bundle}"]
    return "\r\n".join([*head, *(line for part in parts for line in part)]) + "\r\n"
