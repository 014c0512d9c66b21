"""The sandbox as one application: three providers on one origin, each below its code."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request

from deploy.dev.sandbox import words
from deploy.dev.sandbox.openid import pages as openid_pages
from deploy.dev.sandbox.saml import pages as saml_pages
from deploy.dev.sandbox.saml.providers import providers
from deploy.dev.sandbox.settings import SandboxSettings
from services.contracts.errors import LoginRefused


def create_app(settings: SandboxSettings) -> Flask:
    """Raises OSError or ValueError where the keys are not there."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(32)
    keys, public_url = Path(settings.keys_folder), settings.public_url.rstrip("/")
    for provider in providers(keys, settings.origin, public_url).values():
        app.register_blueprint(saml_pages.pages(provider))
    staff = openid_pages.StaffProvider(app, keys, settings.origin, public_url)
    app.register_blueprint(openid_pages.pages(staff))
    _add_frame(app, settings.origin, public_url)
    return app


def _add_frame(app: Flask, origin: str, public_url: str) -> None:
    policy = (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; "
        f"frame-ancestors 'none'; form-action 'self' {public_url}"
    )

    @app.before_request
    def refuse_strangers() -> Any:
        """A choice comes from our own page; questions and what the platform's server asks do not."""
        is_choice = request.endpoint and request.endpoint.endswith((".answer", ".choose", ".sign_out"))
        if request.method == "POST" and is_choice and request.headers.get("Origin", origin) != origin:
            return _refused("cross_site")
        return None

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "strict-origin")
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.context_processor
    def speak() -> dict[str, Any]:
        language = words.language()
        return {
            "say": words.WORDS[language],
            "language": language,
            "languages": _languages(),
            "home": public_url,
        }

    @app.errorhandler(LoginRefused)
    def refuse(error: LoginRefused) -> Any:
        return _refused(error.details["reason"])

    @app.get("/")
    def home_page() -> str:
        return render_template("home.html")

    @app.get("/health")
    def health() -> str:
        return "ok"


def _refused(reason: str) -> tuple[str, int]:
    """No way back is offered: an answer goes only to where a believed question has said."""
    return render_template("refused.html", reason=reason), 400


def _languages() -> list[tuple[str, str, str]]:
    """Code, name and address of this page in each language; a page that a form led to has no such address."""
    if request.method != "GET":
        return []
    others = request.args.to_dict()
    return [(code, name, f"?{urlencode(others | {'lang': code})}") for code, name in words.NAMES.items()]
