"""Both sides of the case file: where documents arrive, and the page on which one sees them."""

from __future__ import annotations

import json
import socket
import time
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string, request, send_file

from deploy.dev.case_file.shelf import Arrived, Mismatch, Shelf

WAITS_SECONDS = 40.0
"""Longer than the platform waits for a receipt."""
LOOKS_SECONDS = 0.05
MOST_BYTES = 32 * 1024 * 1024
_PAGE = Path(__file__).with_name("page.html")


def create_app(folder: Path) -> Flask:
    """Where documents arrive; `folder`: where the file `mode` is looked for at each request."""
    app, shelf = Flask(__name__), Shelf(folder / "arrived")
    app.config.update(MAX_CONTENT_LENGTH=MOST_BYTES)

    @app.put("/v1/documents/<document_id>")
    def put(document_id: str) -> Any:
        mode = _mode(folder)
        if mode == "slow":
            _wait(folder, mode)
        if mode in ("away", "refusing"):
            return {}, 503 if mode == "away" else 422
        answer = _kept(shelf, document_id)
        if mode == "late":
            _wait(folder, mode)
        if mode == "lost":
            request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        return '{"receipt": ' if mode == "broken" else answer

    return app


def create_page(folder: Path) -> Flask:
    """The list of what arrived, for people and (`/documents`) for programs, and each one's bytes."""
    app, shelf = Flask(__name__), Shelf(folder / "arrived")

    @app.get("/")
    def page() -> str:
        return render_template_string(_PAGE.read_text(), arrived=shelf.all())

    @app.get("/documents")
    def listed() -> list[Arrived]:
        return shelf.all()

    @app.get("/documents/<document_id>")
    def content(document_id: str) -> Any:
        if shelf.find(document_id) is None:
            return {}, 404
        return send_file(shelf.content(document_id), mimetype="application/octet-stream", as_attachment=True)

    return app


def _kept(shelf: Shelf, document_id: str) -> Any:
    """Nothing of a body that is not whole or says another digest."""
    sent = request.files.get("document")
    try:
        handover = json.loads(request.form["handover"])
        if sent is None or handover["document_id"] != document_id:
            return {}, 400
        is_new = shelf.find(document_id) is None
        arrived = shelf.keep(document_id, sent.stream, request.form["sha256"], handover)
    except (KeyError, TypeError, ValueError):
        return {}, 400
    except Mismatch:
        return {}, 422
    told = {"document_id": document_id, "receipt": arrived.receipt, "sha256": arrived.sha256}
    return told, 201 if is_new else 200


def _wait(folder: Path, mode: str) -> None:
    """As long as it is to behave so."""
    until = time.monotonic() + WAITS_SECONDS
    while _mode(folder) == mode and time.monotonic() < until:
        time.sleep(LOOKS_SECONDS)


def _mode(folder: Path) -> str:
    file = folder / "mode"
    return file.read_text().strip() if file.exists() else ""
