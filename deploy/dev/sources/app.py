"""The registers' one address: `POST /v1/<register>/lookup` with a number, answered with a row or none."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, request

from deploy.dev.sources.registers import FIELDS, answer

SLOW_SECONDS = 20.0
MOST = 1024


def create_app(folder: Path) -> Flask:
    """`folder`: where the file `mode` is looked for at each request."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = MOST

    @app.post("/v1/<register>/lookup")
    def look_up(register: str) -> Any:
        mode = _mode(folder)
        if mode == "slow":
            threading.Event().wait(SLOW_SECONDS)
        if mode == "away":
            return {}, 503
        if mode == "broken":
            return '{"record": '
        return _answer(register, request.get_json(silent=True))

    return app


def _answer(register: str, question: Any) -> Any:
    if register not in FIELDS:
        return {}, 404
    number = question.get(FIELDS[register]) if isinstance(question, dict) else None
    if not isinstance(number, str):
        return {}, 400
    return answer(register, number, datetime.now(UTC))


def _mode(folder: Path) -> str:
    file = folder / "mode"
    return file.read_text().strip() if file.exists() else ""
