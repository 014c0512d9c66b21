"""Settings: complete or no boot, by name; secrets stay secret."""

import base64
import pickle
from dataclasses import dataclass
from typing import Literal

import pytest

from services.chassis.settings import (
    Secret,
    SecretKey,
    SettingsError,
    check_origin,
    load,
    refuse_outside_development,
)

KEY = bytes(range(32))


@dataclass(frozen=True, kw_only=True)
class Sample:
    place: str
    port: int
    secure: bool
    token: Secret
    keys: tuple[SecretKey, ...]
    mode: Literal["fast", "slow"] = "slow"
    delays: tuple[float, ...] = (1.0, 2.0)
    extra: Secret | None = None


GOOD = {
    "PLACE": "here",
    "PORT": "8080",
    "SECURE": "true",
    "TOKEN": "hunter2",
    "KEYS": base64.b64encode(KEY).decode() + "," + KEY.hex(),
}


def test_variables_become_typed_fields() -> None:
    sample = load(Sample, GOOD)
    assert (sample.place, sample.port, sample.secure) == ("here", 8080, True)
    assert [key.reveal_bytes() for key in sample.keys] == [KEY, KEY]
    assert (sample.mode, sample.delays, sample.extra) == ("slow", (1.0, 2.0), None)


def test_defaults_can_be_overridden() -> None:
    sample = load(Sample, GOOD | {"MODE": "fast", "DELAYS": "0.1, 0.2", "EXTRA": "x"})
    assert (sample.mode, sample.delays, sample.extra) == ("fast", (0.1, 0.2), Secret("x"))


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Sample, {"PORT": "eighty", "SECURE": "yes", "MODE": "odd", "PLACE": "  ", "KEYS": "c2hvcnQ="})
    assert str(caught.value).split("; ") == [
        "PLACE is missing",
        "PORT is invalid",
        "SECURE is invalid",
        "TOKEN is missing",
        "KEYS is invalid",
        "MODE is invalid",
    ]


def test_a_refusal_does_not_quote_the_value() -> None:
    with pytest.raises(SettingsError) as caught:
        load(Sample, GOOD | {"KEYS": "topsecret"})
    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__])
def test_a_secret_is_not_shown(show: object) -> None:
    assert show(Secret("hunter2")) == "Secret(***)"  # type: ignore[operator]
    assert "hunter2" not in show(load(Sample, GOOD))  # type: ignore[operator]


def test_a_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_development_aids_stop_the_boot_in_earnest(environment: str) -> None:
    with pytest.raises(SettingsError, match=f"CLOCK_URL is refused in {environment}"):
        refuse_outside_development(environment, CLOCK_URL=Secret("redis://"), MAILBOX_URL=None)


@pytest.mark.parametrize("environment", ["development", "test"])
def test_development_aids_are_allowed_where_nobody_is_harmed(environment: str) -> None:
    refuse_outside_development(environment, CLOCK_URL=Secret("redis://"))


def test_nothing_to_refuse_is_fine_in_production() -> None:
    refuse_outside_development("production", CLOCK_URL=None)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_in_earnest_browsers_come_by_https_alone(environment: str) -> None:
    check_origin(environment, "https://consultation.example")
    with pytest.raises(SettingsError, match=f"without https is refused in {environment}"):
        check_origin(environment, "http://consultation.example")


@pytest.mark.parametrize("text", ["", "consultation.example", "ftp://a.example", "https://a.example/path"])
def test_an_origin_has_a_scheme_and_a_host_and_no_path(text: str) -> None:
    check_origin("development", "http://localhost:8000/")
    with pytest.raises(SettingsError, match="is not an origin"):
        check_origin("development", text)
