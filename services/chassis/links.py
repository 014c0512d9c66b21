"""Personal links: who a mail was for, proved by a keyed hash and never stored.

The token is `HMAC(key, appointment, recipient, generation)` behind what it
covers, so the same in every mail, and revoked by raising the generation.  It
holds ids and a role (`citizen`, `guest-1-2`), nothing about a person.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

from services.contracts.errors import NotFound

_PURPOSE = b"personal link v1"
_MAC_BYTES = 16
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says; whoever holds it still has to ask the owner whether `generation` is current."""

    appointment_id: str
    recipient: str
    """A role within the appointment, never a name or an address."""
    generation: int


def mint(key: bytes, appointment_id: str, recipient: str, generation: int) -> str:
    """The token for a URL; the same arguments give the same token."""
    if _SEPARATOR in appointment_id + recipient:
        raise ValueError("a line break in an identifier")
    body = _SEPARATOR.join((appointment_id, recipient, str(generation))).encode()
    return _encode(_mac(key, body) + body)


def verify(key: bytes, token: str, generation: int | None = None) -> Link:
    """What a genuine token says; with `generation`, also that it is the current one.

    Raises NotFound("link") for everything else; nothing tells a forged from a revoked one.
    """
    raw = _decode(token)
    mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, body)):
        raise NotFound("link")
    appointment_id, recipient, minted = body.decode().split(_SEPARATOR)
    if generation is not None and int(minted) != generation:
        raise NotFound("link")
    return Link(appointment_id, recipient, int(minted))


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, _PURPOSE + b"\0" + body, hashlib.sha256)[:_MAC_BYTES]


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    if len(token) > 512:
        raise NotFound("link")
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise NotFound("link") from None
    if _encode(raw) != token:  # the last character may have bits that say nothing: one link, one text
        raise NotFound("link")
    return raw
