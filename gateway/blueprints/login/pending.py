"""The log-in that this browser has begun, sealed under a cookie of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from gateway.backends import runtime
from gateway.principals import Arrival
from gateway.sessions import SealedStore, new_secret_id
from services.chassis.codec import from_wire, to_wire
from services.contracts.identity import Principal

_SECONDS = 600


@dataclass(frozen=True)
class Answered:
    """A log-in that came back and was believed."""

    principal: Principal
    arrival: Arrival
    begun: dict[str, Any]
    """What was kept when it began."""


def begin(response: Response, content: dict[str, Any]) -> None:
    """Remember a log-in and give the browser its cookie; it comes back with cross-site posts too."""
    secret_id = new_secret_id()
    _store().save(secret_id, content, new=True)
    response.set_cookie(
        _cookie(), secret_id, max_age=_SECONDS, secure=True, httponly=True, samesite="None", path="/"
    )


def look() -> dict[str, Any] | None:
    """The log-in that was begun, left where it is."""
    return _store().load(_secret_id())


def take() -> dict[str, Any] | None:
    """The log-in that was begun, once; None if there is none or it has been answered already."""
    found = _store().pop(_secret_id())
    return found if found and "login_id" in found else None


def keep_answer(answered: Answered) -> None:
    """Keep who it is until the browser is on a page of this site."""
    kept = {
        "principal": to_wire(answered.principal),
        "proved": answered.arrival.proved,
        "proved_at": answered.arrival.proved_at.isoformat(),
        "begun": answered.begun,
    }
    _store().save(_secret_id(), kept, new=True)


def take_answer() -> Answered | None:
    """Who has logged in, how, and what for; once."""
    found = _store().pop(_secret_id())
    if not found or "principal" not in found:
        return None
    begun, proved_at = found["begun"], datetime.fromisoformat(found["proved_at"])
    arrival = Arrival(begun["provider"], found["proved"], proved_at)
    return Answered(from_wire(Principal, found["principal"]), arrival, begun)


def forget(response: Response) -> None:
    response.delete_cookie(_cookie(), secure=True, httponly=True, samesite="None", path="/")


def _secret_id() -> str:
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    return runtime().settings.login_cookie_name


def _store() -> SealedStore:
    return SealedStore(runtime().redis, "login", _SECONDS)
