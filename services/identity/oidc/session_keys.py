"""Names for what a provider may end: its session, or every session of a person, told as digests only."""

from __future__ import annotations

import hashlib
import json


def keys_of_login(issuer: str, subject: str, session: str) -> tuple[str, ...]:
    """What ends a session that began with this log-in.

    A session whose name at the provider is not known ends with any of the person's there.
    """
    own = _key("session", issuer, session) if session else _key("unnamed", issuer, subject)
    return _key("subject", issuer, subject), own


def keys_of_logout(issuer: str, subject: str, session: str) -> tuple[str, ...]:
    """What a log-out at the provider ends: one session where it names one, else all of the person."""
    if not session:
        return (_key("subject", issuer, subject),)
    named = _key("session", issuer, session)
    return (named, _key("unnamed", issuer, subject)) if subject else (named,)


def _key(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
