"""What media control is told of the relay, and what stops its boot."""

import pytest

from services.chassis.settings import SettingsError, load
from services.media.control.relay_settings import RelaySettings

URLS = "turn:relay.example:3478?transport=udp,turns:relay.example:443?transport=tcp"


def settings(environment: str = "production", **variables: str) -> RelaySettings:
    return load(RelaySettings, {"ENVIRONMENT": environment, "METRICS_PORT": "9100", **variables})


def test_a_relay_has_addresses_and_a_secret() -> None:
    read = settings(TURN_URLS=URLS, TURN_SECRET="shared")
    assert read.turn_urls == tuple(URLS.split(","))
    assert "shared" not in repr(read)


@pytest.mark.parametrize("environment", ["development", "test"])
def test_one_machine_may_do_without(environment: str) -> None:
    assert settings(environment).turn_urls == ()


@pytest.mark.parametrize("urls", ["", "turn:relay.example", "turn:relay.example?transport=tcp"])
@pytest.mark.parametrize("environment", ["staging", "production"])
def test_where_citizens_come_a_relay_speaks_tls(environment: str, urls: str) -> None:
    secret = {"TURN_SECRET": "shared"} if urls else {}
    with pytest.raises(SettingsError, match="TURN_URLS without turns: is refused"):
        settings(environment, TURN_URLS=urls, **secret)


@pytest.mark.parametrize("half", [{"TURN_URLS": URLS}, {"TURN_SECRET": "shared"}])
def test_half_a_relay_stops_the_boot(half: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="come together"):
        settings("development", **half)


@pytest.mark.parametrize(
    "url", ["https://relay.example", "turn:", "turn:relay.example?transport=sctp", "turn:user@relay.example"]
)
def test_an_address_that_is_none_stops_the_boot(url: str) -> None:
    with pytest.raises(SettingsError, match="TURN_URLS is invalid"):
        settings("development", TURN_URLS=url, TURN_SECRET="shared")


def test_credentials_have_to_last_a_while() -> None:
    with pytest.raises(SettingsError, match="RELAY_HOURS"):
        settings("development", RELAY_HOURS="0")
