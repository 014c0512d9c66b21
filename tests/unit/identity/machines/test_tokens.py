"""Tokens of machine clients: by digests only, with scopes, for ten minutes, and for as long as their key."""

from datetime import timedelta

import pytest

from services.contracts.errors import CredentialsRefused, InvalidField, NotAllowed
from services.contracts.identity import IntrospectToken, IssueToken, TokenIssued
from services.contracts.machines import (
    AddClientKey,
    ChangeMachine,
    Machine,
    RemoveClientKey,
    RevokeToken,
)
from tests.unit.identity.machines.fakes import NOW, STAFF, World, claims, digest, signed

SECRET, TOKEN = digest("secret"), digest("token")


@pytest.fixture
def world() -> World:
    world = World()
    world.register()
    world.register("other", secret_digest=digest("other"), scopes=("slots:read",))
    return world


def issue(
    world: World,
    client: str = "case-files",
    secret: str = SECRET,
    scopes: tuple[str, ...] = (),
    token: str = TOKEN,
) -> TokenIssued:
    asked = IssueToken(client_id=client, secret_digest=secret, token_digest=token, scopes=scopes)
    return world.tokens.issue(asked)


def look(world: World, token: str = TOKEN) -> TokenIssued:
    return world.tokens.introspect(IntrospectToken(token_digest=token))


def revoke(world: World, client: str = "case-files", secret: str = SECRET, token: str = TOKEN) -> None:
    world.tokens.revoke(RevokeToken(token_digest=token, client_id=client, secret_digest=secret))


def change(world: World, **changes: object) -> Machine:
    found = world.machines.get("case-files")
    kept = {name: getattr(found, name) for name in ("version", "name", "contact", "scopes", "is_enabled")}
    return world.machines.change(
        ChangeMachine(client_id="case-files", staff_id=STAFF, **kept | changes)  # type: ignore[arg-type]
    )


def add_secret(world: World, secret: str, days: int) -> Machine:
    found = world.machines.get("case-files")
    asked = AddClientKey(
        client_id="case-files",
        version=found.version,
        staff_id=STAFF,
        old_until=world.clock.now() + timedelta(days=days),
        secret_digest=digest(secret),
    )
    return world.machines.add_key(asked)


def test_token_carries_the_scopes_asked_for(world: World) -> None:
    issued = issue(world, scopes=("slots:read",))
    assert issued.scopes == ("slots:read",)
    assert look(world) == issued


def test_token_carries_all_scopes_when_none_is_named(world: World) -> None:
    assert set(issue(world).scopes) == {"slots:read", "appointments:read"}


def test_scope_that_the_client_has_not_is_refused(world: World) -> None:
    with pytest.raises(NotAllowed, match="scope"):
        issue(world, scopes=("appointments:write",))


@pytest.mark.parametrize(
    ("client", "secret"),
    [("case-files", digest("wrong")), ("case-files", ""), ("nobody", SECRET), ("nobody", "0" * 64), ("", "")],
)
def test_wrong_secret_and_unknown_client_look_the_same(world: World, client: str, secret: str) -> None:
    with pytest.raises(CredentialsRefused) as refused:
        issue(world, client, secret)
    assert refused.value.details == {}


@pytest.mark.parametrize("secret", ["0" * 64, ""])
def test_the_stand_in_for_a_missing_secret_opens_nothing(world: World, secret: str) -> None:
    world.register_signer("signer")
    with pytest.raises(CredentialsRefused):
        issue(world, "signer", secret)


@pytest.mark.parametrize(("seconds", "valid"), [(599, True), (600, False)])
def test_token_lasts_ten_minutes(world: World, seconds: int, valid: bool) -> None:
    issue(world)
    world.clock.advance(seconds=seconds)
    if valid:
        assert look(world).client_id == "case-files"
    else:
        with pytest.raises(CredentialsRefused):
            look(world)


def test_repeated_request_gets_the_same_token(world: World) -> None:
    first = issue(world)
    world.clock.advance(seconds=5)
    assert issue(world) == first


def test_token_of_one_client_is_not_given_to_another(world: World) -> None:
    issue(world)
    with pytest.raises(CredentialsRefused):
        issue(world, "other", digest("other"))


def test_clear_token_instead_of_its_digest_is_refused(world: World) -> None:
    with pytest.raises(InvalidField, match="token_digest"):
        issue(world, token="token")


def test_unknown_token_is_refused(world: World) -> None:
    with pytest.raises(CredentialsRefused):
        look(world)


# --- what ends a token ---------------------------------------------------------


def test_token_dies_with_its_client_being_disabled_and_lives_again(world: World) -> None:
    issued = issue(world)
    change(world, is_enabled=False)
    with pytest.raises(CredentialsRefused):
        look(world)
    with pytest.raises(CredentialsRefused):
        issue(world, token=digest("another"))
    change(world, is_enabled=True)
    assert look(world) == issued


def test_token_loses_the_scope_that_its_client_loses(world: World) -> None:
    issue(world)
    change(world, scopes=("slots:read",))
    assert look(world).scopes == ("slots:read",)


def test_token_gains_nothing_that_its_client_gains(world: World) -> None:
    issue(world, scopes=("slots:read",))
    change(world, scopes=("slots:read", "calendars:write"))
    assert look(world).scopes == ("slots:read",)


def test_token_ends_with_the_key_that_it_was_given_for(world: World) -> None:
    issue(world)
    before = add_secret(world, "new", days=7)
    issue(world, secret=digest("new"), token=digest("of the new one"))
    removal = RemoveClientKey(
        client_id="case-files", version=before.version, key_id=before.keys[0].key_id, staff_id=STAFF
    )
    world.machines.remove_key(removal)
    with pytest.raises(CredentialsRefused):
        look(world)
    assert look(world, digest("of the new one")).client_id == "case-files"


def test_old_and_new_secret_open_until_the_overlap_is_over(world: World) -> None:
    add_secret(world, "new", days=1)
    issue(world)
    issue(world, secret=digest("new"), token=digest("1"))
    world.clock.advance(days=1)
    with pytest.raises(CredentialsRefused):
        issue(world, token=digest("2"))
    issue(world, secret=digest("new"), token=digest("3"))


def test_token_of_a_secret_whose_time_is_over_ends_with_it(world: World) -> None:
    add_secret(world, "new", days=1)
    world.clock.advance(hours=23, minutes=55)
    issue(world)
    world.clock.advance(minutes=5)
    with pytest.raises(CredentialsRefused):
        look(world)


# --- taken back by its client ---------------------------------------------------


def test_a_client_takes_its_token_back_for_good(world: World) -> None:
    issue(world)
    revoke(world)
    with pytest.raises(CredentialsRefused):
        look(world)
    issue(world)
    with pytest.raises(CredentialsRefused):
        look(world)


def test_nobody_takes_back_the_token_of_another(world: World) -> None:
    issued = issue(world)
    revoke(world, "other", digest("other"))
    assert look(world) == issued


def test_who_takes_back_has_to_prove_himself(world: World) -> None:
    issued = issue(world)
    with pytest.raises(CredentialsRefused):
        revoke(world, secret=digest("wrong"))
    assert look(world) == issued


def test_taking_back_what_is_not_there_is_no_error(world: World) -> None:
    revoke(world, token=digest("never given"))


def test_a_token_is_taken_back_with_an_assertion_that_opens_once(world: World) -> None:
    world.register_signer("signer")
    world.show(signed(claims("signer")), token="of the signer")
    again = signed(claims("signer"))
    asked = RevokeToken(token_digest=digest("of the signer"), client_id="", assertion=again)
    world.tokens.revoke(asked)
    with pytest.raises(CredentialsRefused):
        look(world, digest("of the signer"))
    with pytest.raises(CredentialsRefused):
        world.tokens.revoke(asked)


# --- last use -------------------------------------------------------------------


def test_last_use_is_known_to_the_hour_and_written_once_an_hour(world: World) -> None:
    for number in range(5):
        issue(world, token=digest(str(number)))
    (key,) = world.machines.get("case-files").keys
    assert key.last_used_at == NOW.replace(minute=0)
    assert world.store.uses == 1
    world.clock.advance(hours=1)
    issue(world, token=digest("later"))
    assert world.store.uses == 2


def test_a_wrong_secret_is_no_use(world: World) -> None:
    with pytest.raises(CredentialsRefused):
        issue(world, secret=digest("wrong"))
    assert world.store.uses == 0
