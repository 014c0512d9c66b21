"""The log-in that this browser has begun, sealed under a cookie of its own."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from gateway.backends import runtime
from gateway.sessions import SealedStore, new_secret_id
from services.chassis.codec import from_wire, to_wire
from services.contracts.identity import Principal

_SECONDS = 600


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


def keep_principal(principal: Principal, back: str) -> None:
    """Keep who it is until the browser is on a page of this site."""
    _store().save(_secret_id(), {"principal": to_wire(principal), "next": back}, new=True)


def take_principal() -> tuple[Principal, str] | None:
    """Who has logged in and where he wanted to go, once."""
    found = _store().pop(_secret_id())
    return (
        (from_wire(Principal, found["principal"]), found["next"]) if found and "principal" in found else None
    )


def forget(response: Response) -> None:
    response.delete_cookie(_cookie(), secure=True, httponly=True, samesite="None", path="/")


def _secret_id() -> str:
    return request.cookies.get(_cookie(), "")


def _cookie() -> str:
    return runtime().settings.login_cookie_name


def _store() -> SealedStore:
    return SealedStore(runtime().redis, "login", _SECONDS)
