"""Every field of the requests about machine clients spoilt: a declared error, and nothing half made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.chassis.codec import from_wire, to_wire
from services.contracts import machines as m
from services.contracts.identity import IntrospectToken, IssueToken
from services.contracts.wire import EVERYWHERE, Request
from tests.unit import bad_values
from tests.unit.identity.machines.fakes import NOW, STAFF, World, digest, registration, signed

CHANGED = {"client_id": "case-files", "version": 1, "staff_id": STAFF}
REQUESTS: dict[str, Request[Any]] = {
    "get": m.GetMachine(client_id="case-files"),
    "register": registration("other"),
    "change": m.ChangeMachine(
        **CHANGED, name="Files", contact="x@office.example", scopes=("slots:read",), is_enabled=True
    ),
    "add_key": m.AddClientKey(**CHANGED, old_until=NOW + timedelta(days=1), secret_digest=digest("new")),
    "remove_key": m.RemoveClientKey(**CHANGED, key_id="key"),
    "issue": IssueToken(
        client_id="case-files",
        secret_digest=digest("secret"),
        token_digest=digest("token"),
        scopes=("slots:read",),
    ),
    "issue_by_assertion": m.IssueTokenByAssertion(
        client_id="signer", assertion="x.y.z", token_digest=digest("token"), scopes=("slots:read",)
    ),
    "introspect": IntrospectToken(token_digest=digest("token")),
    "revoke": m.RevokeToken(
        token_digest=digest("token"), client_id="case-files", secret_digest=digest("secret")
    ),
}


def handle(world: World, name: str, request: Any) -> Any:
    if name == "get":
        return world.machines.get(request.client_id)
    owner = world.tokens if hasattr(world.tokens, name) else world.machines
    return getattr(owner, name)(request)


def made() -> World:
    world = World()
    world.register()
    world.register_signer("signer")
    return world


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_with_any_field_spoilt_is_refused_or_harmless(name: str) -> None:
    request = REQUESTS[name]
    declared, wire = (*type(request).errors, *EVERYWHERE), to_wire(request)
    for path, bad in bad_values.ways_to_spoil(wire):
        world = made()
        before = dict(world.store.stored)
        try:
            handle(world, name, from_wire(type(request), bad_values.spoilt(wire, path, bad)))
        except declared:
            assert world.store.stored == before, f"{path} as {bad!r} left something"
            assert world.given.tokens == {}


def test_what_is_stored_is_never_longer_than_its_field() -> None:
    for name in ("register", "change", "add_key"):
        wire = to_wire(REQUESTS[name])
        for path, bad in bad_values.ways_to_spoil(wire):
            world = made()
            try:
                handle(world, name, from_wire(type(REQUESTS[name]), bad_values.spoilt(wire, path, bad)))
            except (*type(REQUESTS[name]).errors, *EVERYWHERE):
                continue
            assert len(repr(world.store.stored)) < 5_000, path


def test_an_assertion_with_any_part_spoilt_gives_nothing() -> None:
    parts = signed().split(".")
    for place, part in enumerate(parts):
        for bad in ("", "!", part[:-1], part + "A", part[::-1], parts[place - 1]):
            world = made()
            world.register_signer("honest")
            text = ".".join([*parts[:place], bad, *parts[place + 1 :]])
            asked = m.IssueTokenByAssertion(client_id="", assertion=text, token_digest=digest("token"))
            with pytest.raises(m.IssueTokenByAssertion.errors):
                world.tokens.issue_by_assertion(asked)
