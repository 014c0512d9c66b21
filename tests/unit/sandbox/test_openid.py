"""The staff's provider: its sessions, and what it refuses of whom."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7523 import private_key_jwt_sign
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from deploy.dev.sandbox.files import STAFF_CLIENT, STAFF_CONTEXT, STAFF_KEY_ID, Files
from deploy.dev.sandbox.kept import SECONDS, Kept
from deploy.dev.sandbox.openid import pages
from services.identity.oidc.logout_token import LOGOUT_EVENT
from tests.unit.sandbox.conftest import ORIGIN, PUBLIC_URL

ISSUER = f"{ORIGIN}/staff"
CALLBACK = f"{PUBLIC_URL}/login/staff/callback"
VERIFIER = "v" * 64


@dataclass
class Client:
    """A relying party that does what a test wants."""

    http: httpx.Client
    key: ECKey

    def request(self, **changed: str) -> dict[str, str]:
        asked = {
            "response_type": "code",
            "client_id": STAFF_CLIENT,
            "redirect_uri": CALLBACK,
            "scope": "openid profile groups",
            "state": "a state",
            "nonce": "a nonce",
            "code_challenge": create_s256_code_challenge(VERIFIER),
            "code_challenge_method": "S256",
        } | changed
        return {name: value for name, value in asked.items() if value}

    def ask(self, **changed: str) -> httpx.Response:
        return self.http.get("/staff/authorize", params=self.request(**changed))

    def choose(self, person: str, **changed: str) -> dict[str, str]:
        """What comes back to the platform."""
        asked = self.request(**changed)
        return answer(self.http.post("/staff/authorize", params=asked, data={"person": person}))

    def fetch(self, granted: str, **changed: str) -> httpx.Response:
        proof = {
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": self.assertion(),
        }
        form = {
            "grant_type": "authorization_code",
            "code": granted,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.http.post("/staff/token", data=form | proof | changed)

    def assertion(self, key: ECKey | None = None, audience: str = ISSUER) -> str:
        header = {"kid": STAFF_KEY_ID}
        return str(private_key_jwt_sign(key or self.key, STAFF_CLIENT, audience, alg="ES256", header=header))

    def claims(self, tokens: httpx.Response) -> dict[str, Any]:
        keys = KeySet.import_key_set(self.http.get("/staff/keys").json())
        return dict(jwt.decode(tokens.json()["id_token"], keys, ["ES256"]).claims)


def answer(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302, response.text
    place = response.headers["Location"]
    assert place.startswith(f"{CALLBACK}?")
    return dict(parse_qsl(urlsplit(place).query))


@pytest.fixture
def client(http: httpx.Client, files: Files) -> Client:
    return Client(http, ECKey.import_key((files.platform / "staff.pem").read_text()))


def test_it_describes_itself(http: httpx.Client) -> None:
    found = http.get("/staff/.well-known/openid-configuration").json()
    assert found["issuer"] == ISSUER
    assert found["authorization_response_iss_parameter_supported"] is True
    assert all("d" not in key for key in http.get("/staff/keys").json()["keys"])


def test_who_is_chosen_is_described_with_groups_and_session(client: Client) -> None:
    back = client.choose("supervisor-sam")
    assert (back["state"], back["iss"]) == ("a state", ISSUER)
    claims = client.claims(client.fetch(back["code"]))
    assert (claims["sub"], claims["given_name"], claims["family_name"]) == ("supervisor-sam", "Sam", "Demo")
    assert claims["directory"]["groups"] == ["everybody", "video-supervisors"]
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (ISSUER, [STAFF_CLIENT], "a nonce")
    assert (claims["acr"], bool(claims["sid"])) == (STAFF_CONTEXT, True)
    assert abs(claims["auth_time"] - time.time()) < 60


def test_who_gives_up_is_denied(client: Client) -> None:
    back = client.choose("")
    assert (back["error"], back["state"], back["iss"]) == ("access_denied", "a state", ISSUER)


def test_who_is_signed_in_is_asked_again_only_if_that_is_wished(client: Client) -> None:
    assert "Anna Demo" in client.ask().text
    client.choose("agent-anna")
    again = client.claims(client.fetch(answer(client.ask())["code"]))
    assert again["sub"] == "agent-anna"
    for wish in ({"prompt": "login"}, {"max_age": "-1"}):
        assert "Anna Demo" in client.ask(**wish).text


def test_nobody_is_asked_where_that_is_not_wished(client: Client) -> None:
    assert answer(client.ask(prompt="none"))["error"] == "login_required"
    client.choose("agent-anna")
    assert answer(client.ask(prompt="none"))["code"]


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "stranger"},
        {"client_id": ""},
        {"redirect_uri": "https://elsewhere.example/callback"},
        {"redirect_uri": f"{CALLBACK}/x"},
    ],
)
def test_a_stranger_is_sent_nowhere(client: Client, changed: dict[str, str]) -> None:
    response = client.ask(**changed)
    assert response.status_code == 400
    assert "Location" not in response.headers


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
    ],
)
def test_a_request_that_is_not_safe_is_refused(client: Client, changed: dict[str, str], error: str) -> None:
    assert answer(client.ask(**changed))["error"] == error


def test_a_code_is_good_once(client: Client) -> None:
    code = client.choose("agent-anna")["code"]
    assert client.fetch(code).status_code == 200
    assert client.fetch(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed", [{"code_verifier": "w" * 64}, {"redirect_uri": "https://elsewhere.example"}, {"code": "x"}]
)
def test_a_code_is_for_who_asked_for_it(client: Client, changed: dict[str, str]) -> None:
    code = client.choose("agent-anna")["code"]
    assert client.fetch(code, **changed).json()["error"] == "invalid_grant"


def test_the_platform_proves_itself_with_its_own_key_once(client: Client) -> None:
    code = client.choose("agent-anna")["code"]
    foreign, elsewhere = ECKey.generate_key("P-256"), "https://elsewhere.example"
    for proof in (client.assertion(foreign), client.assertion(audience=elsewhere), "nonsense"):
        assert client.fetch(code, client_assertion=proof).json()["error"] == "invalid_client"
    used = client.assertion()
    assert client.fetch(code, client_assertion=used).status_code == 200
    again = client.choose("agent-anna")["code"]
    assert client.fetch(again, client_assertion=used).json()["error"] == "invalid_client"


def test_a_sign_out_is_told_to_the_platform(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, dict[str, str]]] = []

    def post(url: str, *, data: dict[str, str], **_: Any) -> httpx.Response:
        told.append((url, data))
        return httpx.Response(200, request=httpx.Request("POST", url))

    monkeypatch.setattr(pages.httpx, "post", post)
    sid = client.claims(client.fetch(client.choose("agent-ben")["code"]))["sid"]
    assert "Ben Demo" in client.http.get("/staff/sign-out").text
    client.http.post("/staff/sign-out")
    client.http.post("/staff/sign-out")
    [(url, data)] = told
    assert url == f"{PUBLIC_URL}/login/staff/backchannel-logout"
    keys = KeySet.import_key_set(client.http.get("/staff/keys").json())
    token = jwt.decode(data["logout_token"], keys, ["ES256"])
    assert token.header["typ"] == "logout+jwt"
    assert (token.claims["sid"], token.claims["sub"], token.claims["aud"]) == (sid, "agent-ben", STAFF_CLIENT)
    assert token.claims["events"] == {LOGOUT_EVENT: {}}
    assert "nonce" not in token.claims
    assert "Anna Demo" in client.ask().text


def test_what_is_kept_is_forgotten_after_a_while() -> None:
    now = 0.0
    kept = Kept[str](monotonic=lambda: now)
    name = kept.keep("a visit")
    assert kept.look(name) == "a visit"
    now = SECONDS
    assert (kept.look(name), kept.take(name)) == (None, None)
    kept.keep("another")
    assert name not in kept._things
