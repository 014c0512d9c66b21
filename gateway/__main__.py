"""`python -m gateway pages|events|files|inspector`: check the settings, then become what is asked for."""

from __future__ import annotations

import argparse
import os
import sys

from gateway.blueprints import ENTRIES
from gateway.receiving import MOST_AT_ONCE
from gateway.settings import SETTINGS, GatewaySettings, InspectorSettings
from services.chassis.settings import SettingsError, load

_INSPECTOR = "inspector"
OPEN_STREAMS = 4_000
"""Connections that one events process keeps: twice what it is measured with (`make bench-sfu`)."""
_ALLOCATOR = {"MALLOC_ARENA_MAX": "2"}
"""glibc keeps what threads have freed in an arena for each, for ever (mallopt(3))."""


def main() -> None:
    """The process becomes gunicorn or the inspector, or ends with a line about its settings."""
    parser = argparse.ArgumentParser(prog="gateway", description=__doc__)
    parser.add_argument("entry", choices=[*sorted(ENTRIES), _INSPECTOR])
    entry = parser.parse_args().entry
    try:
        if entry == _INSPECTOR:
            _inspect(load(InspectorSettings))
            return
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
    os.execve(sys.executable, command, os.environ | _ALLOCATOR)  # noqa: S606 - an argument list, no shell


def _inspect(settings: InspectorSettings) -> None:
    """Here its libraries are read, which no other process needs."""
    from gateway.inspection import process

    process.main(settings)


def _options(entry: str, settings: GatewaySettings) -> list[str]:
    """One worker process: threads or greenlets wait for the bus, replicas bring the scale."""
    streams = ["--worker-class", "gevent", f"--worker-connections={OPEN_STREAMS}"]
    threads = settings.threads + (MOST_AT_ONCE if entry == "files" else 0)
    requests = ["--worker-class", "gthread", "--threads", str(threads)]
    return [
        *(streams if entry == "events" else requests),
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
