"""Who has logged in, as the session keeps it; a citizen and a staff member may share a browser."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import request, session

from gateway.backends import now
from gateway.device import device_of
from gateway.ended_logins import KEYS, LOGINS, ended_logins, keys_of, of_person, of_session
from services.chassis.ids import new_id
from services.contracts.credentials import PROOF_SECONDS
from services.contracts.identity import Principal

_PROOF = "proof"


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
    credential_id: str = ""
    is_registered: bool = False
    kind: str = ""
    company_id: str = ""
    company_name: str = ""
    number: str = ""
    gone_at: str = ""
    """ISO-8601, of somebody who leaves: he is erased then."""


@dataclass(frozen=True)
class Arrival:
    """How somebody has come in, beside who it is."""

    provider: str
    """Code of the provider that he has chosen."""
    proved: float
    """An instant before the provider was believed, by the clock of `gateway/ended_logins.py`."""
    proved_at: datetime
    """The same by the platform's clock."""


def citizen() -> LoggedIn | None:
    """The citizen who has logged in with this browser; nothing is open to one who leaves."""
    who = person()
    return None if who is None or who.gone_at else who


def leaver() -> LoggedIn | None:
    """Who has logged in here and has asked to be erased: he may stay after all, or have his data told."""
    who = person()
    return who if who is not None and who.gone_at else None


def person() -> LoggedIn | None:
    """Who has logged in here, whether he leaves or not."""
    return _read("citizen")


def staff() -> LoggedIn | None:
    """The staff member who has logged in with this browser."""
    return _read("staff")


def remember(principal: Principal, arrival: Arrival) -> None:
    """Keep who has logged in; the session's id changes, whoever knew the old one is out."""
    _clear_of_another(principal)
    names = LoggedIn.__dataclass_fields__
    kept = asdict(LoggedIn(**{name: getattr(principal, name) for name in names}))
    kept["birth_date"] = principal.birth_date.isoformat() if principal.birth_date else ""
    kept["gone_at"] = principal.gone_at.isoformat() if principal.gone_at else ""
    session[principal.audience] = kept
    session[LOGINS] = session.get(LOGINS, {}) | {principal.audience: _login(principal, arrival)}
    if principal.audience == "citizen":
        keep_proof(principal, arrival)
    renew(begins_anew=True)


def keep_proof(principal: Principal, arrival: Arrival) -> None:
    """Keep what shows that this citizen has just proved who he is."""
    session[_PROOF] = {"text": principal.proof, "proved_at": arrival.proved_at.isoformat()}


def fresh_proof() -> str:
    """The proof of a log-in in the last few minutes; empty where there is none."""
    kept = session.get(_PROOF)
    if not kept or person() is None:
        return ""
    age = now() - datetime.fromisoformat(kept["proved_at"])
    return str(kept["text"]) if age < timedelta(seconds=PROOF_SECONDS) else ""


def drop_proof() -> None:
    """`identity` does not take it any more."""
    session.pop(_PROOF, None)


def remember_registered(national_number: str) -> None:
    """The credential that the citizen has logged in with is registered now: a change of level."""
    session["citizen"] = session["citizen"] | {"is_registered": True, "national_number": national_number}
    renew()


def remember_departure(gone_at: datetime | None) -> None:
    """He leaves, or stays after all: a change of level."""
    session["citizen"] = session["citizen"] | {"gone_at": gone_at.isoformat() if gone_at else ""}
    renew()


def provider_of(audience: str) -> str:
    """Code of the provider by which somebody has logged in; empty where nobody has."""
    return str(session.get(LOGINS, {}).get(audience, {}).get("provider", ""))


def login_keys(audience: str) -> dict[str, Any]:
    """What may end the log-in of this session, for what goes on at a provider in its name."""
    return {KEYS: session[LOGINS][audience][KEYS]}


def log_out() -> None:
    """Forget everything of this session; what follows in it has another id.

    It is noted as well: what was begun in the session and is still away at a provider ends with it.
    """
    logins = session.get(LOGINS, {}).values()
    if logins:
        ended_logins().end_now(*(of_session(login["handle"]) for login in logins))
    session.clear()
    session.renew(begins_anew=True)  # type: ignore[attr-defined]


def renew(*, begins_anew: bool = False) -> None:
    """Another id for the session, and other tokens for its forms."""
    session.pop("csrf_token", None)
    session.renew(begins_anew=begins_anew)  # type: ignore[attr-defined]


def _clear_of_another(principal: Principal) -> None:
    """Somebody else's log-in in the same browser finds nothing of what the one before has left here.

    A citizen and a staff member may share it: of the other audience the log-in stays.
    """
    before, logins = session.get(principal.audience), session.get(LOGINS, {})
    if before is None or before["subject_id"] == principal.subject_id:
        return
    kept = {other: session[other] for other in logins if other != principal.audience}
    session.clear()
    session.update(kept | {LOGINS: {other: logins[other] for other in kept}})


def _login(principal: Principal, arrival: Arrival) -> dict[str, Any]:
    """What the session keeps of a log-in: what may end it from afar, and what its owner's list says of it.

    It takes the place of the log-in before, which is the same session for its owner if he is the same.
    """
    before = session.get(LOGINS, {}).get(principal.audience, {})
    owner = of_person(principal.audience, principal.subject_id)
    same = before if before.get("owner") == owner else {}
    handle, device = same.get("handle") or new_id(), device_of(request.user_agent.string)
    return {
        "handle": handle,
        KEYS: keys_of(principal, handle, arrival.proved),
        "owner": owner,
        "day": datetime.now(UTC).date().isoformat(),
        "begun_at": same.get("begun_at") or time.time(),
        "provider": arrival.provider,
        "method": principal.method,
        "level": principal.level,
        "browser": device.browser,
        "system": device.system,
    }


def _read(audience: str) -> LoggedIn | None:
    kept: dict[str, Any] | None = session.get(audience)
    if kept is None:
        return None
    born = date.fromisoformat(kept["birth_date"]) if kept["birth_date"] else None
    return LoggedIn(**{**kept, "roles": tuple(kept["roles"]), "birth_date": born})
