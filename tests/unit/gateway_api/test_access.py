"""Tokens and scopes: who may call, and what the others are told."""

import hashlib
from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.blueprints.api.tokens import SECONDS, KnownTokens
from services.contracts.errors import CredentialsRefused, NotAllowed, ServiceUnavailable
from services.contracts.identity import IntrospectToken, IssueToken, TokenIssued
from services.contracts.subjects import ListSubjects, Subjects
from tests.unit.gateway_api.conftest import NOW, SCOPES, TOKEN, Api, FakeBus

GRANT = {"grant_type": "client_credentials"}
DEMO = GRANT | {"client_id": "demo", "client_secret": "sesame"}


def _issued(**changes: Any) -> TokenIssued:
    fields: dict[str, Any] = {
        "client_id": "demo",
        "scopes": SCOPES,
        "expires_at": NOW + timedelta(minutes=10),
    }
    return TokenIssued(**fields | changes)


def _token(web: FlaskClient, form: dict[str, str], **headers: str) -> Any:
    return web.post("/api/v1/token", data=form, headers=headers)


def test_a_client_gets_a_token_by_its_form_fields(web: FlaskClient, bus: FakeBus) -> None:
    bus.answers[IssueToken] = _issued()
    answer = _token(web, DEMO)
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert (answer.json["expires_in"], answer.json["scope"]) == (600, " ".join(SCOPES))
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_client_gets_a_token_by_basic_authentication(web: FlaskClient, bus: FakeBus) -> None:
    bus.answers[IssueToken] = _issued()
    basic = b64encode(b"demo:sesame").decode()
    assert _token(web, GRANT, Authorization=f"Basic {basic}").status_code == 200
    assert bus.of(IssueToken)[0].client_id == "demo"


def test_only_digests_cross_the_bus(web: FlaskClient, bus: FakeBus) -> None:
    bus.answers[IssueToken] = _issued()
    token = _token(web, DEMO | {"scope": "slots:read"}).json["access_token"]
    (asked,) = bus.of(IssueToken)
    assert asked.secret_digest == hashlib.sha256(b"sesame").hexdigest()
    assert asked.token_digest == hashlib.sha256(token.encode()).hexdigest()
    assert asked.scopes == ("slots:read",)


def test_every_token_is_another_one(web: FlaskClient, bus: FakeBus) -> None:
    bus.answers[IssueToken] = _issued()
    tokens = {_token(web, DEMO).json["access_token"] for _ in range(5)}
    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "invalid_request"),
        (DEMO | {"grant_type": "password"}, 400, "unsupported_grant_type"),
        (GRANT, 401, "invalid_client"),
        (GRANT | {"client_id": "demo"}, 401, "invalid_client"),
        (DEMO | {"client_id": "x" * 101}, 400, "invalid_request"),
    ],
)
def test_a_token_request_is_refused_in_oauths_words(
    web: FlaskClient, form: dict[str, str], status: int, error: str
) -> None:
    answer = _token(web, form)
    assert (answer.status_code, answer.json) == (status, {"error": error})


@pytest.mark.parametrize(
    ("refusal", "status", "error"),
    [(CredentialsRefused(), 401, "invalid_client"), (NotAllowed("scope"), 400, "invalid_scope")],
)
def test_what_identity_refuses_is_told_in_oauths_words(
    web: FlaskClient, bus: FakeBus, refusal: Exception, status: int, error: str
) -> None:
    bus.answers[IssueToken] = refusal
    answer = _token(web, DEMO)
    assert (answer.status_code, answer.json) == (status, {"error": error})


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


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}])
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
