"""Start a service: import this before anything else in `__main__.py`, it makes sockets and threads green."""

# ruff: noqa: E402 - everything below must see the patched standard library
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
import eventlet

eventlet.monkey_patch()

import faulthandler
import logging
import os
import signal
import sys
import threading
from typing import Any

from nameko import config
from nameko.containers import ServiceContainer

from services.chassis import logs, operations
from services.chassis.amqp import EventPublisher
from services.chassis.bus.application import Platform
from services.chassis.clock import make_clock
from services.chassis.collector import spare_what_is_there
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import BusSettings, SettingsError, load

_log = logging.getLogger(__name__)


def run(service_class: type[Any], settings_class: type[BusSettings]) -> None:
    """Run one service until SIGTERM or SIGINT.

    Ends the process with status 0; 1 where it does not stop within `bus_stop_seconds`, or for bad settings.
    """
    try:
        settings = load(settings_class)
        platform = _platform(service_class.name, settings)
        _serve(service_class, settings, platform)
    except SettingsError as error:
        sys.exit(f"{service_class.name}: {error}")


def _platform(name: str, settings: BusSettings) -> Platform[Any]:
    logs.configure(name, settings.log_level)
    amqp_url = settings.amqp_url.reveal()
    return Platform(
        settings=settings,
        clock=make_clock(settings.environment, settings.clock_url),
        caller=RpcClient(amqp_url, name),
        events=EventPublisher(amqp_url, name),
        health=operations.Health(),
    )


def _serve(service_class: type[Any], settings: BusSettings, platform: Platform[Any]) -> None:
    config.setup(
        {
            "AMQP_URI": settings.amqp_url.reveal(),
            "HEARTBEAT": settings.bus_heartbeat,
            # As many as workers: what is prefetched beyond that would only wait here.
            "PREFETCH_COUNT": settings.bus_workers,
            "max_workers": settings.bus_workers,
            "RETRY_DELAYS": settings.bus_retry_delays,
            "PLATFORM": platform,
        }
    )
    container = ServiceContainer(service_class)
    started = threading.Event()
    platform.health.add("bus", lambda: started.is_set() and all(map(_connected, container.entrypoints)))
    platform.health.add_vital("replies", lambda: platform.caller.runs)
    _stop_on_signals(container, started, settings.bus_stop_seconds)
    operations.serve(settings.metrics_port, platform.health, settings.metrics_host)
    container.start()
    spare_what_is_there()
    started.set()
    _log.info("ready", extra={"port": settings.metrics_port})
    container.wait()
    _log.info("stopped")


def _connected(entrypoint: Any) -> bool:
    consumer = getattr(getattr(entrypoint, "rpc_consumer", entrypoint), "consumer", None)
    return consumer is None or consumer.connected


def _stop_on_signals(container: ServiceContainer, started: threading.Event, seconds: float) -> None:
    def stop(signum: int, _frame: Any) -> None:
        _log.info("stopping", extra={"signal": signum})
        if not started.is_set():
            # nameko cannot stop what has not started: `start` would wait for the broker for ever.
            os._exit(0)
        _on_signals(signal.SIG_IGN)  # told twice it would be stopped twice, and have the grace once more
        _end_within(seconds)
        # A signal handler runs in the hub, which must not wait: stop in a greenlet.
        eventlet.spawn_n(container.stop)

    _on_signals(stop)


def _on_signals(handler: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _end_within(seconds: float) -> None:
    """Whatever hangs: first by the hub; if that hangs, by a thread of the interpreter that needs nobody."""
    eventlet.spawn_after(seconds, _give_up)
    faulthandler.dump_traceback_later(seconds + 1, exit=True)


def _give_up() -> None:
    _log.error("did not stop in time and ends all the same")
    os._exit(1)
