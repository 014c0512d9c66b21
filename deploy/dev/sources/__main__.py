"""Start the sources: `python -m deploy.dev.sources`."""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.dev.sources.app import create_app
from deploy.dev.sources.serving import mutual_tls, server
from deploy.dev.sources.settings import SourcesSettings
from services.chassis.settings import SettingsError, load


def main() -> None:
    """Serve until the process is ended.  Raises SettingsError."""
    settings = load(SourcesSettings)
    folder = Path(settings.folder)
    server(create_app(folder), settings.listen_port, mutual_tls(folder)).serve_forever()


if __name__ == "__main__":
    try:
        main()
    except SettingsError as error:
        sys.exit(f"sources: {error}")
