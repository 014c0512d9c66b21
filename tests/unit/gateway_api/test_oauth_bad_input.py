"""Every field of the addresses of OAuth spoilt, through the gateway into identity: no token, one error."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.blueprints.api.document import document
from tests.unit import bad_values
from tests.unit.gateway_api.machine_bus import PASSWORD, MachineBus
from tests.unit.gateway_api.test_limits import set_limits
from tests.unit.gateway_api.test_oauth import BY_FORM, GRANT, JWT_BEARER, ORIGIN, assertion
from tests.unit.identity.machines.fakes import digest

HARMLESS = {"scope", "token_type_hint"}
"""Left out or empty, these change nothing."""
BODIES = (
    b"",
    b"\xff",
    b"grant_type=%ff%fe",
    b"&&&=&=",
    b"a" * 100_000,
    b"{}",
    b"grant_type=client_credentials",
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "application/json")
HEADERS = ("", "Basic", "Basic Og==", "Basic :", "Basic \xff", "Negotiate x", "Basic " + "A" * 10_000)


@pytest.fixture
def bus() -> MachineBus:
    found = MachineBus()
    found.world.given.tokens.clear()
    return found


@pytest.fixture(autouse=True)
def _room_for_all(web: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(web, "token=1000000/0/0", "token_client=1000000/0/0")
    monkeypatch.setattr("tests.unit.identity.machines.fakes.ISSUER", ORIGIN)


def good(path: str, way: str) -> dict[str, str]:
    """A request that would succeed, made anew: an assertion opens once."""
    proofs = {
        "secret": {"client_id": "demo", "client_secret": PASSWORD},
        "assertion": {
            "client_id": "signer",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": assertion(),
        },
    }
    wanted = {
        "token": GRANT | {"scope": "slots:read"},
        "revoke": {"token": "x", "token_type_hint": "access_token"},
    }
    return wanted[path] | proofs[way]


def send(web: FlaskClient, path: str, form: dict[str, Any]) -> Any:
    """A form has texts alone; what is a list stands there several times."""
    texts = {name: value if isinstance(value, list) else str(value) for name, value in form.items()}
    return web.post(f"/api/v1/{path}", data=texts)


def fault(answer: Any, path: str) -> str:
    """What is wrong with a refusal; empty where it is one that the OpenAPI document announces."""
    announced = document()["paths"][f"/api/v1/{path}"]["post"]["responses"]
    if str(answer.status_code) not in announced or answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code == 200:
        return ""
    if answer.mimetype != "application/json" or answer.headers["Cache-Control"] != "no-store":
        return f"{answer.status_code} {answer.mimetype}"
    schema = announced[str(answer.status_code)]["content"]["application/json"]["schema"]
    known = answer.json["error"] in schema["properties"]["error"]["enum"]
    return "" if known and set(answer.json) <= schema["properties"].keys() else str(answer.json)


@pytest.mark.parametrize("way", ["secret", "assertion"])
@pytest.mark.parametrize("path", ["token", "revoke"])
def test_a_request_with_any_field_spoilt_gives_nothing(
    web: FlaskClient, bus: MachineBus, path: str, way: str
) -> None:
    faults = []
    for place, bad in bad_values.ways_to_spoil(good(path, way)):
        form = bad_values.spoilt(good(path, way), place, bad)
        answer = send(web, path, form)
        what = f"{place} as {str(bad)[:60]!r}"
        faults += [f"{what}: {found}"] if (found := fault(answer, path)) else []
        if answer.status_code == 200 and not _is_harmless(place[0], path, way, form):
            faults.append(f"{what}: accepted")
    assert faults == []
    assert bus.undeclared == []


@pytest.mark.parametrize("path", ["token", "revoke"])
def test_every_parameter_of_the_document_is_spoilt(path: str) -> None:
    body = document()["paths"][f"/api/v1/{path}"]["post"]["requestBody"]
    schema = body["content"]["application/x-www-form-urlencoded"]["schema"]
    assert set(schema["properties"]) == good(path, "secret").keys() | good(path, "assertion").keys()


def _is_harmless(field: str, path: str, way: str, form: dict[str, Any]) -> bool:
    if field in HARMLESS or (field == "token" and path == "revoke"):
        return True
    return field == "client_id" and way == "assertion" and not form.get(field)


@pytest.mark.parametrize("path", ["token", "revoke"])
@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:20]))
def test_a_body_that_is_no_form_gives_nothing(
    web: FlaskClient, bus: MachineBus, path: str, kind: str, body: bytes
) -> None:
    answer = web.post(f"/api/v1/{path}", data=body, content_type=kind)
    assert fault(answer, path) == ""
    assert answer.status_code in (400, 401)
    assert bus.world.given.tokens == {}


@pytest.mark.parametrize("path", ["token", "revoke"])
@pytest.mark.parametrize("header", HEADERS, ids=lambda header: header[:12])
def test_a_header_that_is_no_proof_gives_nothing(
    web: FlaskClient, bus: MachineBus, path: str, header: str
) -> None:
    form = GRANT if path == "token" else {"token": "x"}
    answer = web.post(f"/api/v1/{path}", data=form, headers={"Authorization": header})
    assert (fault(answer, path), answer.status_code) == ("", 401)
    assert bus.world.given.tokens == {}


def test_a_spoilt_header_beside_a_good_form_is_refused(web: FlaskClient, bus: MachineBus) -> None:
    answer = web.post("/api/v1/token", data=BY_FORM, headers={"Authorization": "Basic x"})
    assert (fault(answer, "token"), answer.status_code) == ("", 400)
    assert bus.world.given.get(digest("x")) is None
