"""What must be true of every process, whoever adds the next one."""

import re
from collections.abc import Callable

import kubernetes_validate
import pytest

from deploy.dev.processes import PROCESSES
from services.chassis.settings import BusSettings
from services.media.worker.bus import CLOSES_WITHIN as BUS_CLOSES_WITHIN
from tests.unit.kubernetes.conftest import Manifest, container

Find = Callable[[str], dict[str, Manifest]]
VERSION = "1.37"


def test_every_manifest_fits_its_schema(manifests: tuple[Manifest, ...]) -> None:
    wrong = {manifest["metadata"]["name"]: fault for manifest in manifests if (fault := _fault(manifest))}
    assert manifests
    assert not wrong


def _fault(manifest: Manifest) -> str:
    try:
        kubernetes_validate.validate(manifest, VERSION, strict=True)
    except kubernetes_validate.ValidationError as fault:
        return str(fault)
    return ""


def test_a_wrong_manifest_would_be_noticed(deployments: dict[str, Manifest]) -> None:
    deployment = deployments["booking"]
    wrong = deployment | {"spec": deployment["spec"] | {"replica": 3}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_every_process_of_the_platform_is_deployed(deployments: dict[str, Manifest]) -> None:
    assert set(deployments) == {process.name for process in PROCESSES}


def test_every_process_starts_what_it_starts_everywhere(deployments: dict[str, Manifest]) -> None:
    for process in PROCESSES:
        assert container(deployments[process.name])["args"] == list(process.arguments)


def test_a_service_that_hangs_ends_by_itself_before_it_is_killed(deployments: dict[str, Manifest]) -> None:
    """And says so: whoever is killed says nothing."""
    for name, deployment in deployments.items():
        grace = deployment["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]
        assert BusSettings.bus_stop_seconds + 1 < grace, name


def test_a_worker_is_killed_only_after_its_calls_have_moved(
    deployments: dict[str, Manifest],
) -> None:
    worker = deployments["media-worker"]
    seconds = {variable["name"]: variable.get("value", "") for variable in container(worker)["env"]}
    needed = float(seconds["DRAIN_SECONDS"]) + float(seconds["MOVE_SECONDS"]) + BUS_CLOSES_WITHIN
    assert needed + 10 < worker["spec"]["template"]["spec"]["terminationGracePeriodSeconds"]


def test_every_pod_keeps_the_restricted_standard(workloads: dict[str, Manifest]) -> None:
    for name, workload in workloads.items():
        pod, only = workload["spec"]["template"]["spec"], container(workload)
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] >= 10_000, name
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert only["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), name


def test_only_the_video_worker_has_a_port_of_its_machine(deployments: dict[str, Manifest]) -> None:
    taken = {
        name: [port["hostPort"] for port in container(deployment)["ports"] if "hostPort" in port]
        for name, deployment in deployments.items()
    }
    assert {name: ports for name, ports in taken.items() if ports} == {"media-worker": [40000]}


def test_every_process_is_asked_whether_it_lives_and_is_ready(deployments: dict[str, Manifest]) -> None:
    for deployment in deployments.values():
        only = container(deployment)
        asked = {
            probe: only[probe]["httpGet"] for probe in ("livenessProbe", "readinessProbe", "startupProbe")
        }
        assert asked["livenessProbe"] == {"path": "/health/live", "port": "metrics"}
        assert asked["readinessProbe"] == {"path": "/health/ready", "port": "metrics"}
        assert "metrics" in [port["name"] for port in only["ports"]]


def test_every_process_has_requests_and_limits(workloads: dict[str, Manifest]) -> None:
    for name, workload in workloads.items():
        resources = container(workload)["resources"]
        assert {*resources["requests"]} == {*resources["limits"]} == {"cpu", "memory"}, name


def test_metrics_are_found_by_prometheus(deployments: dict[str, Manifest]) -> None:
    for deployment in deployments.values():
        notes = deployment["spec"]["template"]["metadata"]["annotations"]
        assert (notes["prometheus.io/scrape"], notes["prometheus.io/port"]) == ("true", "9100")


def test_replicas_are_spread(deployments: dict[str, Manifest]) -> None:
    for name, deployment in deployments.items():
        (spread,) = deployment["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert spread["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": name}


def test_every_process_is_an_account_of_its_own_without_a_token(
    deployments: dict[str, Manifest], of_kind: Find
) -> None:
    accounts = of_kind("ServiceAccount")
    for name, deployment in deployments.items():
        pod = deployment["spec"]["template"]["spec"]
        assert pod["serviceAccountName"] == name
        assert pod["automountServiceAccountToken"] is False
        assert accounts[name]["automountServiceAccountToken"] is False


def test_every_process_scales_and_survives_an_eviction(
    deployments: dict[str, Manifest], of_kind: Find
) -> None:
    scaling, budgets = of_kind("HorizontalPodAutoscaler"), of_kind("PodDisruptionBudget")
    for name, deployment in deployments.items():
        assert scaling[name]["spec"]["scaleTargetRef"]["name"] == name
        assert scaling[name]["spec"]["minReplicas"] >= 2
        assert budgets[name]["spec"]["selector"] == deployment["spec"]["selector"]
        assert "replicas" not in deployment["spec"], "the autoscaler decides"


def test_catalogue_is_filled_in_by_booking_itself(workloads: dict[str, Manifest]) -> None:
    job, booking = workloads["booking-catalogue"], workloads["booking"]
    pod = job["spec"]["template"]["spec"]
    assert container(job)["args"] == ["services.booking.seed"]
    assert container(job)["image"] == container(booking)["image"]
    assert pod["serviceAccountName"] == "booking"
    assert pod["automountServiceAccountToken"] is False
    assert pod["restartPolicy"] == "OnFailure"
    assert job["spec"]["ttlSecondsAfterFinished"] > 0, "an apply could not change it"


def test_catalogues_pod_is_not_taken_for_one_of_booking(workloads: dict[str, Manifest]) -> None:
    labels = workloads["booking-catalogue"]["spec"]["template"]["metadata"]["labels"]
    selected = workloads["booking"]["spec"]["selector"]["matchLabels"]
    assert not selected.items() <= labels.items()


def test_images_are_pinned(workloads: dict[str, Manifest]) -> None:
    for workload in workloads.values():
        image = container(workload)["image"]
        assert re.fullmatch(r"[a-z.]+/video-consultation/(services|worker|gateway):\d+\.\d+\.\d+", image)


# --- network -------------------------------------------------------------------------


def policies_of(manifests: tuple[Manifest, ...], namespace: str) -> dict[str, Manifest]:
    return {
        m["metadata"]["name"]: m["spec"]
        for m in manifests
        if m["kind"] == "NetworkPolicy" and m["metadata"]["namespace"] == namespace
    }


def test_first_of_all_everything_is_denied(manifests: tuple[Manifest, ...], of_kind: Find) -> None:
    for namespace in of_kind("Namespace"):
        denied = policies_of(manifests, namespace)["deny-all"]
        assert denied == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_every_process_opens_what_it_needs_by_name(
    manifests: tuple[Manifest, ...], deployments: dict[str, Manifest]
) -> None:
    for name, deployment in deployments.items():
        policy = policies_of(manifests, deployment["metadata"]["namespace"])[name]
        assert policy["podSelector"] == deployment["spec"]["selector"]
        assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
        ports = [port for rule in policy["ingress"] for port in rule["ports"]]
        assert {"protocol": "TCP", "port": "metrics"} in ports
        assert all(rule.get("to") and rule.get("ports") for rule in policy["egress"])


def test_catalogue_is_written_to_the_database_and_nowhere_else(
    manifests: tuple[Manifest, ...], workloads: dict[str, Manifest]
) -> None:
    policy = policies_of(manifests, "video-consultation")["booking-catalogue"]
    labels = workloads["booking-catalogue"]["spec"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"].items() <= labels.items()
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    assert "ingress" not in policy
    assert [rule["ports"] for rule in policy["egress"]] == [[{"protocol": "TCP", "port": 27017}]]


def test_who_looks_inside_documents_reaches_nobody(
    manifests: tuple[Manifest, ...], deployments: dict[str, Manifest]
) -> None:
    policies = policies_of(manifests, "video-consultation")
    assert policies["gateway-inspector"]["egress"] == []
    (others,) = policies["names"]["podSelector"]["matchExpressions"]
    assert (others["operator"], others["values"]) == ("NotIn", ["gateway-inspector"])
    inspector = deployments["gateway-inspector"]
    assert not [v for v in container(inspector)["env"] if "valueFrom" in v], "it holds no secret"


def test_documents_are_looked_at_for_the_files_entry_alone(manifests: tuple[Manifest, ...]) -> None:
    asked = policies_of(manifests, "video-consultation")["gateway-inspector"]["ingress"]
    askers = [source for rule in asked for source in rule["from"] if "podSelector" in source]
    assert askers == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": "gateway-files"}}}]


def test_object_store_is_reached_by_its_three_users_alone(manifests: tuple[Manifest, ...]) -> None:
    policies = policies_of(manifests, "video-consultation")
    reaches = {
        name
        for name, policy in policies.items()
        for rule in policy.get("egress", [])
        if {"protocol": "TCP", "port": 9000} in rule["ports"]
    }
    assert reaches == {"media-control", "gateway-files", "spaces"}


def test_gateway_reaches_no_database(manifests: tuple[Manifest, ...]) -> None:
    policies = policies_of(manifests, "video-consultation")
    for name in ("gateway-pages", "gateway-events", "gateway-files"):
        ports = [port["port"] for rule in policies[name]["egress"] for port in rule["ports"]]
        assert 27017 not in ports


def test_only_the_gateway_is_reached_from_outside(manifests: tuple[Manifest, ...]) -> None:
    outside = {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}
    reached = {
        name
        for name, policy in policies_of(manifests, "video-consultation").items()
        for rule in policy.get("ingress", [])
        if any(source.get("namespaceSelector") == outside for source in rule["from"])
    }
    assert reached == {"gateway-pages", "gateway-events", "gateway-files"}


def test_one_origin_has_three_routes(of_kind: Find) -> None:
    (ingress,) = of_kind("Ingress").values()
    (rule,), (tls,) = ingress["spec"]["rules"], ingress["spec"]["tls"]
    routes = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    assert routes == {"/": "gateway-pages", "/events/": "gateway-events", "/files/": "gateway-files"}
    assert tls["hosts"] == [rule["host"]]
    assert ingress["spec"]["ingressClassName"]


def test_public_address_is_the_routes_host(of_kind: Find) -> None:
    (ingress,) = of_kind("Ingress").values()
    told = [m.get("data", {}) for m in of_kind("ConfigMap").values()]
    (public,) = (data["PUBLIC_URL"] for data in told if "PUBLIC_URL" in data)
    assert public == f"https://{ingress['spec']['rules'][0]['host']}"


def test_routes_lead_to_ports_that_exist(deployments: dict[str, Manifest], of_kind: Find) -> None:
    for name, service in of_kind("Service").items():
        assert service["spec"]["selector"]["app.kubernetes.io/name"] == name
        (port,) = service["spec"]["ports"]
        assert port["targetPort"] in [p["name"] for p in container(deployments[name])["ports"]]
