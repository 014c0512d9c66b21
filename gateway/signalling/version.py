"""The handshake: which version both sides speak, and which capabilities both have."""

from __future__ import annotations

from gateway.signalling.messages import Agreed, Hello
from services.contracts.errors import InvalidField, ProtocolMismatch

VERSIONS = (1,)
"""Spoken here.  A change that only adds is a capability; one that breaks is a version, spoken beside the
former one until no page of that can be open any more."""

CAPABILITIES = {
    "relay": "`GET …/relay` names TURN servers",
    "screen": "one shared screen in a section of its own; entries `screen`",
    "sound_only": "pictures pause on a weak line; entries `sound_only`",
    "detail": "`POST …/detail`, entries `detail`: a paper before the camera",
    "elsewhere": "offers name their page; entries `elsewhere`, error `ConnectedElsewhere`",
    "wait": "an offer may be answered with `Wait` while all lines are taken",
    "sending": "entries `sending`: whose microphone and camera give something",
    "speaker": "entries `speaker`: who of three or more speaks",
    "unseen": "entries `unseen`: whose pictures cannot be shown",
    "check": "`POST …/checks`: the device check on the real path",
}
"""What may be missing on either side, with what it means.  Names stay; what is in every version has none."""

_MOST = 100


def agree(hello: Hello) -> Agreed:
    """The newest version and every capability that both sides have; what only the page knows is left out.

    Errors: ProtocolMismatch(spoken) without a common version, InvalidField(too_long).
    """
    for name in ("versions", "capabilities"):
        if len(getattr(hello, name)) > _MOST:
            raise InvalidField(name, "too_long")
    common = set(VERSIONS).intersection(hello.versions)
    if not common:
        raise mismatch()
    both = tuple(name for name in CAPABILITIES if name in hello.capabilities)
    return Agreed(version=max(common), capabilities=both)


def require_spoken(version: int) -> None:
    """Errors: ProtocolMismatch(spoken)."""
    if version not in VERSIONS:
        raise mismatch()


def mismatch() -> ProtocolMismatch:
    return ProtocolMismatch(", ".join(map(str, VERSIONS)))
