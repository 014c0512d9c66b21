"""The scanner as it can be put among the stores."""

import re

import kubernetes_validate
import pytest

from deploy.dev.servers.scanner import CONFIGURATION
from services.contracts.document_rules import MOST_BYTES
from tests.unit.kubernetes.conftest import TREE, Manifest, render
from tests.unit.kubernetes.test_policies import VERSION

SETTINGS = {
    "production": (TREE / "scanner" / "clamd.conf").read_text(),
    "development": CONFIGURATION,
}


@pytest.fixture(scope="module")
def scanner() -> dict[str, Manifest]:
    return {manifest["kind"]: manifest for manifest in render("../scanner")}


def test_its_manifests_fit_their_schemas(scanner: dict[str, Manifest]) -> None:
    for manifest in scanner.values():
        kubernetes_validate.validate(manifest, VERSION, strict=True)


def test_it_is_asked_by_the_files_entry_alone(scanner: dict[str, Manifest]) -> None:
    (rule,) = scanner["NetworkPolicy"]["spec"]["ingress"]
    (asker,) = rule["from"]
    assert asker["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "gateway-files"}}
    assert asker["namespaceSelector"] == {
        "matchLabels": {"kubernetes.io/metadata.name": "video-consultation"}
    }


def test_its_containers_keep_the_restricted_standard(scanner: dict[str, Manifest]) -> None:
    pod = scanner["Deployment"]["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in (*pod["initContainers"], *pod["containers"]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


def test_documents_lie_in_memory_alone_while_they_are_scanned(scanner: dict[str, Manifest]) -> None:
    pod = scanner["Deployment"]["spec"]["template"]["spec"]
    (tmp,) = [volume for volume in pod["volumes"] if volume["name"] == "tmp"]
    assert tmp["emptyDir"]["medium"] == "Memory"
    assert "TemporaryDirectory /tmp\n" in SETTINGS["production"]


def test_overlays_ask_it_where_it_is(scanner: dict[str, Manifest]) -> None:
    service = scanner["Service"]
    (port,) = service["spec"]["ports"]
    address = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc:{port['port']}"
    maps = [m for m in render("production") if m["kind"] == "ConfigMap" and "data" in m]
    assert {m["data"]["SCANNER"] for m in maps if "SCANNER" in m["data"]} == {address}


@pytest.mark.parametrize("where", SETTINGS)
def test_a_document_is_scanned_whole_wherever(where: str) -> None:
    said = dict(re.findall(r"^(\w+) (\S+)$", SETTINGS[where], re.MULTILINE))
    for limit in ("StreamMaxLength", "MaxFileSize", "MaxScanSize"):
        assert int(said[limit].removesuffix("M")) * 1024 * 1024 > MOST_BYTES
    assert said["AlertExceedsMax"] == "yes"
