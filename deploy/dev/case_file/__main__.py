"""Start the case file: `python -m deploy.dev.case_file`."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread

from werkzeug.serving import make_server

from deploy.dev.case_file.app import create_app, create_page
from deploy.dev.case_file.settings import CaseFileSettings
from deploy.dev.ports import HOST
from deploy.dev.sources.serving import SilentHandler, mutual_tls
from services.chassis.settings import SettingsError, load


def main() -> None:
    """Serve both sides until the process is ended.  Raises SettingsError."""
    settings = load(CaseFileSettings)
    folder = Path(settings.folder)
    page = make_server(
        HOST, settings.page_port, create_page(folder), threaded=True, request_handler=SilentHandler
    )
    Thread(target=page.serve_forever, daemon=True).start()
    make_server(
        HOST,
        settings.listen_port,
        create_app(folder),
        threaded=True,
        request_handler=SilentHandler,
        ssl_context=mutual_tls(folder),
    ).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"case-file: {error}")
