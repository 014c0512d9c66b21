"""Each process gets exactly the variables that its settings name: none is missing, none is too many."""

import dataclasses
from pathlib import Path

import pytest

from deploy.dev.environment import seed_variables, variables_of
from deploy.dev.processes import PROCESSES, Process
from deploy.dev.site import Site
from gateway.settings import SETTINGS as GATEWAY_SETTINGS
from gateway.settings import InspectorSettings
from services.booking.settings import BookingSettings
from services.booking.settings import SeedSettings as BookingSeed
from services.chassis.settings import SettingsError, load
from services.identity.settings import IdentitySettings
from services.identity.settings import SeedSettings as IdentitySeed
from services.media.control.settings import MediaSettings
from services.media.worker.settings import WorkerSettings
from services.notify.settings import NotifySettings
from services.spaces.settings import SpacesSettings

SETTINGS: dict[str, type] = {
    "booking": BookingSettings,
    "identity": IdentitySettings,
    "spaces": SpacesSettings,
    "notify": NotifySettings,
    "media-control": MediaSettings,
    "media-worker": WorkerSettings,
    "gateway-inspector": InspectorSettings,
    **{f"gateway-{entry}": settings for entry, settings in GATEWAY_SETTINGS.items()},
}
SEEDS: dict[str, type] = {"booking": BookingSeed, "identity": IdentitySeed}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def field_names(settings: type) -> set[str]:
    return {field.name.upper() for field in dataclasses.fields(settings)}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_process_gets_what_its_settings_name_and_no_more(site: Site, process: Process) -> None:
    variables, settings = variables_of(site, process.name), SETTINGS[process.name]
    load(settings, variables)
    assert set(variables) <= field_names(settings)


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_gets_what_its_settings_name_and_no_more(site: Site, name: str) -> None:
    process = next(process for process in PROCESSES if process.name == name)
    variables = seed_variables(site, process, "development")
    load(SEEDS[name], variables)
    assert set(variables) == field_names(SEEDS[name])


def test_the_same_variables_stop_the_boot_in_production(site: Site) -> None:
    with pytest.raises(SettingsError):
        load(SETTINGS["gateway-pages"], variables_of(site, "gateway-pages", "production"))


def test_no_two_processes_share_a_secret_of_a_store(site: Site) -> None:
    addresses = [
        value
        for process in PROCESSES
        for name, value in variables_of(site, process.name).items()
        if name in ("AMQP_URL", "MONGO_URI", "KEYS_MONGO_URI", "REDIS_URL", "S3_SECRET_KEY")
    ]
    assert len(addresses) == len(set(addresses))
