"""How our own stand-ins for servers outside listen."""

from __future__ import annotations

import ssl
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler


class SilentHandler(WSGIRequestHandler):
    """Keeps connections, and writes nothing down."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


def mutual_tls(folder: Path) -> ssl.SSLContext:
    """Nobody gets in without a certificate of the authority whose files lie there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(folder / "authority.pem")
    context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
    return context
