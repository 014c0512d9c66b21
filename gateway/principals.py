"""Who has logged in, as the session keeps it; a citizen and a staff member may share a browser."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import session

from gateway.ended_logins import LOGINS, noted
from services.contracts.identity import Principal


@dataclass(frozen=True)
class LoggedIn:
    """The part of a principal that pages need; `identity` keeps the rest."""

    subject_id: str
    name: str
    method: str
    level: str
    roles: tuple[str, ...]
    first_name: str
    last_name: str
    national_number: str
    birth_date: date | None


def citizen() -> LoggedIn | None:
    """The citizen who has logged in with this browser."""
    return _read("citizen")


def staff() -> LoggedIn | None:
    """The staff member who has logged in with this browser."""
    return _read("staff")


def remember(principal: Principal) -> None:
    """Keep who has logged in; the session's id changes, whoever knew the old one is out."""
    kept = asdict(
        LoggedIn(
            subject_id=principal.subject_id,
            name=principal.name,
            method=principal.method,
            level=principal.level,
            roles=principal.roles,
            first_name=principal.first_name,
            last_name=principal.last_name,
            national_number=principal.national_number,
            birth_date=principal.birth_date,
        )
    )
    kept["birth_date"] = principal.birth_date.isoformat() if principal.birth_date else ""
    session[principal.audience] = kept
    _note_login(principal)
    session.pop("csrf_token", None)
    session.renew()  # type: ignore[attr-defined]


def _note_login(principal: Principal) -> None:
    """Keep what may end this log-in from afar, in place of what might have ended the one before."""
    others = {name: login for name, login in session.get(LOGINS, {}).items() if name != principal.audience}
    own = noted(principal)
    session[LOGINS] = others | ({principal.audience: own} if own else {})


def _read(audience: str) -> LoggedIn | None:
    kept: dict[str, Any] | None = session.get(audience)
    if kept is None:
        return None
    born = date.fromisoformat(kept["birth_date"]) if kept["birth_date"] else None
    return LoggedIn(**{**kept, "roles": tuple(kept["roles"]), "birth_date": born})
