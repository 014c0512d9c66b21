"""The identity copy beside the live picture: who looks at it, what he found, and that it goes at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.contracts import identity_copy as contract
from services.contracts import media, room_documents
from services.contracts.errors import InvalidField, NotAllowed, NotFound
from services.contracts.media_errors import RoomForgotten, TooEarly
from services.media.control.usecases import identity_copy
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World

GUEST = media.Participant(participant_id="guest-1-1", role="guest")


@pytest.fixture
def world() -> World:
    """Booked, with a copy that was brought before."""
    world = World()
    world.draft()
    world.upload(kind="identity_copy", media_type="image/png")
    world.book()
    return world


@pytest.fixture
def in_call(world: World) -> World:
    world.begin_call()
    return world


def copy_of(world: World) -> str:
    return world.room.documents[0].document_id


def look(world: World, who: media.Participant = AGENT, document_id: str = "") -> contract.CopyView:
    request = contract.GrantCopyView(
        room_id=world.room_id, participant=who, document_id=document_id or copy_of(world)
    )
    return identity_copy.grant_copy_view(world.media, request)


def compare(world: World, result: str = "matches", who: media.Participant = AGENT) -> None:
    request = contract.RecordComparison(
        room_id=world.room_id, participant=who, document_id=copy_of(world), result=result
    )
    identity_copy.record_comparison(world.media, request)


def views(world: World) -> list[tuple[str, str]]:
    told = world.told(contract.IdentityCopySeen)
    return [(event.agent_id, event.document_id) for event in told]  # type: ignore[attr-defined]


def results(world: World) -> list[tuple[str, str]]:
    told = world.told(contract.IdentityCompared)
    return [(event.agent_id, event.result) for event in told]  # type: ignore[attr-defined]


class TestLooking:
    def test_a_view_says_what_the_mark_says_and_opens_what_was_sealed(self, in_call: World) -> None:
        grant = look(in_call)
        assert (grant.seen_at, grant.until) == (T0, T0 + timedelta(minutes=1))
        assert grant.object_name == in_call.room.documents[0].object_name

    def test_each_view_is_told(self, in_call: World) -> None:
        look(in_call)
        in_call.clock.advance(minutes=1)
        look(in_call)
        in_call.join(COLLEAGUE)
        look(in_call, COLLEAGUE)
        copy = copy_of(in_call)
        assert views(in_call) == [("agent-1", copy), ("agent-1", copy), ("agent-2", copy)]

    def test_what_is_looked_at_within_a_minute_is_one_view_with_one_mark(self, in_call: World) -> None:
        first = look(in_call)
        in_call.clock.advance(seconds=59)
        assert look(in_call).seen_at == first.seen_at
        assert len(views(in_call)) == 1

    def test_an_agent_looks_at_it_before_the_citizen_comes(self, world: World) -> None:
        world.clock.set(T0 - timedelta(minutes=10))
        world.join(AGENT)
        assert look(world)

    @pytest.mark.parametrize("who", [CITIZEN, GUEST, COLLEAGUE], ids=lambda who: who.role)
    def test_nobody_looks_at_it_but_an_agent_in_the_room(
        self, in_call: World, who: media.Participant
    ) -> None:
        with pytest.raises(NotAllowed):
            look(in_call, who)
        assert views(in_call) == []

    def test_what_was_shared_is_no_copy(self, in_call: World) -> None:
        shared: room_documents.Document = in_call.upload(CITIZEN)
        for document_id in (shared.document_id, "unknown"):
            with pytest.raises(NotFound):
                look(in_call, document_id=document_id)

    def test_a_copy_that_was_not_checked_is_shown_to_nobody(self) -> None:
        world = World()
        world.draft()
        world.grant_upload(kind="identity_copy")
        world.begin_call()
        with pytest.raises(NotFound):
            look(world)

    def test_a_view_ends_with_the_copy(self, in_call: World) -> None:
        in_call.end()
        in_call.clock.set(T0 + timedelta(hours=24) - timedelta(seconds=1))
        assert look(in_call).until == T0 + timedelta(hours=24)
        in_call.clock.set(T0 + timedelta(hours=24))
        with pytest.raises(RoomForgotten):
            look(in_call)


class TestComparing:
    def test_the_last_result_counts_and_the_same_again_tells_nothing(self, in_call: World) -> None:
        for result in ("unreadable", "unreadable", "matches"):
            compare(in_call, result)
        assert results(in_call) == [("agent-1", "unreadable"), ("agent-1", "matches")]
        assert [copy.compared for copy in in_call.seen_documents(AGENT)] == ["matches"]

    def test_it_can_be_recorded_until_the_copy_goes(self, in_call: World) -> None:
        in_call.end()
        compare(in_call, "differs")
        assert results(in_call) == [("agent-1", "differs")]

    def test_it_can_be_recorded_of_somebody_who_was_sent_back(self, in_call: World) -> None:
        in_call.send_back()
        compare(in_call, "differs")
        assert results(in_call) == [("agent-1", "differs")]

    def test_nothing_is_compared_before_there_is_a_picture(self, world: World) -> None:
        world.clock.set(T0)
        world.join(CITIZEN)
        world.join(AGENT)
        with pytest.raises(NotAllowed):
            compare(world)

    @pytest.mark.parametrize("result", ["", "perhaps"])
    def test_nothing_else_can_be_said(self, in_call: World, result: str) -> None:
        with pytest.raises(InvalidField):
            compare(in_call, result)

    @pytest.mark.parametrize("who", [CITIZEN, GUEST, COLLEAGUE], ids=lambda who: who.role)
    def test_nobody_says_it_but_an_agent_in_the_room(self, in_call: World, who: media.Participant) -> None:
        with pytest.raises(NotAllowed):
            compare(in_call, who=who)
        assert results(in_call) == []


def nobody_came(world: World) -> None:
    world.clock.set(T1)
    world.tick()


def cancelled(world: World) -> None:
    world.cancel()


def never_confirmed(world: World) -> None:
    world.lapse()


@pytest.mark.parametrize(
    ("ends", "is_booked"), [(nobody_came, True), (cancelled, True), (never_confirmed, False)]
)
def test_where_no_call_comes_about_key_object_and_row_go_at_once(
    ends: Callable[[World], None], is_booked: bool
) -> None:
    world = World()
    world.draft()
    copy = world.upload(kind="identity_copy", media_type="image/png")
    if is_booked:
        world.book()
    assert world.keys.keys
    assert world.objects.names
    ends(world)
    assert not world.keys.keys
    assert not world.objects.names
    assert world.rooms.get(world.room_id) is None or world.room.documents == ()
    with pytest.raises(RoomForgotten):
        look(world, document_id=copy.document_id)


def test_nobody_looks_at_a_copy_before_the_room_opens(world: World) -> None:
    with pytest.raises(TooEarly):
        look(world)
