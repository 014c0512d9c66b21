"""Tokens and scopes: who may call, and what the others are told."""

import hashlib

import pytest
from flask.testing import FlaskClient

from gateway.blueprints.api.tokens import SECONDS, KnownTokens
from services.contracts.errors import CredentialsRefused, ServiceUnavailable
from services.contracts.identity import IntrospectToken, TokenIssued
from services.contracts.subjects import ListSubjects, Subjects
from tests.unit.gateway_api.conftest import NOW, SCOPES, TOKEN, Api, FakeBus


def test_a_bearer_is_known_by_the_digest_of_the_token(api: Api, bus: FakeBus) -> None:
    bus.answers[ListSubjects] = Subjects(subjects=())
    assert api("get", "/subjects").status_code == 200
    assert bus.of(IntrospectToken)[0].token_digest == hashlib.sha256(TOKEN.encode()).hexdigest()


def test_identity_is_asked_once_in_a_few_seconds(api: Api, bus: FakeBus) -> None:
    bus.answers[ListSubjects] = Subjects(subjects=())
    for _ in range(3):
        assert api("get", "/subjects").status_code == 200
    assert len(bus.of(IntrospectToken)) == 1


def test_a_revoked_token_dies_within_seconds() -> None:
    now, issued = [0.0], TokenIssued(client_id="demo", scopes=(), expires_at=NOW)
    tokens = KnownTokens(lambda: now[0])
    assert tokens.of("digest", lambda _: issued) is issued
    now[0] = SECONDS - 0.1
    assert tokens.of("digest", _refuse) is issued
    now[0] = SECONDS
    with pytest.raises(CredentialsRefused):
        tokens.of("digest", _refuse)


def test_a_refusal_is_not_remembered() -> None:
    tokens, issued = KnownTokens(), TokenIssued(client_id="demo", scopes=(), expires_at=NOW)
    with pytest.raises(CredentialsRefused):
        tokens.of("digest", _refuse)
    assert tokens.of("digest", lambda _: issued) is issued


def _refuse(_: str) -> TokenIssued:
    raise CredentialsRefused


@pytest.mark.parametrize(
    "header",
    [{}, *({"Authorization": said} for said in ("Basic eDp5", "Bearer", "Basic \xff", "Bearer \xff"))],
)
def test_without_a_bearer_nothing_is_asked_and_the_way_is_told(
    web: FlaskClient, bus: FakeBus, header: dict[str, str]
) -> None:
    answer = web.get("/api/v1/subjects", headers=header)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert bus.asked == []


def test_a_wrong_token_is_refused(api: Api) -> None:
    assert api("get", "/subjects", token="another").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/subjects", "slots:read"),
        ("get", "/days", "slots:read"),
        ("get", "/slots", "slots:read"),
        ("get", "/appointments", "appointments:read"),
        ("get", "/appointments/a", "appointments:read"),
        ("post", "/appointments", "appointments:write"),
        ("post", "/appointments/a/cancel", "appointments:write"),
        ("post", "/appointments/a/move", "appointments:write"),
    ],
)
def test_every_route_needs_its_scope(api: Api, bus: FakeBus, method: str, path: str, scope: str) -> None:
    bus.scopes = tuple(other for other in SCOPES if other != scope)
    answer = api(method, path)
    assert (answer.status_code, answer.json["code"]) == (403, "NotAllowed")
    assert "insufficient_scope" in answer.headers["WWW-Authenticate"]


def test_a_dead_service_is_told_as_such(api: Api, bus: FakeBus) -> None:
    bus.answers[ListSubjects] = ServiceUnavailable("booking")
    answer = api("get", "/subjects")
    assert (answer.status_code, answer.json["retryable"]) == (503, True)
    assert answer.headers["Retry-After"]
