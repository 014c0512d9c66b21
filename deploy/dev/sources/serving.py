"""How our own stand-ins for servers outside listen."""

from __future__ import annotations

import ssl
from pathlib import Path

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from deploy.dev.ports import HOST


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


def server(app: Flask, port: int, trust: ssl.SSLContext | None = None) -> BaseWSGIServer:
    """On this machine alone, several requests at a time; `trust` as of `mutual_tls`."""
    return make_server(HOST, port, app, threaded=True, request_handler=SilentHandler, ssl_context=trust)
