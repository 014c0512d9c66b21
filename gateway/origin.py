"""Whence a request comes, as the audit trail keeps it: by which door, and a hash of the network address.

The hash tells that two things came from one place on one day.  Its key is another one every day, so
nobody can be followed from day to day, and without the key no address can be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, date, datetime

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import request

from gateway.backends import runtime
from gateway.client_address import UNKNOWN, client_address
from services.contracts.media import AGENT

_CHANNELS = {
    "api": "api",
    "console": "console",
    "account": "account",
    "login": "account",
    "space": "space",
    "spaces": "space",
    "appointment": "link",
    "l": "link",
    "rooms": "link",
}
"""By the first part of a path, of the files' entry by the second; all else are the public pages."""
_PUBLIC = "page"
_HASH_BYTES = 8


def origin() -> str:
    """`<channel>`, with `:<16 hexadecimal digits>` where the network address is known."""
    door, address = _door(), client_address()
    if address == UNKNOWN:
        return door
    key = runtime().settings.form_key.reveal().encode()
    return f"{door}:{address_hash(key, address, datetime.now(UTC).date())}"


def _door() -> str:
    """An agent in a room says so in each address, see `blueprints/room/seat.py`."""
    first = request.path.lstrip("/").removeprefix("files/").partition("/")[0]
    return "console" if request.args.get("as") == AGENT else _CHANNELS.get(first, _PUBLIC)


def address_hash(key: bytes, address: str, day: date) -> str:
    """Sixteen hexadecimal digits; another day (UTC, by the real clock) gives others."""
    of_the_day = HKDF(SHA256(), 32, salt=None, info=f"gateway origin {day.isoformat()}".encode()).derive(key)
    return hmac.new(of_the_day, address.encode(), hashlib.sha256).digest()[:_HASH_BYTES].hex()
