"""`python -m gateway pages|events|files`: check the settings, then become gunicorn."""

from __future__ import annotations

import argparse
import os
import sys

from gateway.blueprints import ENTRIES
from gateway.settings import SETTINGS, GatewaySettings
from services.chassis.settings import SettingsError, load


def main() -> None:
    parser = argparse.ArgumentParser(prog="gateway", description=__doc__)
    parser.add_argument("entry", choices=sorted(ENTRIES))
    entry = parser.parse_args().entry
    try:
        settings = load(SETTINGS[entry])
    except SettingsError as fault:
        sys.exit(f"gateway: {fault}")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        *_options(entry, settings),
        f"gateway.wsgi:application('{entry}')",
    ]
    os.execv(sys.executable, command)  # noqa: S606 - an argument list, no shell


def _options(entry: str, settings: GatewaySettings) -> list[str]:
    """One worker process: threads or greenlets wait for the bus, replicas bring the scale."""
    kind = ["--worker-class", "gevent"] if entry == "events" else ["--worker-class", "gthread"]
    threads = [] if entry == "events" else ["--threads", str(settings.threads)]
    return [
        *kind,
        *threads,
        "--workers=1",
        f"--bind={settings.listen_host}:{settings.listen_port}",
        "--no-control-socket",
        "--graceful-timeout=10",
        "--keep-alive=30",
        "--log-level=warning",
        "--logger-class=gateway.server_log.ServerLog",
        f"--name=gateway-{entry}",
        "--worker-tmp-dir=/dev/shm",
    ]


if __name__ == "__main__":
    main()
