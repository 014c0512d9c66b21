"""Another checkout's platform works beside the first, and stopping it leaves the first alone."""

from pathlib import Path

import pytest
import redis

from deploy.dev.platform import Platform
from deploy.dev.servers.broker import Broker

pytestmark = pytest.mark.integration


def test_a_second_platform_runs_beside_the_first(stores: Platform, tmp_path: Path) -> None:
    with Platform(tmp_path, only=("broker", "cache")) as second:
        assert second.urls["amqp"] != stores.urls["amqp"]
        assert Broker(second.site).is_ready()
        with redis.Redis.from_url(second.urls["redis"]) as cache:
            cache.set("only", "here")
        with redis.Redis.from_url(stores.urls["redis"]) as cache:
            assert cache.get("only") is None
    assert Broker(stores.site).is_ready()
