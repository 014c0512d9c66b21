"""Start the sandbox: `python -m deploy.dev.sandbox`."""

from __future__ import annotations

import sys

from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.dev.ports import HOST
from deploy.dev.sandbox.app import create_app
from deploy.dev.sandbox.settings import SandboxSettings
from services.chassis.settings import SettingsError, load


class _Handler(WSGIRequestHandler):
    """Keeps connections, and writes no addresses down: they hold codes."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def main() -> None:
    """Serve until the process is ended.  Raises SettingsError."""
    settings = load(SandboxSettings)
    app = create_app(settings)
    make_server(HOST, settings.listen_port, app, threaded=True, request_handler=_Handler).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"sandbox: {error}")
