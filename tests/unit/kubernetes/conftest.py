"""The overlays as an operator would apply them: rendered by the real kustomize, without a cluster."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
TREE = ROOT / "deploy" / "k8s"
OVERLAYS = ("staging", "production")

Manifest = dict[str, Any]


@cache
def render(overlay: str) -> tuple[Manifest, ...]:
    """Everything that `kubectl apply --kustomize` would send."""
    kubectl = Path(sys.executable).with_name("kubectl")
    command = [str(kubectl if kubectl.exists() else shutil.which("kubectl")), "kustomize"]
    done = subprocess.run(
        [*command, str(TREE / "overlays" / overlay)], capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    return tuple(document for document in yaml.safe_load_all(done.stdout) if document)


@pytest.fixture(params=OVERLAYS)
def manifests(request: pytest.FixtureRequest) -> tuple[Manifest, ...]:
    return render(request.param)


@pytest.fixture
def of_kind(manifests: tuple[Manifest, ...]) -> Callable[[str], dict[str, Manifest]]:
    """The manifests of one kind by name."""

    def find(kind: str) -> dict[str, Manifest]:
        return {m["metadata"]["name"]: m for m in manifests if m["kind"] == kind}

    return find


@pytest.fixture
def deployments(of_kind: Callable[[str], dict[str, Manifest]]) -> dict[str, Manifest]:
    return of_kind("Deployment")


@pytest.fixture
def workloads(
    deployments: dict[str, Manifest], of_kind: Callable[[str], dict[str, Manifest]]
) -> dict[str, Manifest]:
    """Whatever makes pods: the processes, and what runs once."""
    return deployments | of_kind("Job")


def container(deployment: Manifest) -> Manifest:
    """The one container of a pod."""
    (only,) = deployment["spec"]["template"]["spec"]["containers"]
    return dict(only)
