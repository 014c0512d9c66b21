"""Machine clients are counted by client, wherever they call from; nobody uses up another's share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.backends import Runtime
from services.contracts.subjects import ListSubjects, Subjects


@pytest.fixture(autouse=True)
def _subjects(bus: Any) -> None:
    bus.answers[ListSubjects] = Subjects(subjects=())


def set_limits(web: FlaskClient, *rows: str) -> None:
    """Other figures than the usual ones."""
    known: Runtime = web.application.extensions["runtime"]
    changed = replace(known, settings=replace(known.settings, rate_limits=rows))
    web.application.extensions["runtime"] = changed


def from_network(number: int) -> dict[str, str]:
    return {"X-Forwarded-For": f"192.0.2.{number}"}


def test_a_client_is_told_when_to_come_again(web: FlaskClient, api: Any) -> None:
    set_limits(web, "api_call=2/0/0")
    answers = [api("get", "/subjects", headers=from_network(number)) for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].content_type == "application/problem+json"
    assert answers[-1].json["code"] == "TooManyRequests"
    assert answers[-1].headers["Retry-After"] == answers[-1].json["details"]["seconds"] == "60"


def test_who_has_no_token_counts_for_nobody(web: FlaskClient, api: Any) -> None:
    set_limits(web, "api_call=1/0/0")
    assert [api("get", "/subjects", token="wrong").status_code for _ in range(3)] == [401] * 3
    assert api("get", "/subjects").status_code == 200


def test_a_proof_of_work_buys_no_token(web: FlaskClient) -> None:
    set_limits(web, "token=1/0/0")
    form = {"grant_type": "client_credentials", "proof_of_work": "e30="}
    answers = [web.post("/api/v1/token", data=form, headers=from_network(1)) for _ in range(2)]
    assert answers[0].status_code in (400, 401)
    assert answers[1].status_code == 429
    assert web.post("/api/v1/token", data=form, headers=from_network(2)).status_code == answers[0].status_code


def test_the_document_names_the_answer(web: FlaskClient) -> None:
    document = web.get("/api/v1/openapi.json").json
    assert all(
        "429" in operation["responses"] for path in document["paths"].values() for operation in path.values()
    )
