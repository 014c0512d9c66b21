"""What every response says to the browser, and which unsafe requests are let in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, request
from flask.wrappers import Response
from flask_wtf.csrf import CSRFError, CSRFProtect

from gateway.backends import runtime

csrf = CSRFProtect()
"""`csrf.exempt(blueprint)` only for what is not called with a cookie: the service API."""

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)


def policy_for_form_to(url: str) -> str:
    """The policy of a page whose one form is posted to that address: to its origin, and nowhere else."""
    address = urlsplit(url)
    target = f"{address.scheme}://{address.netloc}"
    if not _ORIGIN.fullmatch(target):
        raise ValueError("no origin that a policy could name")
    return CONTENT_SECURITY_POLICY.replace("form-action 'self'", f"form-action {target}")


HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), "
    "geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Given to every response that does not say otherwise itself."""

_HSTS = "max-age=63072000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Tokens on every form (the session's own, no time limit), own-origin requests only, headers."""
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_HEADERS=["X-CSRF-Token"])
    app.before_request(_refuse_cross_site)
    csrf.init_app(app)
    app.after_request(_add_headers)


def _refuse_cross_site() -> None:
    if request.method in _SAFE_METHODS or _exempt():
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        raise CSRFError("cross-site request")
    if site is None and origin is not None and urlsplit(origin) != urlsplit(runtime().settings.origin):
        raise CSRFError("foreign origin")


def cross_site(view: ViewT) -> ViewT:
    """Let a view be posted to from elsewhere, without a token: the answer of a log-in provider."""
    view.cross_site = True  # type: ignore[attr-defined]
    return csrf.exempt(view)  # type: ignore[no-any-return]


def _exempt() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "cross_site", False)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if runtime().settings.environment in ("staging", "production"):
        response.headers["Strict-Transport-Security"] = _HSTS
    return response
