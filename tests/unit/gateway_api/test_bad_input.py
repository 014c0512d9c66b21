"""Every field of the service API spoilt, through the gateway into booking: one problem, nothing half made."""

from __future__ import annotations

import inspect
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from gateway.blueprints.api.document import document
from gateway.errors import type_named
from services.chassis.codec import from_wire, to_wire
from services.contracts.errors import ERRORS
from services.contracts.identity import IntrospectToken, TokenIssued
from services.contracts.wire import EVERYWHERE, Request
from tests.unit import bad_values
from tests.unit.booking.builders import EIGHT, FIRST_SLOT, LENGTH, MONDAY, PERSON, World, agent
from tests.unit.gateway_api.entry import pages_over

LANGUAGES = ("en", "de", "fr", "lb")
STARTS = [(FIRST_SLOT + n * LENGTH).isoformat() for n in range(4)]
APPLICANT = {
    name: getattr(PERSON, name)
    for name in (
        "first_name",
        "last_name",
        "national_number",
        "email",
        "phone",
        "street",
        "postal_code",
        "city",
        "country",
    )
}
BOOKING: dict[str, Any] = {
    "subject": "information",
    "topic": "maternity",
    "kind": "video",
    "language": "fr",
    "starts_at": STARTS[0],
    "consent": True,
    "applicant": APPLICANT,
    "insured": {
        "first_name": "Max",
        "last_name": "Muster",
        "birth_date": "2010-01-31",
        "birth_place": "Esch",
    },
    "mail_language": "fr",
}
SCOPES = ("appointments", "slots", "calendars")
ABSENCE = {"absence_id": "absence-1", "agent_id": "agent-a", "starts_at": STARTS[0], "until": STARTS[1]}
QUERIES = {
    "/days": {"kind": "video", "language": "fr", "first": MONDAY.isoformat(), "last": MONDAY.isoformat()},
    "/slots": {"kind": "video", "language": "fr", "day": MONDAY.isoformat(), "part_of_day": "morning"},
    "/slots/next": {"kind": "video", "language": "fr", "not_before": STARTS[1]},
    "/appointments": {"day": MONDAY.isoformat(), "agent_id": "agent-a"},
}


class ShortBus:
    """Carries requests to booking's use cases as the bus would, encoded and decoded, without a broker."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.undeclared: list[str] = []

    def call(self, request: Request[Any]) -> Any:
        if isinstance(request, IntrospectToken):
            scopes = tuple(f"{what}:{how}" for what in SCOPES for how in ("read", "write"))
            return TokenIssued(client_id="demo", scopes=scopes, expires_at=EIGHT + timedelta(minutes=5))
        kind = type(request)
        declared = (*kind.errors, *EVERYWHERE)
        try:
            decoded = from_wire(kind, to_wire(request))
            method = getattr(self.world.booking, kind.method)
            answer = method(decoded) if inspect.signature(method).parameters else method()
        except Exception as error:
            if not isinstance(error, declared):
                self.undeclared.append(f"{kind.method}: {error!r}")
            raise
        return from_wire(kind.reply, to_wire(answer, kind.reply))


@pytest.fixture
def world() -> World:
    return World(agent(), agent("agent-b"))


@pytest.fixture
def bus(world: World) -> ShortBus:
    return ShortBus(world)


@pytest.fixture
def web(bus: ShortBus) -> FlaskClient:
    return pages_over(bus, EIGHT)


def _send(web: FlaskClient, method: str, path: str, number: int, **rest: Any) -> Any:
    headers = {
        "Authorization": "Bearer x",
        "Accept-Language": LANGUAGES[number % len(LANGUAGES)],
        "Idempotency-Key": f"key-{number:06}",
    }
    return web.open(f"/api/v1{path}", method=method, headers=headers | rest.pop("headers", {}), **rest)


def _fault(answer: Any) -> str:
    """What is wrong with an answer; empty for success and for a caller's problem that was announced."""
    if answer.status_code < 300:
        return ""
    if answer.mimetype != "application/problem+json" or not 400 <= answer.status_code < 500:
        return f"{answer.status_code} {answer.mimetype}"
    problem = answer.get_json()
    known = ERRORS.get(problem["code"])
    named = known is not None and problem["type"] == type_named(known) and problem["title"]
    return "" if named and problem["type"] in _announced(answer) else json.dumps(problem)


def _announced(answer: Any) -> list[str]:
    """The problem types that the OpenAPI document lists for this operation and status."""
    asked = answer.request
    for path, operations in document()["paths"].items():
        if asked.method.lower() in operations and re.fullmatch(re.sub("{.*?}", "[^/]*", path), asked.path):
            response = operations[asked.method.lower()]["responses"].get(str(answer.status_code))
            if response is not None and "content" in response:
                content = response["content"]["application/problem+json"]
                return list(content["schema"]["allOf"][1]["properties"]["type"]["enum"])
    return []


def _try_all(web: FlaskClient, good: dict[str, Any], send: Any) -> list[str]:
    faults = []
    for number, (path, bad) in enumerate(bad_values.ways_to_spoil(good)):
        fault = _fault(send(bad_values.spoilt(good, path, bad), number))
        faults += [f"{path} as {str(bad)[:60]!r}: {fault}"] if fault else []
    return faults


def test_a_booking_with_any_field_spoilt_is_refused_and_holds_nothing(
    web: FlaskClient, bus: ShortBus, world: World
) -> None:
    def send(body: dict[str, Any], number: int) -> Any:
        answer = _send(web, "POST", "/appointments", number, json=body)
        if answer.status_code == 201:
            _send(web, "POST", f"/appointments/{answer.get_json()['appointment_id']}/cancel", number)
        world.booking.sweep()
        left = [claim.state for claim in world.claims.by_id.values() if claim.state != "cancelled"]
        assert left == [], f"{body} left {left}"
        return answer

    assert _try_all(web, BOOKING, send) == []
    assert bus.undeclared == []


@pytest.mark.parametrize(("path", "good"), QUERIES.items(), ids=QUERIES)
def test_a_query_with_any_field_spoilt_is_refused(
    web: FlaskClient, bus: ShortBus, path: str, good: dict[str, Any]
) -> None:
    assert _try_all(web, good, lambda query, n: _send(web, "GET", path, n, query_string=query)) == []
    assert bus.undeclared == []


@pytest.mark.parametrize(
    ("action", "good"), [("move", {"starts_at": STARTS[2]}), ("link", {"generation": 1})]
)
def test_a_change_with_any_field_spoilt_changes_nothing(
    web: FlaskClient,
    bus: ShortBus,
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    good: dict[str, Any],
) -> None:
    monkeypatch.setattr("gateway.link_generation.note", lambda _: None)
    booked = world.book()
    path = f"/appointments/{booked.appointment_id}/{action}"
    before = dict(world.claims.by_id)
    assert _try_all(web, good, lambda body, n: _send(web, "POST", path, n, json=body)) == []
    assert world.claims.by_id == before
    assert bus.undeclared == []


def test_a_change_of_the_calendars_with_any_field_spoilt_is_refused(
    web: FlaskClient, bus: ShortBus, world: World
) -> None:
    catalogue = _send(web, "GET", "/calendars", 0).get_json()
    entries = [{name: catalogue[f"{name}s"][0]} for name in ("calendar", "agent", "kind", "subject")]
    before = dict(world.claims.by_id)
    for change in (*entries, {"absence": ABSENCE}, {"end_absence": "absence-1"}):
        faults = _try_all(
            web, {"change": change}, lambda body, n: _send(web, "POST", "/calendars/preview", n, json=body)
        )
        assert faults == []
    assert bus.undeclared == []
    assert world.claims.by_id == before


NAMES = dict.fromkeys(LANGUAGES, "Name")
CHANGES = ("calendar", "agent", "kind", "subject", "absence", "end_absence")


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_that_is_made_with_any_field_spoilt_is_refused_and_changes_nothing(
    web: FlaskClient, bus: ShortBus, what: str
) -> None:
    def apply(body: dict[str, Any], number: int) -> Any:
        before = bus.world.booking.get_catalogue()
        answer = _send(web, "POST", "/calendars/changes", number, json=body)
        if answer.status_code == 200:
            bus.world = _with_absence(web, bus)
        else:
            assert bus.world.booking.get_catalogue() == before, f"{body} changed something"
        return answer

    bus.world = _with_absence(web, bus)
    assert _try_all(web, _change_to_make(web, what), apply) == []
    assert bus.undeclared == []


def _with_absence(web: FlaskClient, bus: ShortBus) -> World:
    """A world in which one agent will be absent."""
    bus.world = World(agent(), agent("agent-b"))
    made = _send(web, "POST", "/calendars/changes", 0, json=_previewed(web, {"absence": ABSENCE}))
    assert made.status_code == 200
    return bus.world


def _change_to_make(web: FlaskClient, what: str) -> dict[str, Any]:
    """The last one of these, with names where it needs some."""
    if what == "end_absence":
        return _previewed(web, {"end_absence": ABSENCE["absence_id"]})
    entry = _send(web, "GET", "/calendars", 0).get_json()[f"{what}s"][-1]
    if "names" in entry:
        entry["names"] = NAMES
    if "topics" in entry:
        entry["topic_names"] = dict.fromkeys(entry["topics"], NAMES)
    return _previewed(web, {what: entry})


def _previewed(web: FlaskClient, change: dict[str, Any]) -> dict[str, Any]:
    """What makes this change, as a caller knows it from the preview."""
    answer = _send(web, "POST", "/calendars/preview", 0, json={"change": change})
    assert answer.status_code == 200, answer.get_json()
    seen = answer.get_json()
    return {"change": change, "revision": seen["revision"], "impact_digest": seen["digest"]}


@pytest.mark.parametrize("ident", ["unknown", "x" * 64, "x" * 65, "é", "a.b", "$where", "%00", "a b"])
@pytest.mark.parametrize("action", ["", "/cancel", "/move", "/link"])
def test_an_id_that_is_nobodys_is_not_found_or_refused(web: FlaskClient, ident: str, action: str) -> None:
    body = {"/move": {"starts_at": STARTS[1]}, "/link": {"generation": 1}}.get(action)
    method = "POST" if action else "GET"
    answer = _send(web, method, f"/appointments/{quote(ident)}{action}", 0, json=body)
    assert _fault(answer) == ""
    assert answer.status_code in (404, 422)


@pytest.mark.parametrize("key", ["", "short", "x" * 129])
def test_a_key_that_is_none_is_refused(web: FlaskClient, world: World, key: str) -> None:
    change = _previewed(web, {"absence": ABSENCE})
    for path, body in (("/appointments", BOOKING), ("/calendars/changes", change)):
        answer = _send(web, "POST", path, 0, json=body, headers={"Idempotency-Key": key})
        assert (answer.status_code, answer.get_json()["code"]) == (422, "InvalidField")
        assert _fault(answer) == ""
    assert world.claims.by_id == {}
    assert world.booking.get_catalogue().absences == ()


def test_the_sentence_is_in_the_callers_language(web: FlaskClient) -> None:
    titles = {
        _send(web, "GET", "/slots", n, query_string={}).get_json()["title"] for n in range(len(LANGUAGES))
    }
    assert len(titles) == len(LANGUAGES)
