"""What an entry of a machine client may say.  All raise InvalidField(field, rule)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from services.contracts.errors import InvalidField
from services.contracts.identity import SCOPES
from services.contracts.machines import METHODS
from services.identity.domain.machine import Profile, is_digest

LONGEST_OVERLAP = timedelta(days=90)
_STAFF_ID = re.compile(r"[\w.@-]{1,128}", re.ASCII)
_CLIENT_ID = re.compile(r"[a-z0-9-]{3,40}")
_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 254


def check_client_id(client_id: str) -> None:
    if not _CLIENT_ID.fullmatch(client_id):
        raise InvalidField("client_id", "format" if client_id else "missing")


def check_staff(staff_id: str) -> None:
    if not _STAFF_ID.fullmatch(staff_id):
        raise InvalidField("staff_id", "format" if staff_id else "missing")


def check_method(auth_method: str) -> None:
    if auth_method not in METHODS:
        raise InvalidField("auth_method", "choice")


def checked_profile(name: str, contact: str, scopes: tuple[str, ...], is_enabled: bool) -> Profile:
    """The profile, its scopes in the order of the contract."""
    _check_text("name", name, _LONGEST_NAME)
    _check_text("contact", contact, _LONGEST_ADDRESS)
    if not _ADDRESS.fullmatch(contact):
        raise InvalidField("contact", "format")
    if not scopes:
        raise InvalidField("scopes", "missing")
    if not set(scopes) <= set(SCOPES):
        raise InvalidField("scopes", "choice")
    return Profile(name, contact, tuple(scope for scope in SCOPES if scope in scopes), is_enabled)


def check_digest(field: str, digest: str) -> None:
    if not is_digest(digest):
        raise InvalidField(field, "format" if digest else "missing")


def check_overlap(old_until: datetime, now: datetime) -> datetime:
    """Until when the keys before are valid; what is a moment past counts as now."""
    if not now - timedelta(minutes=5) <= old_until <= now + LONGEST_OVERLAP + timedelta(minutes=5):
        raise InvalidField("old_until", "range")
    return max(old_until, now)


def _check_text(field: str, text: str, longest: int) -> None:
    if not text.strip():
        raise InvalidField(field, "missing")
    if len(text) > longest:
        raise InvalidField(field, "too_long")
    if not text.isprintable():
        raise InvalidField(field, "format")
