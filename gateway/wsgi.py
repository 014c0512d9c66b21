"""What gunicorn loads in its worker: `gateway.wsgi:application("pages")`."""

from __future__ import annotations

from flask import Flask

from gateway import receiving
from gateway.app import create_app, make_runtime
from gateway.backends import Runtime
from gateway.settings import SETTINGS, FilesSettings, GatewaySettings
from services.chassis import logs, operations
from services.chassis.collector import spare_what_is_there
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load


def application(entry: str) -> Flask:
    """Read the settings, begin to log, open the operations port, build the application."""
    settings = load(SETTINGS[entry])
    logs.configure(f"gateway-{entry}", settings.log_level)
    runtime = make_runtime(settings)
    app = create_app(entry, runtime)
    if entry == "files":
        receiving.in_steps()
        _find_out(app, settings)
    operations.serve(settings.metrics_port, _health(runtime), settings.metrics_host)
    spare_what_is_there()
    return app


def _find_out(app: Flask, settings: GatewaySettings) -> None:
    """What became of documents on their way to the case file, where there is one."""
    from gateway.blueprints.files.case_file import settling  # which no other entry needs

    if isinstance(settings, FilesSettings) and settings.case_file_url:
        settling(app).start()


def _health(runtime: Runtime) -> operations.Health:
    health = operations.Health()
    assert isinstance(runtime.bus, RpcClient)
    bus = runtime.bus
    health.add("bus", lambda: bus.connected)
    health.add_vital("replies", lambda: bus.runs)
    health.add("sessions", lambda: bool(runtime.redis.ping()))
    return health
