"""Each deployment sets what its process reads, and nothing that it does not."""

import dataclasses
import re
from collections.abc import Callable, Iterator

import pytest

from gateway.settings import SETTINGS as GATEWAY_SETTINGS
from gateway.settings import InspectorSettings
from services.booking.settings import BookingSettings, SeedSettings
from services.chassis.settings import SettingsError, load
from services.identity.settings import IdentitySettings
from services.media.control.settings import MediaSettings
from services.media.worker.settings import WorkerSettings
from services.notify.settings import NotifySettings
from services.spaces.settings import SpacesSettings
from tests.unit.kubernetes.conftest import TREE, Manifest, container

Find = Callable[[str], dict[str, Manifest]]

SETTINGS: dict[str, type] = {
    "booking": BookingSettings,
    "booking-catalogue": SeedSettings,
    "identity": IdentitySettings,
    "spaces": SpacesSettings,
    "notify": NotifySettings,
    "media-control": MediaSettings,
    "media-worker": WorkerSettings,
    "gateway-inspector": InspectorSettings,
    **{f"gateway-{entry}": settings for entry, settings in GATEWAY_SETTINGS.items()},
}
KEY = "00" * 32
PORTS = {
    "metrics": "METRICS_PORT",
    "http": "LISTEN_PORT",
    "inspector": "LISTEN_PORT",
    "media": "UDP_PORT",
}
OPERATORS = {
    "AMQP_URL": "amqps://user:word@broker.example/",
    "LINK_KEY": KEY,
    "MASTER_KEY": KEY,
    "RECORD_KEY": KEY,
    "ANNOUNCED_ADDRESS": "192.0.2.1",
    "NODE_ID": "media-worker-1",
}
"""What secrets and the cluster fill in; any other secret is a word."""


def variables_of(deployment: Manifest, maps: dict[str, Manifest]) -> dict[str, str]:
    """The variables of a pod, with the values that are known before it runs."""
    only = container(deployment)
    found: dict[str, str] = {}
    for source in only.get("envFrom", ()):
        found |= maps[source["configMapRef"]["name"]]["data"]
    for variable in only["env"]:
        found[variable["name"]] = value_of(variable, maps)
    return found


def value_of(variable: Manifest, maps: dict[str, Manifest]) -> str:
    if "value" in variable:
        return str(variable["value"])
    source = variable["valueFrom"].get("configMapKeyRef")
    if source:
        return str(maps[source["name"]]["data"][source["key"]])
    return OPERATORS.get(variable["name"], "secret")


def test_every_process_starts_with_what_its_workload_sets(
    workloads: dict[str, Manifest], of_kind: Find
) -> None:
    for name, workload in workloads.items():
        load(SETTINGS[name], variables_of(workload, of_kind("ConfigMap")))


def test_a_variable_that_is_missing_would_be_noticed(deployments: dict[str, Manifest], of_kind: Find) -> None:
    variables = variables_of(deployments["notify"], of_kind("ConfigMap"))
    del variables["SMTP_HOST"]
    with pytest.raises(SettingsError, match="SMTP_HOST is missing"):
        load(NotifySettings, variables)


def test_no_process_is_told_what_it_does_not_read(workloads: dict[str, Manifest], of_kind: Find) -> None:
    for name, workload in workloads.items():
        known = {field.name.upper() for field in dataclasses.fields(SETTINGS[name])}
        assert set(variables_of(workload, of_kind("ConfigMap"))) - known == set(), name


def test_ports_are_those_that_the_processes_are_told(deployments: dict[str, Manifest], of_kind: Find) -> None:
    for name, deployment in deployments.items():
        told = variables_of(deployment, of_kind("ConfigMap"))
        for port in container(deployment)["ports"]:
            variable = PORTS[port["name"]]
            assert told[variable] == str(port["containerPort"]), name
        assert {told[host] for host in ("METRICS_HOST", "LISTEN_HOST", "UDP_HOST") if host in told} == {
            "0.0.0.0"
        }


def test_no_development_aid_is_switched_on(workloads: dict[str, Manifest], of_kind: Find) -> None:
    aids = {"CLOCK_URL", "MAILBOX_URL", "DEMO_CLIENT_SECRET", "DEMO_PERSONS"}
    for workload in workloads.values():
        variables = variables_of(workload, of_kind("ConfigMap"))
        assert not aids & set(variables)
        assert variables["ENVIRONMENT"] in ("staging", "production")


def secrets_of(deployment: Manifest) -> Iterator[tuple[str, str]]:
    for variable in container(deployment)["env"]:
        source = variable.get("valueFrom", {}).get("secretKeyRef")
        if source:
            yield source["name"], source["key"]


def test_secrets_are_referred_to_and_never_written_down(
    manifests: tuple[Manifest, ...], workloads: dict[str, Manifest]
) -> None:
    assert [m for m in manifests if m["kind"] == "Secret"] == []
    secret = re.compile(r"(URL|URI|KEY|PASSWORD|SECRET|TOKEN)$")
    for workload in workloads.values():
        plain = [v["name"] for v in container(workload)["env"] if "value" in v]
        assert [name for name in plain if secret.search(name)] == []


def test_table_of_secrets_is_complete(workloads: dict[str, Manifest]) -> None:
    referred: dict[tuple[str, str, str], set[str]] = {}
    for name, workload in workloads.items():
        for secret, key in secrets_of(workload):
            referred.setdefault((workload["metadata"]["namespace"], secret, key), set()).add(name)
    assert dict(listed()) == referred


def listed() -> Iterator[tuple[tuple[str, str, str], set[str]]]:
    """The table in the README, but for what the ingress controller reads."""
    for line in (TREE / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| video-consultation") and cells[1] != "public-tls":
            for key in cells[2].split(", "):
                yield (cells[0], cells[1], key), set(cells[3].split(", "))
