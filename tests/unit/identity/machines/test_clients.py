"""Registration of machine clients, and the change of their keys."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.chassis import context
from services.contracts.errors import InvalidField, NotAllowed, NotFound, StaleVersion
from services.contracts.identity import SCOPES
from services.contracts.machines import AddClientKey, ChangeMachine, Machine, RemoveClientKey
from tests.unit.identity.machines.fakes import (
    NOW,
    STAFF,
    World,
    digest,
    ec_key,
    registration,
)


@pytest.fixture
def world() -> World:
    return World()


def change(world: World, before: Machine, **changes: Any) -> Machine:
    kept = {name: getattr(before, name) for name in ("version", "name", "contact", "scopes", "is_enabled")}
    return world.machines.change(ChangeMachine(client_id=before.client_id, staff_id=STAFF, **kept | changes))


def adding(before: Machine, secret: str = "new", days: float = 7, **changes: Any) -> AddClientKey:
    fields: dict[str, Any] = {
        "client_id": before.client_id,
        "version": before.version,
        "staff_id": STAFF,
        "old_until": NOW + timedelta(days=days),
        "secret_digest": digest(secret) if secret else "",
    }
    return AddClientKey(**fields | changes)


def removing(before: Machine, key_id: str) -> RemoveClientKey:
    return RemoveClientKey(client_id=before.client_id, version=before.version, key_id=key_id, staff_id=STAFF)


def steps(machine: Machine) -> list[tuple[str, str]]:
    return [(step.what, step.detail) for step in machine.trail]


# --- registration ---------------------------------------------------------------


def test_a_client_is_registered_with_its_first_key(world: World) -> None:
    made = world.register()
    assert (made.client_id, made.version, made.is_enabled) == ("case-files", 1, True)
    (key,) = made.keys
    assert (key.created_at, key.expires_at, key.last_used_at) == (NOW, None, None)
    assert world.machines.get("case-files") == made
    assert steps(made) == [("registered", "slots:read appointments:read")]


def test_what_is_answered_tells_nothing_that_opens(world: World) -> None:
    world.register()
    world.register_signer("signer")
    told = repr(world.machines.list())
    assert digest("secret") not in told
    assert ec_key().as_dict(private=False)["x"] not in told


def test_a_repeated_registration_changes_nothing(world: World) -> None:
    first = world.register()
    assert world.register() == first


@pytest.mark.parametrize("changes", [{"secret_digest": digest("another")}, {"name": "Another"}])
def test_an_id_that_is_taken_is_refused(world: World, changes: dict[str, Any]) -> None:
    before = world.register()
    with pytest.raises(StaleVersion):
        world.register(**changes)
    assert world.machines.get("case-files") == before


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"client_id": ""}, "client_id", "missing"),
        ({"client_id": "ab"}, "client_id", "format"),
        ({"client_id": "x" * 41}, "client_id", "format"),
        ({"client_id": "Case_Files"}, "client_id", "format"),
        ({"client_id": "$where.a"}, "client_id", "format"),
        ({"name": " "}, "name", "missing"),
        ({"name": "x" * 101}, "name", "too_long"),
        ({"name": "a\nb"}, "name", "format"),
        ({"contact": "nobody"}, "contact", "format"),
        ({"contact": ""}, "contact", "missing"),
        ({"contact": f"{'x' * 64}@{'y' * 190}.lu"}, "contact", "too_long"),
        ({"auth_method": "none"}, "auth_method", "choice"),
        ({"scopes": ()}, "scopes", "missing"),
        ({"scopes": ("everything",)}, "scopes", "choice"),
        ({"secret_digest": ""}, "secret_digest", "missing"),
        ({"secret_digest": "the secret itself"}, "secret_digest", "format"),
        ({"public_key": "{}"}, "public_key", "choice"),
        ({"auth_method": "private_key_jwt", "public_key": "{}"}, "secret_digest", "choice"),
        ({"auth_method": "private_key_jwt", "secret_digest": ""}, "public_key", "missing"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(
    world: World, changes: dict[str, Any], field: str, rule: str
) -> None:
    with pytest.raises(InvalidField) as refused:
        world.machines.register(registration(**changes))
    assert refused.value.details == {"field": field, "rule": rule}
    assert world.store.stored == {}


def test_clients_are_listed_by_name(world: World) -> None:
    for client_id, name in (("one", "Zebra"), ("two", "Ant"), ("three", "Ant")):
        world.register(client_id, name=name)
    assert [found.client_id for found in world.machines.list().machines] == ["three", "two", "one"]


def test_a_client_that_is_not_there_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        world.machines.get("case-files")


# --- changes --------------------------------------------------------------------


def test_each_thing_that_changes_is_a_step_of_the_trail(world: World) -> None:
    before = world.register()
    with context.use(context.begin(origin="console:0123456789abcdef")):
        after = change(world, before, name="Files", scopes=("slots:read",), is_enabled=False)
    assert after.version == 2
    assert steps(after)[1:] == [("described", ""), ("scopes_changed", "slots:read"), ("disabled", "")]
    assert {(step.staff_id, step.origin) for step in after.trail[1:]} == {(STAFF, "console:0123456789abcdef")}
    assert steps(change(world, after, is_enabled=True))[-1] == ("enabled", "")


def test_a_change_to_what_is_already_so_makes_no_version(world: World) -> None:
    before = world.register()
    assert change(world, before, scopes=("appointments:read", "slots:read")) == before


def test_a_repeated_change_answers_the_same(world: World) -> None:
    before = world.register()
    after = change(world, before, name="Files")
    assert change(world, before, name="Files") == after


def test_a_change_made_from_an_old_version_is_refused(world: World) -> None:
    before = world.register()
    change(world, before, scopes=SCOPES)
    with pytest.raises(StaleVersion):
        change(world, before, is_enabled=False)


def test_of_two_changes_at_once_one_is_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.register()
    stored = world.store.stored["case-files"]
    change(world, before, scopes=SCOPES)
    monkeypatch.setattr(world.store, "get", lambda _client_id: stored)
    with pytest.raises(StaleVersion):
        change(world, before, is_enabled=False)


def test_a_trail_is_kept_for_a_year(world: World) -> None:
    before = change(world, world.register(), name="Files")
    world.clock.advance(days=365)
    assert world.machines.get("case-files").trail == ()
    assert steps(change(world, before, name="Papers")) == [("described", "")]


def test_a_trail_that_nobody_touches_is_forgotten_too(world: World) -> None:
    world.register()
    world.clock.advance(days=364)
    world.machines.forget_steps()
    assert world.store.stored["case-files"].trail
    world.clock.advance(days=1)
    world.machines.forget_steps()
    assert world.store.stored["case-files"].trail == ()


# --- keys -----------------------------------------------------------------------


def test_keys_are_changed_with_an_overlap(world: World) -> None:
    after = world.machines.add_key(adding(world.register(), days=7))
    old, new = after.keys
    assert (old.expires_at, new.expires_at) == (NOW + timedelta(days=7), None)
    assert steps(after)[-1] == ("key_added", new.key_id)
    world.clock.advance(days=7)
    assert [key.key_id for key in world.machines.get("case-files").keys] == [new.key_id]


def test_a_key_is_changed_without_an_overlap(world: World) -> None:
    after = world.machines.add_key(adding(world.register(), days=0))
    assert len(after.keys) == 1
    assert after.keys[0].expires_at is None


def test_a_third_key_is_refused_until_one_is_over(world: World) -> None:
    second = world.machines.add_key(adding(world.register(), days=1))
    with pytest.raises(NotAllowed, match="key"):
        world.machines.add_key(adding(second, "third"))
    world.clock.advance(days=1)
    asked = adding(second, "third", old_until=world.clock.now() + timedelta(days=1))
    assert len(world.machines.add_key(asked).keys) == 2


def test_an_end_that_is_nearer_already_stays(world: World) -> None:
    second = world.machines.add_key(adding(world.register(), days=1))
    without_new = world.machines.remove_key(removing(second, second.keys[1].key_id))
    third = world.machines.add_key(adding(without_new, "third", days=30))
    assert third.keys[0].expires_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("days", [-1, 91])
def test_an_overlap_is_at_most_ninety_days_and_not_past(world: World, days: int) -> None:
    with pytest.raises(InvalidField, match="old_until"):
        world.machines.add_key(adding(world.register(), days=days))


def test_a_repeated_change_of_keys_answers_the_same(world: World) -> None:
    before = world.register()
    after = world.machines.add_key(adding(before))
    assert world.machines.add_key(adding(before)) == after


def test_a_key_that_the_client_has_is_no_new_one(world: World) -> None:
    before = world.register_signer()
    public = json.dumps(ec_key().as_dict(private=False))
    with pytest.raises(InvalidField, match="public_key"):
        world.machines.add_key(adding(before, "", public_key=public))


def test_a_key_of_the_other_method_is_refused(world: World) -> None:
    with pytest.raises(InvalidField, match="secret_digest"):
        world.machines.add_key(adding(world.register_signer(), "secret"))


def test_the_last_key_can_be_removed_too(world: World) -> None:
    before = world.register()
    after = world.machines.remove_key(removing(before, before.keys[0].key_id))
    assert after.keys == ()
    assert steps(after)[-1] == ("key_removed", before.keys[0].key_id)
    assert world.machines.remove_key(removing(before, before.keys[0].key_id)) == after


def test_a_removal_made_from_an_old_version_is_refused(world: World) -> None:
    before = world.register()
    change(world, before, name="Files")
    with pytest.raises(StaleVersion):
        world.machines.remove_key(removing(before, before.keys[0].key_id))
