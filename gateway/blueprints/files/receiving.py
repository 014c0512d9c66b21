"""How much of a document gunicorn takes from its connection at once."""

from __future__ import annotations

from gunicorn.http.unreader import SocketUnreader

from gateway.blueprints.files.multipart import CHUNK_BYTES


def in_steps() -> None:
    """As much as is asked for; call it once, before the first request.

    By itself gunicorn takes up to a megabyte ahead, and copies what is left of that each time some of it is
    read: half of all that an upload cost, and most of the memory that it held.
    """
    SocketUnreader.max_body_chunk = CHUNK_BYTES
