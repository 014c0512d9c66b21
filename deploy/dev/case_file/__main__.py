"""Start the case file: `python -m deploy.dev.case_file`."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Thread

from deploy.dev.case_file.app import create_app, create_page
from deploy.dev.case_file.settings import CaseFileSettings
from deploy.dev.sources.serving import mutual_tls, server
from services.chassis.settings import SettingsError, load


def main() -> None:
    """Serve both sides until the process is ended.  Raises SettingsError."""
    settings = load(CaseFileSettings)
    folder = Path(settings.folder)
    page = server(create_page(folder), settings.page_port)
    Thread(target=page.serve_forever, daemon=True).start()
    server(create_app(folder), settings.listen_port, mutual_tls(folder)).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"case-file: {error}")
