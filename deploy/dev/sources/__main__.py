"""Start the sources: `python -m deploy.dev.sources`."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.dev.ports import HOST
from deploy.dev.sources.app import create_app
from deploy.dev.sources.settings import SourcesSettings
from services.chassis.settings import SettingsError, load


class _Handler(WSGIRequestHandler):
    """Keeps connections, and writes nothing down."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


def main() -> None:
    """Serve until the process is ended.  Raises SettingsError."""
    settings = load(SourcesSettings)
    folder = Path(settings.folder)
    make_server(
        HOST,
        settings.listen_port,
        create_app(folder),
        threaded=True,
        request_handler=_Handler,
        ssl_context=_mutual_tls(folder),
    ).serve_forever()


def _mutual_tls(folder: Path) -> ssl.SSLContext:
    """Nobody gets in without a certificate of our authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(folder / "authority.pem")
    context.load_cert_chain(folder / "server.pem", folder / "server-key.pem")
    return context


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"sources: {error}")
