"""Without its component nothing knows of a case file; with it two processes do, and one has a way out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from gateway.settings import FilesSettings
from services.chassis.settings import SettingsError, load
from services.media.control.settings import MediaSettings
from tests.unit.kubernetes.conftest import TREE, Manifest, container, render
from tests.unit.kubernetes.test_environment import variables_of

ADDRESS = "https://case-file.example"


@pytest.fixture
def with_case_file(tmp_path: Path) -> Callable[[str], dict[str, Manifest]]:
    """The staging overlay with the component, as an operator would write it."""

    def relative(*parts: str) -> str:
        return os.path.relpath(TREE.joinpath(*parts), tmp_path.resolve())

    overlay = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": [relative("overlays", "staging")],
        "components": [relative("components", "case-file")],
        "configMapGenerator": [
            {
                "name": "case-file",
                "namespace": "video-consultation",
                "behavior": "merge",
                "literals": [f"CASE_FILE_URL={ADDRESS}"],
            }
        ],
    }
    (tmp_path / "kustomization.yaml").write_text(yaml.safe_dump(overlay))
    manifests = render(str(tmp_path))
    return lambda kind: {m["metadata"]["name"]: m for m in manifests if m["kind"] == kind}


def test_without_it_nothing_is_told_of_a_case_file(deployments: dict[str, Manifest]) -> None:
    assert "CASE_FILE" not in repr(deployments)
    assert "case-file" not in repr(deployments)


def test_with_it_media_and_files_know_the_same_address(
    with_case_file: Callable[[str], dict[str, Manifest]],
) -> None:
    deployments, maps = with_case_file("Deployment"), with_case_file("ConfigMap")
    media = load(MediaSettings, variables_of(deployments["media-control"], maps))
    files = load(FilesSettings, variables_of(deployments["gateway-files"], maps))
    assert media.case_file_url == files.case_file_url == ADDRESS
    others = set(deployments) - {"media-control", "gateway-files"}
    assert all("CASE_FILE_URL" not in variables_of(deployments[name], maps) for name in others)


def test_who_we_are_is_mounted_read_only_where_the_process_looks(
    with_case_file: Callable[[str], dict[str, Manifest]],
) -> None:
    only = container(with_case_file("Deployment")["gateway-files"])
    mount = next(mount for mount in only["volumeMounts"] if mount["name"] == "case-file")
    told = variables_of(with_case_file("Deployment")["gateway-files"], with_case_file("ConfigMap"))
    files = [value for name, value in told.items() if name.startswith("CASE_FILE_") and name.endswith("FILE")]
    assert len(files) == 3
    assert mount["readOnly"]
    assert all(value.startswith(mount["mountPath"]) for value in files)


def test_only_the_files_process_gets_out(with_case_file: Callable[[str], dict[str, Manifest]]) -> None:
    policy = with_case_file("NetworkPolicy")["gateway-files-case-file"]["spec"]
    assert policy["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "gateway-files"}
    assert [port["port"] for rule in policy["egress"] for port in rule["ports"]] == [443]


@pytest.mark.parametrize("url", ["http://case-file.example", "case-file.example", "https://"])
def test_an_address_that_is_not_https_stops_the_boot(
    with_case_file: Callable[[str], dict[str, Manifest]], url: str
) -> None:
    told = variables_of(with_case_file("Deployment")["gateway-files"], with_case_file("ConfigMap"))
    with pytest.raises(SettingsError, match="CASE_FILE_URL"):
        load(FilesSettings, told | {"CASE_FILE_URL": url})


def test_half_a_certificate_stops_the_boot(with_case_file: Callable[[str], dict[str, Manifest]]) -> None:
    told = variables_of(with_case_file("Deployment")["gateway-files"], with_case_file("ConfigMap"))
    with pytest.raises(SettingsError, match="CASE_FILE_KEY_FILE"):
        load(FilesSettings, told | {"CASE_FILE_KEY_FILE": ""})
