"""Static files: built once with their content's hash in the name, so a browser keeps them for ever."""

from __future__ import annotations

import json
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Flask, request, send_from_directory
from flask.wrappers import Response

from gateway.access import anyone

BUILD = Path(__file__).parent / "static" / "build"
_MANIFEST = BUILD / "manifest.json"
_FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str:
    """The address of a built file: `asset("site.css")`.  Raises KeyError if it was never built."""
    return f"/static/{_manifest(_MANIFEST.stat().st_mtime_ns)[name]}"


@blueprint.get("/static/<path:name>")
@anyone
def static_file(name: str) -> Response:
    """Serve a built file, compressed if the browser takes it; in production nginx does the same."""
    compressed = "gzip" in request.headers.get("Accept-Encoding", "") and (BUILD / f"{name}.gz").is_file()
    response = send_from_directory(
        BUILD, f"{name}.gz" if compressed else name, mimetype=mimetypes.guess_type(name)[0]
    )
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = _FOREVER
    response.vary.add("Accept-Encoding")
    return response


@lru_cache(maxsize=1)
def _manifest(_written_at: int) -> dict[str, str]:
    """What the last build made; read again when it was built anew."""
    found: dict[str, str] = json.loads(_MANIFEST.read_text())
    return found
