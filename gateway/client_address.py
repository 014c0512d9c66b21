"""From which network address a request comes, seen past the proxies that are ours.

Each proxy writes down, at the end of `X-Forwarded-For`, who has called it (RFC 7239 says so of its
successor).  With `PROXIES` of ours in a row, what the outermost of them saw is that far from the end; what
stands left of it the caller may have made up.  Only those proxies reach this process: on Kubernetes by its
network policy, in development because it listens on the machine itself.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address

from flask import request

from gateway.backends import runtime

UNKNOWN = "unknown"
"""Where nothing is known: all such requests count as one caller."""


def client_address() -> str:
    """The caller's IPv4 or IPv6 address, always in the same notation."""
    forwarded = [part for line in request.headers.getlist("X-Forwarded-For") for part in line.split(",")]
    return _seen(forwarded, runtime().settings.proxies) or _plain(request.remote_addr or "") or UNKNOWN


def _seen(forwarded: list[str], proxies: int) -> str:
    """What the outermost of our proxies saw; empty where the request did not come through all of them."""
    return _plain(forwarded[-proxies]) if 0 < proxies <= len(forwarded) else ""


def _plain(text: str) -> str:
    """One notation for each address, an IPv4 address written as IPv6 included; empty for anything else."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(inner or address)
