"""Metrics and health over real sockets on loopback."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from services.chassis import operations
from services.chassis.operations import Health, Pulse
from services.contracts.errors import SlotTaken


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
def base(health: Health) -> Iterator[str]:
    server = operations.serve(0, health)
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_process_that_answers_is_live(base: str) -> None:
    assert get(f"{base}/health/live")[0] == 200


def test_without_checks_it_is_ready(base: str) -> None:
    assert get(f"{base}/health/ready")[0] == 200


def test_failing_checks_are_named(base: str, health: Health) -> None:
    health.add("bus", lambda: True)
    health.add("store", lambda: False)
    health.add("cache", lambda: bool(1 // 0))
    status, body = get(f"{base}/health/ready")
    assert status == 503
    assert json.loads(body)["failing"] == ["store", "cache"]
    assert get(f"{base}/health/live")[0] == 200


def test_what_only_a_new_process_cures_ends_liveness_and_readiness(base: str, health: Health) -> None:
    health.add_vital("relay", lambda: True)
    health.add_vital("loop", lambda: False)
    health.add("store", lambda: False)
    status, body = get(f"{base}/health/live")
    assert (status, json.loads(body)) == (503, {"live": False, "failing": ["loop"]})
    status, body = get(f"{base}/health/ready")
    assert (status, json.loads(body)["failing"]) == (503, ["loop", "store"])


def test_a_pulse_is_missed_after_ten_seconds_and_comes_back() -> None:
    seconds = 100.0
    pulse = Pulse(lambda: seconds)
    seconds = 109.9
    assert pulse.beats()
    seconds = 110.0
    assert not pulse.beats()
    pulse.beat()
    assert pulse.beats()


def test_work_is_counted_by_outcome(base: str) -> None:
    with operations.observed(operations.REQUESTS, "sample_method"):
        pass
    with pytest.raises(SlotTaken), operations.observed(operations.REQUESTS, "sample_method"):
        raise SlotTaken
    with pytest.raises(KeyError), operations.observed(operations.REQUESTS, "sample_method"):
        raise KeyError("personal data")
    text = get(f"{base}/metrics")[1]
    for outcome in ("ok", "SlotTaken", "defect"):
        assert f'bus_request_seconds_count{{method="sample_method",outcome="{outcome}"}} 1.0' in text
    assert "personal data" not in text


def test_anything_else_is_not_there(base: str) -> None:
    assert get(f"{base}/")[0] == 404
