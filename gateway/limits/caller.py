"""Who is counted: a person where one is known, else the network address.

Redis and logs never see either: a subject is a keyed hash with another key every day, so what is counted
today says nothing about yesterday.  At midnight (UTC) every count begins anew.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from ipaddress import IPv6Network, ip_address

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import session

from gateway.backends import runtime
from gateway.client_address import UNKNOWN, client_address
from gateway.principals import person, staff

_PROVED = "proved_address"
_LINE_BITS = 64
"""One line gets so many bits of an IPv6 address to itself, and may change the rest at will."""
_HASH_BYTES = 16


@dataclass(frozen=True)
class Known:
    """A person: logged in, or the owner of a proved e-mail address."""

    who: str
    logged_in: bool = True
    is_staff: bool = False


def known() -> Known | None:
    """Whom this browser's session knows."""
    if (member := staff()) is not None:
        return Known(f"staff {member.subject_id}", is_staff=True)
    if (who := person()) is not None:
        return Known(f"citizen {who.subject_id}")
    address = session.get(_PROVED)
    return Known(f"address {address}", logged_in=False) if address else None


def remember_proved(address: str) -> None:
    """This session has proved an e-mail address: that excuses it from work."""
    session[_PROVED] = address


def network() -> str:
    """The network that this request comes from, as it is counted."""
    return f"network {line_of(client_address())}"


def line_of(address: str) -> str:
    """An IPv4 address as it is, the /64 of an IPv6 one."""
    if address == UNKNOWN or ip_address(address).version == 4:
        return address
    return str(IPv6Network((address, _LINE_BITS), strict=False))


def hashed(who: str) -> str:
    """Thirty-two hexadecimal digits for whoever is counted, others on another day."""
    form_key = runtime().settings.form_key.reveal().encode()
    return hash_of(_key_of(form_key, datetime.now(UTC).date()), who)


def hash_of(key: bytes, who: str) -> str:
    return hmac.new(key, who.encode(), hashlib.sha256).digest()[:_HASH_BYTES].hex()


@lru_cache(maxsize=4)
def _key_of(form_key: bytes, day: date) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"gateway limits {day.isoformat()}".encode()).derive(form_key)
