"""Spaces' settings: authorities are asked as they have to be, or the boot stops."""

from __future__ import annotations

import pytest

from services.chassis.settings import SettingsError, load
from services.spaces.settings import SourceSettings

OWN = {"METRICS_PORT": "1"}
WHOLE = {
    "SOURCES_URL": "https://sources.example",
    "SOURCES_CA_FILE": "authority.pem",
    "SOURCES_CERTIFICATE_FILE": "client.pem",
    "SOURCES_KEY_FILE": "client-key.pem",
}


def checked(environment: str, **changed: str) -> SourceSettings:
    settings = load(SourceSettings, {**OWN, "ENVIRONMENT": environment, **changed})
    settings.check_sources()
    return settings


@pytest.mark.parametrize("environment", ["development", "test", "staging", "production"])
def test_an_address_with_https_and_three_files_do_everywhere(environment: str) -> None:
    assert checked(environment, **WHOLE).sources_url == "https://sources.example"


@pytest.mark.parametrize("environment", ["development", "test"])
def test_in_development_nobody_need_be_asked(environment: str) -> None:
    assert checked(environment).sources_url == ""


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_elsewhere_nothing_starts_without_sources(environment: str) -> None:
    with pytest.raises(SettingsError, match="SOURCES_URL"):
        checked(environment)


@pytest.mark.parametrize("environment", ["development", "production"])
@pytest.mark.parametrize("name", WHOLE)
def test_a_part_that_is_missing_is_told_by_name(environment: str, name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        checked(environment, **{**WHOLE, name: ""})


@pytest.mark.parametrize("url", ["http://sources.example", "sources.example", "https://", "https:x"])
@pytest.mark.parametrize("environment", ["development", "production"])
def test_clear_text_is_spoken_nowhere(environment: str, url: str) -> None:
    with pytest.raises(SettingsError, match="SOURCES_URL"):
        checked(environment, **{**WHOLE, "SOURCES_URL": url})


@pytest.mark.parametrize("name", ["SOURCES_SECONDS", "SOURCES_FAILURES", "SOURCES_PAUSE_SECONDS"])
def test_a_number_that_bounds_nothing_stops_the_boot(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        checked("production", **{**WHOLE, name: "0"})
