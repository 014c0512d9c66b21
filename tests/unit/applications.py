"""The gateway's entries, each made once: routes and templates are compiled then, not for every test."""

from __future__ import annotations

from flask import Flask

from gateway.app import create_app, sessions_over
from gateway.backends import Runtime
from gateway.blueprints.api.tokens import KnownTokens

_MADE: dict[tuple[str, str, str], Flask] = {}


def application(entry: str, runtime: Runtime) -> Flask:
    """The application of this entry over this runtime, knowing nothing of the test before."""
    settings = runtime.settings
    key = (entry, settings.environment, settings.form_key.reveal())
    if key not in _MADE:
        _MADE[key] = create_app(entry, runtime)
    app = _MADE[key]
    app.extensions["runtime"] = runtime
    app.extensions["known_tokens"] = KnownTokens()
    app.session_interface = sessions_over(runtime, entry)
    return app
