"""The entry at which the service API stands."""

from __future__ import annotations

from datetime import datetime

import redis
from flask.testing import FlaskClient

from gateway.backends import Bus, Runtime
from gateway.limits.windows import Windows
from gateway.settings import PagesSettings
from services.chassis.clock import ManualClock
from services.chassis.settings import Secret, SecretKey
from tests.unit.applications import application
from tests.unit.gateway.fakes import EndlessWindows


def pages_over(bus: Bus, now: datetime) -> FlaskClient:
    """A client of the pages entry, which asks `bus`, at that time."""
    settings = PagesSettings(
        environment="test",
        metrics_port=0,
        amqp_url=Secret("amqp://nowhere"),
        redis_url=Secret("redis://nowhere"),
        public_url="http://localhost:8000",
        form_key=Secret("form-key"),
        listen_port=0,
        link_key=SecretKey("A" * 43 + "="),
        mail_from="rendez-vous@cns.example",
    )
    runtime = Runtime(
        settings=settings,
        bus=bus,
        clock=ManualClock(now),
        redis=redis.Redis(),
        windows=Windows(EndlessWindows()),
    )
    return application("pages", runtime).test_client()
