"""How much of a request's body gunicorn takes from its connection at once."""

from __future__ import annotations

from gunicorn.http.unreader import SocketUnreader

STEP_BYTES = 64 * 1024


def in_steps() -> None:
    """As much as is asked for, in such steps; call it once, before the first request.

    By itself gunicorn takes up to a megabyte ahead, and copies what is left of that each time some of it is
    read: half of all that an upload cost, and most of the memory that it held.
    """
    SocketUnreader.max_body_chunk = STEP_BYTES
