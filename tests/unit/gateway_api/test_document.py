"""The OpenAPI document is valid, and made from what validates."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from gateway.blueprints.api.document import document

OPERATIONS = [
    (path, method, operation)
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
]
OPEN = ("/api/v1/token", "/api/v1/revoke", "/.well-known/oauth-authorization-server")
"""For who has no token."""


def test_the_document_is_valid_openapi_3_1(web: FlaskClient) -> None:
    served = web.get("/api/v1/openapi.json").get_json()
    assert served["openapi"].startswith("3.1.")
    validate(served)


def test_every_route_of_the_api_is_described(web: FlaskClient) -> None:
    own = ("/api/v1/", "/.well-known/oauth")
    rules = [rule for rule in web.application.url_map.iter_rules() if rule.rule.startswith(own)]
    routes = {
        (str(rule.rule).replace("<string:", "{").replace(">", "}"), method.lower())
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    undescribed = {("/api/v1/openapi.json", "get"), ("/api/v1/", "get")}
    assert routes - undescribed == {(path, method) for path, method, _ in OPERATIONS}


@pytest.mark.parametrize(
    ("path", "method", "operation"), OPERATIONS, ids=[o["operationId"] for *_, o in OPERATIONS]
)
def test_every_operation_names_its_scope_and_its_errors(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    if path in OPEN:
        return
    assert operation["security"][0]["client"]
    assert {"401", "403", "422", "503"} <= operation["responses"].keys()
    assert operation["summary"]
    assert operation["description"]


def test_each_operation_lists_the_problem_types_that_it_may_answer_with() -> None:
    responses = {o["operationId"]: o["responses"] for *_, o in OPERATIONS}
    for named in ("/problems/appointment-started", "/problems/slot-taken", "/problems/stale-version"):
        assert named in responses["moveAppointment"]["409"]["description"]
    ((_, content),) = responses["bookAppointment"]["409"]["content"].items()
    types = content["schema"]["allOf"][1]["properties"]["type"]["enum"]
    assert "/problems/too-many-open-appointments" in types
    assert responses["getAppointment"]["404"]["description"] == "Not Found: /problems/not-found"


def test_what_is_refused_is_described_as_refused() -> None:
    booking = document()["components"]["schemas"]["BookingIn"]
    assert booking["additionalProperties"] is False
    assert set(booking["required"]) >= {"subject", "kind", "language", "starts_at", "consent", "applicant"}


def test_the_readable_page_needs_nothing_from_elsewhere(web: FlaskClient) -> None:
    page = web.get("/api/v1/").get_data(as_text=True)
    assert "/api/v1/appointments/{appointment_id}/move" in page
    assert 'src="http' not in page
    assert 'href="http' not in page
