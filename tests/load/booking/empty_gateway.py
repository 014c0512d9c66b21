"""The gateway with one route more, `/empty`: two requests that do nothing.  For gunicorn."""

from __future__ import annotations

from flask import Flask

from gateway.access import anyone
from gateway.backends import ask
from gateway.wsgi import application
from tests.load.booking.empty import DoNothing


def extended() -> Flask:
    app = application("pages")

    @app.get("/empty")
    @anyone
    def empty() -> str:
        ask(DoNothing())
        ask(DoNothing())
        return ""

    return app
