"""Tokens over HTTP: three ways to prove who one is, the answers of OAuth, and a token's end."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from flask.testing import FlaskClient

from gateway.blueprints.api.access import digest
from services.contracts.errors import ServiceUnavailable
from services.contracts.identity import SCOPES, IssueToken
from services.contracts.machines import ALGORITHMS
from tests.unit.gateway_api.machine_bus import PASSWORD, MachineBus
from tests.unit.gateway_api.test_limits import from_network, set_limits
from tests.unit.identity.machines.fakes import claims, ec_key, signed

ORIGIN = "http://localhost:8000"
GRANT = {"grant_type": "client_credentials"}
BY_FORM = GRANT | {"client_id": "demo", "client_secret": PASSWORD}
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def bus() -> MachineBus:
    return MachineBus()


@pytest.fixture(autouse=True)
def _issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.unit.identity.machines.fakes.ISSUER", ORIGIN)


def basic(client_id: str = "demo", secret: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{client_id}:{secret}'.encode()).decode()}"}


def assertion(**changes: Any) -> str:
    return signed(claims("signer", aud=ORIGIN, **changes))


def by_assertion(**changes: str) -> dict[str, str]:
    return GRANT | {"client_assertion_type": JWT_BEARER, "client_assertion": assertion()} | changes


def ask(web: FlaskClient, form: dict[str, Any] | None = None, path: str = "token", **headers: str) -> Any:
    return web.post(f"/api/v1/{path}", data=form, headers=headers)


def refusal(answer: Any) -> tuple[int, str]:
    assert set(answer.json) <= {"error", "error_description"}
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["error"]


def may_read(web: FlaskClient, token: str) -> bool:
    answer = web.get("/api/v1/subjects", headers={"Authorization": f"Bearer {token}"})
    return bool(answer.status_code == 200)


# --- three ways in ----------------------------------------------------------------


def test_a_client_proves_itself_in_one_of_three_ways(web: FlaskClient) -> None:
    answers = (ask(web, BY_FORM), ask(web, GRANT, **basic()), ask(web, by_assertion()))
    for answer in answers:
        assert answer.status_code == 200, answer.json
        assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}
        assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
        assert answer.headers["Cache-Control"] == "no-store"
        assert may_read(web, answer.json["access_token"])
    assert len({answer.json["access_token"] for answer in answers}) == 3


def test_the_parts_of_basic_authentication_are_encoded_like_a_form(web: FlaskClient, bus: MachineBus) -> None:
    bus.world.register("odd", secret_digest=digest("a+b c%ü:"))
    assert ask(web, GRANT, **basic("odd", "a%2Bb+c%25%C3%BC%3A")).status_code == 200


def test_a_client_may_be_named_beside_its_proof(web: FlaskClient) -> None:
    assert ask(web, by_assertion(client_id="signer")).status_code == 200
    assert ask(web, GRANT | {"client_id": "demo"}, **basic()).status_code == 200


def test_scopes_asked_for_are_given_and_no_others(web: FlaskClient) -> None:
    assert ask(web, BY_FORM | {"scope": "slots:read"}).json["scope"] == "slots:read"
    assert refusal(ask(web, BY_FORM | {"scope": "calendars:write"})) == (400, "invalid_scope")
    assert refusal(ask(web, by_assertion(scope="calendars:write"))) == (400, "invalid_scope")


def test_no_secret_and_no_token_crosses_the_bus(web: FlaskClient, bus: MachineBus) -> None:
    token = ask(web, BY_FORM).json["access_token"]
    ask(web, BY_FORM | {"token": token}, "revoke")
    ask(web, {"token": token}, "revoke", **basic())
    told = repr(bus.asked)
    assert PASSWORD not in told
    assert token not in told


# --- refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "headers", "error"),
    [
        ({}, {}, "invalid_request"),
        (BY_FORM | {"grant_type": ""}, {}, "invalid_request"),
        (BY_FORM | {"client_secret": "x" * 201}, {}, "invalid_request"),
        (BY_FORM | {"grant_type": ["client_credentials", "client_credentials"]}, {}, "invalid_request"),
        (BY_FORM | {"scope": ["slots:read", "calendars:write"]}, {}, "invalid_request"),
        (BY_FORM, basic(), "invalid_request"),
        (GRANT | {"client_id": "other"}, basic(), "invalid_request"),
        (by_assertion(client_secret="x"), {}, "invalid_request"),
        (by_assertion(), basic(), "invalid_request"),
        (BY_FORM, {"Authorization": "Bearer x"}, "invalid_request"),
        (BY_FORM | {"grant_type": "password"}, {}, "unsupported_grant_type"),
        (BY_FORM | {"grant_type": "é\n<script>"}, {}, "unsupported_grant_type"),
        (BY_FORM | {"grant_type": "refresh_token", "refresh_token": "x"}, {}, "unsupported_grant_type"),
    ],
)
def test_a_malformed_request_is_told_so(
    web: FlaskClient, bus: MachineBus, form: dict[str, Any], headers: dict[str, str], error: str
) -> None:
    assert refusal(ask(web, form, **headers)) == (400, error)
    assert bus.asked == []


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        (GRANT, {}),
        (GRANT | {"client_id": "demo"}, {}),
        (GRANT | {"client_secret": PASSWORD}, {}),
        (BY_FORM | {"client_secret": "wrong"}, {}),
        (BY_FORM | {"client_id": "stranger"}, {}),
        (BY_FORM | {"client_id": "signer"}, {}),
        (GRANT, basic(secret="wrong")),
        (GRANT, {"Authorization": "Basic !!!"}),
        (GRANT, {"Authorization": "Basic /w=="}),
        (GRANT, {"Authorization": "Basic"}),
        (GRANT, {"Authorization": "Digest x"}),
        (GRANT | {"client_assertion": "x"}, {}),
        (GRANT | {"client_assertion": "x", "client_assertion_type": JWT_BEARER}, {}),
        (GRANT | {"client_assertion": "x", "client_assertion_type": "saml2-bearer"}, {}),
        (GRANT | {"client_assertion_type": JWT_BEARER}, {}),
    ],
)
def test_who_does_not_prove_himself_is_told_the_same_each_time(
    web: FlaskClient, bus: MachineBus, form: dict[str, Any], headers: dict[str, str]
) -> None:
    answer = ask(web, form, **headers)
    assert refusal(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="service API"'
    assert bus.world.given.tokens == {}


def test_a_stranger_cannot_be_told_from_a_wrong_secret(web: FlaskClient) -> None:
    wrong, stranger = (ask(web, BY_FORM | change) for change in ({"client_secret": "x"}, {"client_id": "x"}))
    assert wrong.data == stranger.data
    assert set(wrong.headers.keys()) == set(stranger.headers.keys())


def test_an_assertion_is_refused_the_second_time(web: FlaskClient) -> None:
    form = by_assertion()
    assert ask(web, form).status_code == 200
    assert refusal(ask(web, form)) == (401, "invalid_client")


def test_an_assertion_for_another_server_or_client_is_refused(web: FlaskClient) -> None:
    elsewhere = signed(claims("signer", aud=f"{ORIGIN}/api/v1/token"))
    assert refusal(ask(web, by_assertion(client_assertion=elsewhere))) == (401, "invalid_client")
    assert refusal(ask(web, by_assertion(client_id="demo"))) == (401, "invalid_client")


def test_what_stands_in_the_address_is_not_read(web: FlaskClient, bus: MachineBus) -> None:
    answer = web.post("/api/v1/token", query_string=BY_FORM)
    assert refusal(answer) == (400, "invalid_request")
    assert web.get("/api/v1/token", query_string=BY_FORM).status_code == 405
    assert bus.asked == []


def test_there_are_no_refresh_tokens(web: FlaskClient) -> None:
    assert "refresh_token" not in ask(web, BY_FORM).json


def test_while_identity_is_away_a_problem_says_so(
    web: FlaskClient, bus: MachineBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_request: Any) -> Any:
        raise ServiceUnavailable("identity")

    monkeypatch.setattr(bus, "call", away)
    answer = ask(web, BY_FORM)
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_only_tokens_that_were_given_count_for_their_client(web: FlaskClient) -> None:
    set_limits(web, "token_client=2/0/0")
    for number in range(5):
        assert ask(web, BY_FORM | {"client_secret": "x"}, **from_network(number)).status_code == 401
    answers = [ask(web, BY_FORM, **from_network(number)) for number in range(10, 13)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"]
    assert ask(web, by_assertion(), **from_network(20)).status_code == 200


# --- given back ---------------------------------------------------------------------


def test_a_token_that_is_given_back_opens_nothing(web: FlaskClient) -> None:
    token = ask(web, BY_FORM).json["access_token"]
    assert may_read(web, token)
    answer = ask(web, {"token": token, "token_type_hint": "something"}, "revoke", **basic())
    assert (answer.status_code, answer.json) == (200, {})
    assert not may_read(web, token)
    assert ask(web, {"token": token}, "revoke", **basic()).status_code == 200


def test_a_token_is_given_back_with_an_assertion(web: FlaskClient) -> None:
    token = ask(web, by_assertion()).json["access_token"]
    form = {"token": token, "client_assertion_type": JWT_BEARER, "client_assertion": assertion()}
    assert ask(web, form, "revoke").status_code == 200
    assert not may_read(web, token)


def test_nobody_gives_back_what_is_not_his(web: FlaskClient) -> None:
    token = ask(web, by_assertion()).json["access_token"]
    assert ask(web, {"token": token}, "revoke", **basic()).status_code == 200
    assert refusal(ask(web, {"token": token}, "revoke")) == (401, "invalid_client")
    assert refusal(ask(web, {"token": token}, "revoke", **basic(secret="x"))) == (401, "invalid_client")
    assert refusal(ask(web, {}, "revoke", **basic())) == (400, "invalid_request")
    assert may_read(web, token)


def test_revocations_are_counted_with_requests_for_tokens(web: FlaskClient) -> None:
    set_limits(web, "token=1/0/0")
    assert ask(web, BY_FORM).status_code == 200
    assert ask(web, {"token": "x"}, "revoke", **basic()).status_code == 429


# --- what is published ----------------------------------------------------------------


def test_the_server_says_of_itself_what_is_so(web: FlaskClient) -> None:
    found = AuthorizationServerMetadata(web.get("/.well-known/oauth-authorization-server").json)
    for name in found.REGISTRY_KEYS:
        if name != "response_types_supported":  # Authlib wants one; who grants nothing in a browser has none
            getattr(found, f"validate_{name}", lambda: None)()
    assert found["issuer"] == ORIGIN
    assert found["scopes_supported"] == list(SCOPES)
    assert found["response_types_supported"] == []
    ways = ["client_secret_basic", "client_secret_post", "private_key_jwt"]
    for endpoint in ("token", "revocation"):
        assert found[f"{endpoint}_endpoint_auth_methods_supported"] == ways
        assert found[f"{endpoint}_endpoint_auth_signing_alg_values_supported"] == list(ALGORITHMS)
        path = found[f"{endpoint}_endpoint"].removeprefix(ORIGIN)
        assert web.post(path).status_code == 400
    assert web.get(found["service_documentation"].removeprefix(ORIGIN)).status_code == 200


def test_the_metadata_are_limited(web: FlaskClient) -> None:
    set_limits(web, "metadata=1/0/0")
    answers = [web.get("/.well-known/oauth-authorization-server") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]


def test_the_issuer_has_no_slash_at_its_end(web: FlaskClient, bus: MachineBus) -> None:
    with_slash = signed(claims("signer", aud=f"{ORIGIN}/"), ec_key())
    assert refusal(ask(web, by_assertion(client_assertion=with_slash))) == (401, "invalid_client")
    assert [type(asked) for asked in bus.asked] != [IssueToken]
