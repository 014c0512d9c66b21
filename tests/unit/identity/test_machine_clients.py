"""Tokens of machine clients: by digests only, with scopes, for ten minutes."""

import hashlib
from datetime import UTC, datetime

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import CredentialsRefused, InvalidField, NotAllowed
from services.identity.domain.client import MachineClient
from services.identity.usecases import Identity
from tests.unit.identity.fakes import Clients, Logins, Persons, Staff, Tokens


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


SECRET, TOKEN = digest("secret"), digest("token")
CLIENT = MachineClient("case-files", SECRET, ("appointments:read", "slots:read"))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def app(clock: ManualClock) -> Identity:
    other = MachineClient("other", digest("other"), ("slots:read",))
    return Identity(
        clock=clock,
        providers=(),
        gallery=None,
        logins=Logins(),
        persons=Persons(),
        staff=Staff(),
        clients=Clients(CLIENT, other),
        tokens=Tokens(),
    )


def test_token_carries_the_scopes_asked_for(app: Identity) -> None:
    issued = app.issue_token("case-files", SECRET, TOKEN, ("slots:read",))
    assert issued.scopes == ("slots:read",)
    assert app.introspect_token(TOKEN) == issued


def test_token_carries_all_scopes_when_none_is_named(app: Identity) -> None:
    assert app.issue_token("case-files", SECRET, TOKEN, ()).scopes == CLIENT.scopes


def test_scope_that_the_client_has_not_is_refused(app: Identity) -> None:
    with pytest.raises(NotAllowed, match="scope"):
        app.issue_token("case-files", SECRET, TOKEN, ("appointments:write",))


@pytest.mark.parametrize(("client", "secret"), [("case-files", digest("wrong")), ("nobody", SECRET)])
def test_wrong_secret_and_unknown_client_look_the_same(app: Identity, client: str, secret: str) -> None:
    with pytest.raises(CredentialsRefused):
        app.issue_token(client, secret, TOKEN, ())


def test_stranger_with_the_stand_in_digest_is_refused(app: Identity) -> None:
    with pytest.raises(CredentialsRefused):
        app.issue_token("nobody", "0" * 64, TOKEN, ())


@pytest.mark.parametrize(("seconds", "valid"), [(599, True), (600, False)])
def test_token_lasts_ten_minutes(app: Identity, clock: ManualClock, seconds: int, valid: bool) -> None:
    app.issue_token("case-files", SECRET, TOKEN, ())
    clock.advance(seconds=seconds)
    if valid:
        assert app.introspect_token(TOKEN).client_id == "case-files"
    else:
        with pytest.raises(CredentialsRefused):
            app.introspect_token(TOKEN)


def test_repeated_request_gets_the_same_token(app: Identity, clock: ManualClock) -> None:
    first = app.issue_token("case-files", SECRET, TOKEN, ())
    clock.advance(seconds=5)
    assert app.issue_token("case-files", SECRET, TOKEN, ()) == first


def test_token_of_one_client_is_not_given_to_another(app: Identity) -> None:
    app.issue_token("case-files", SECRET, TOKEN, ())
    with pytest.raises(CredentialsRefused):
        app.issue_token("other", digest("other"), TOKEN, ())


def test_token_of_a_client_that_is_gone_is_refused(app: Identity) -> None:
    app.issue_token("case-files", SECRET, TOKEN, ())
    app.clients.clients.clear()  # type: ignore[attr-defined]
    with pytest.raises(CredentialsRefused):
        app.introspect_token(TOKEN)


def test_clear_token_instead_of_its_digest_is_refused(app: Identity) -> None:
    with pytest.raises(InvalidField, match="token_digest"):
        app.issue_token("case-files", SECRET, "token", ())


def test_unknown_token_is_refused(app: Identity) -> None:
    with pytest.raises(CredentialsRefused):
        app.introspect_token(TOKEN)
