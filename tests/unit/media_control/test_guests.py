"""Guests: invited for one room, let in by its agent, out at once when revoked, gone with the call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts import guests, media, room_log, sfu
from services.contracts.errors import InvalidField, NotAllowed, NotFound, ServiceTimeout
from services.contracts.media_errors import NotAdmitted, RoomFull, TooLate
from services.media.control.domain.placement import Node
from services.media.control.usecases import guests as guesting
from services.media.control.usecases import messages, news
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, World

GUEST = media.Participant(participant_id="guest-1-1", role="guest")
LASTS = timedelta(minutes=30)


@pytest.fixture
def world() -> World:
    """A call is on, and one guest is invited."""
    world = World()
    world.begin_call()
    world.invite()
    return world


def let_in(world: World, guest_id: str = "guest-1-1", who: media.Participant = AGENT) -> guests.Invitations:
    request = guests.LetGuestIn(room_id=world.room_id, participant=who, guest_id=guest_id)
    return guesting.let_in(world.media, request)


def revoke(world: World, who: media.Participant = AGENT) -> guests.Invitations:
    request = guests.RevokeInvitation(room_id=world.room_id, participant=who, guest_id="guest-1-1")
    return guesting.revoke(world.media, request)


def state(world: World) -> str:
    request = guests.ListInvitations(room_id=world.room_id, participant=AGENT)
    return guesting.list_invitations(world.media, request).invitations[0].state


def follow(world: World) -> room_log.LogGrant:
    return messages.grant_log(world.media, room_log.GrantLog(room_id=world.room_id, participant=GUEST))


def test_the_same_key_invites_once(world: World) -> None:
    assert world.invite().guest_id == world.invite().guest_id == "guest-1-1"
    assert world.invite("another").guest_id == "guest-1-2"


def test_a_guest_waits_and_sees_nothing_until_he_is_let_in(world: World) -> None:
    assert world.join(GUEST).phase == "waiting"
    assert state(world) == "waits"
    with pytest.raises(NotAllowed):
        follow(world)
    with pytest.raises(NotAllowed):
        world.seen_documents(GUEST)
    let_in(world)
    assert world.look(GUEST).phase == "admitted"
    assert (state(world), follow(world).stream) == ("here", "room:room-1:log")


def test_the_copy_of_the_identity_document_is_not_for_guests() -> None:
    world = World()
    world.draft()
    world.upload(kind="identity_copy")
    world.begin_call()
    world.upload()
    world.invite()
    world.join(GUEST)
    let_in(world)
    assert [document.kind for document in world.seen_documents(GUEST)] == ["shared"]


def test_nobody_else_is_a_guest(world: World) -> None:
    stranger = media.Participant(participant_id="guest-1-2", role="guest")
    with pytest.raises(TooLate):
        world.join(stranger)


@pytest.mark.parametrize("who", [CITIZEN, COLLEAGUE, GUEST], ids=["citizen", "an agent outside", "guest"])
def test_only_an_agent_in_the_room_invites_lets_in_and_revokes(world: World, who: media.Participant) -> None:
    for act in (lambda: world.invite("k", who), lambda: let_in(world, who=who), lambda: revoke(world, who)):
        with pytest.raises(NotAllowed):
            act()


def test_an_invitation_expires_unless_he_was_let_in(world: World) -> None:
    world.join(GUEST)
    world.clock.set(T0 + LASTS)
    assert (state(world), world.look(GUEST).phase) == ("expired", "late")
    with pytest.raises(NotFound):
        let_in(world)


def test_who_was_let_in_comes_and_goes_after_that(world: World) -> None:
    world.join(GUEST)
    let_in(world)
    world.clock.set(T0 + LASTS)
    world.leave(GUEST)
    assert state(world) == "away"
    assert world.join(GUEST).phase == "admitted"


class TestRevoking:
    def test_puts_him_out_at_every_entry_and_on_the_node(self, world: World) -> None:
        world.join(GUEST)
        let_in(world)
        world.nodes.announce(
            Node(node_id="node-1", packets_per_s=0, participants=0, capacity=9, draining=False)
        )
        world.nodes.put("room-1", "node-1")
        revoke(world)
        assert world.sfu.calls == [("disconnect", "node-1", "guest-1-1")]
        assert (state(world), world.look(GUEST).phase) == ("revoked", "late")
        assert world.log.types("room-1")[-1] == "left"
        with pytest.raises(TooLate):
            world.join(GUEST)
        with pytest.raises(TooLate):
            follow(world)
        assert world.look().phase == "admitted", "the call goes on"

    def test_a_node_that_does_not_answer_is_told_by_the_timer(self, world: World) -> None:
        world.join(GUEST)
        let_in(world)
        world.nodes.announce(
            Node(node_id="node-1", packets_per_s=0, participants=0, capacity=9, draining=False)
        )
        world.nodes.put("room-1", "node-1")
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        revoke(world)
        world.tick()
        world.tick()
        assert world.sfu.calls == [("disconnect", "node-1", "guest-1-1")] * 2

    def test_puts_him_out_though_his_connection_comes_up_only_afterwards(self, world: World) -> None:
        world.join(GUEST)
        let_in(world)
        world.nodes.announce(
            Node(node_id="node-1", packets_per_s=0, participants=0, capacity=9, draining=False)
        )
        placed = world.nodes.put("room-1", "node-1")
        revoke(world)
        told = world.log.types("room-1")
        news.hear_connected(
            world.media,
            sfu.ParticipantConnected(
                event_id="event-1",
                occurred_at=world.clock.now(),
                node_id="node-1",
                room_id="room-1",
                participant_id="guest-1-1",
                epoch=placed.epoch,
                slot=2,
            ),
        )
        world.tick()
        assert world.sfu.calls == [("disconnect", "node-1", "guest-1-1")] * 2
        assert (world.log.types("room-1"), state(world)) == (told, "revoked")

    def test_is_told_though_he_is_away(self, world: World) -> None:
        world.join(GUEST)
        let_in(world)
        world.leave(GUEST)
        revoke(world)
        assert world.log.types("room-1").count("left") == 2

    def test_twice_is_told_once(self, world: World) -> None:
        world.join(GUEST)
        revoke(world)
        revoke(world)
        assert world.log.types("room-1").count("left") == 1


def test_a_guest_waits_while_the_citizen_was_sent_back(world: World) -> None:
    world.join(GUEST)
    let_in(world)
    world.send_back()
    assert world.look(GUEST).phase == "waiting"


def test_nothing_is_left_for_a_guest_after_the_end(world: World) -> None:
    world.join(GUEST)
    let_in(world)
    world.end()
    assert world.look(GUEST).phase == "late"
    with pytest.raises(TooLate):
        follow(world)


def test_a_guest_cannot_share(world: World) -> None:
    world.join(GUEST)
    let_in(world)
    with pytest.raises(NotAllowed):
        world.grant_upload(GUEST)


def test_a_guest_who_is_not_let_in_says_nothing(world: World) -> None:
    world.join(GUEST)
    said = room_log.PostMessage(room_id="room-1", participant=GUEST, message_key="k", text="Hello")
    with pytest.raises(NotAdmitted):
        messages.post_message(world.media, said)


def test_a_move_ends_all_invitations(world: World) -> None:
    world.move(2, T0 + timedelta(hours=1))
    assert world.room.guests == ()


def test_a_link_that_was_revoked_opens_nothing_that_was_invited_after_a_move(world: World) -> None:
    revoke(world)
    world.move(2, T0 + timedelta(hours=1))
    world.clock.set(T0 + timedelta(hours=1))
    world.join(AGENT)
    assert world.invite("of the second time").guest_id != GUEST.participant_id
    with pytest.raises(TooLate):
        world.join(GUEST)


def test_what_is_invited_is_limited_and_checked(world: World) -> None:
    with pytest.raises(InvalidField):
        world.invite("")
    for number in range(19):
        world.invite(f"key {number}")
    with pytest.raises(RoomFull):
        world.invite("one too many")
