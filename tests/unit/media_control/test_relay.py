"""Credentials for the relay: who gets them, what they say, how long they are good."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from services.chassis.settings import Secret
from services.contracts import media
from services.contracts.errors import NotFound
from services.contracts.media_errors import NotAdmitted, RoomClosed
from services.contracts.relay import GrantRelay, RelayGrant
from services.media.control.adapters.relay import NoRelay, TurnRelay
from services.media.control.usecases import relaying
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, REAL_TIME, T0, T1, World

CLOSES_AT = T1 + timedelta(minutes=30)


@pytest.fixture
def world() -> World:
    world = World()
    world.begin_call()
    return world


def ask(world: World, who: media.Participant = CITIZEN, room_id: str = "room-1") -> RelayGrant:
    return relaying.grant_relay(world.media, GrantRelay(room_id=room_id, participant=who))


def turn(secret: str = "shared") -> TurnRelay:
    return TurnRelay(("turn:relay.example",), Secret(secret), lambda: REAL_TIME)


def test_name_says_until_when_and_the_credential_is_made_with_the_secret() -> None:
    grant = turn().grant("room-1", "recipient-1", timedelta(minutes=50))
    until, _, whose = grant.username.partition(":")
    assert int(until) == (REAL_TIME + timedelta(minutes=50)).timestamp() == grant.until.timestamp()
    assert len(whose) == 24
    made = hmac.new(b"shared", grant.username.encode(), hashlib.sha1).digest()
    assert grant.credential == base64.b64encode(made).decode()


def test_credential_is_what_other_programs_compute() -> None:
    """`printf %s 1764582000:abc | openssl dgst -sha1 -hmac shared -binary | base64`."""
    assert turn()._credential("1764582000:abc") == "l10SAjn8bg9VhI9SOIbpjBgCxa0="


def test_another_secret_makes_other_credentials() -> None:
    one, other = (turn(word).grant("room-1", "a", timedelta(hours=1)) for word in ("shared", "stolen"))
    assert one.credential != other.credential


def test_name_is_a_participants_own_and_says_nobody_who_that_is() -> None:
    lasts = timedelta(hours=1)
    name = turn().grant("room-1", "recipient-1", lasts).username
    assert name == turn().grant("room-1", "recipient-1", lasts).username, "or nobody's share could be counted"
    assert name != turn().grant("room-1", "agent-1", lasts).username
    assert name != turn().grant("room-2", "recipient-1", lasts).username
    assert "room" not in name
    assert "recipient" not in name


@pytest.mark.parametrize("who", [CITIZEN, AGENT])
def test_who_may_connect_is_relayed_until_the_call_would_end(world: World, who: media.Participant) -> None:
    world.clock.set(T0 + timedelta(minutes=7))
    grant = ask(world, who)
    assert grant.urls == ("turn:relay.example",)
    assert grant.until - REAL_TIME == CLOSES_AT - world.clock.now()


def test_credentials_are_good_in_real_time_wherever_the_platforms_clock_stands(world: World) -> None:
    assert abs(world.clock.now() - REAL_TIME) > timedelta(days=100)
    assert REAL_TIME < ask(world).until <= REAL_TIME + timedelta(hours=1)


def test_no_credentials_are_good_for_longer_than_a_few_hours() -> None:
    world = World()
    world.begin_call()
    room = world.room
    assert room.ends_at is not None
    object.__setattr__(room, "ends_at", room.ends_at + timedelta(days=3))
    assert ask(world).until == REAL_TIME + timedelta(hours=4)


def test_who_waits_is_not_relayed() -> None:
    world = World()
    world.book()
    world.clock.set(T0)
    world.join()
    with pytest.raises(NotAdmitted):
        ask(world)


@pytest.mark.parametrize(
    "who", [COLLEAGUE, media.Participant(participant_id="stranger", role="citizen")], ids=["staff", "citizen"]
)
def test_who_is_not_in_the_call_is_not_relayed(world: World, who: media.Participant) -> None:
    with pytest.raises(NotAdmitted):
        ask(world, who)


def test_nobody_is_relayed_in_a_call_that_is_over(world: World) -> None:
    world.end()
    with pytest.raises(RoomClosed):
        ask(world)


def test_nobody_is_relayed_to_a_room_that_is_none(world: World) -> None:
    with pytest.raises(NotFound):
        ask(world, room_id="another")


def test_without_a_relay_there_are_no_addresses_and_no_credentials() -> None:
    grant = NoRelay(lambda: REAL_TIME).grant("room-1", "recipient-1", timedelta(hours=1))
    assert (grant.urls, grant.username, grant.credential) == ((), "", "")
