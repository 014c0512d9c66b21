"""Placement of rooms on nodes, and what happens when a node dies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.contracts import media, sfu
from services.contracts.errors import ServiceTimeout, StaleVersion
from services.contracts.media_errors import NoMediaNode, NotAdmitted, RoomClosed
from services.media.control.domain.placement import least_loaded
from services.media.control.usecases import call, fleet, news
from services.media.control.usecases.tending import tend_room
from tests.unit.media_control.fake_nodes import node
from tests.unit.media_control.world import AGENT, CITIZEN, T0, T1, World


@pytest.fixture
def world() -> World:
    world = World()
    world.begin_call()
    world.nodes.announce(node("node-1"))
    return world


def connect(world: World, who: media.Participant = CITIZEN) -> media.CallAnswer:
    request = media.ConnectToCall(room_id="room-1", participant=who, offer_sdp="offer")
    return call.connect_to_call(world.media, request)


def disconnected(world: World, reason: str, epoch: int = 1) -> None:
    event = sfu.ParticipantDisconnected(
        event_id="event-2",
        occurred_at=datetime.now(UTC),
        node_id="node-1",
        room_id="room-1",
        participant_id=CITIZEN.participant_id,
        epoch=epoch,
        slot=0,
        reason=reason,
    )
    news.hear_disconnected(world.media, event)


def connected(world: World, epoch: int = 1) -> None:
    news.hear_connected(world.media, connected_event(epoch))


def connected_event(epoch: int) -> sfu.ParticipantConnected:
    return sfu.ParticipantConnected(
        event_id="event-1",
        occurred_at=datetime.now(UTC),
        node_id="node-1",
        room_id="room-1",
        participant_id=CITIZEN.participant_id,
        epoch=epoch,
        slot=0,
    )


def announcement(node_id: str, incarnation: int = 0) -> sfu.NodeAnnounced:
    return sfu.NodeAnnounced(
        event_id="event-3",
        occurred_at=datetime.now(UTC),
        node_id=node_id,
        address="192.0.2.1",
        port=4000,
        packets_per_s=1,
        calls=0,
        rooms=0,
        participants=0,
        capacity=10,
        draining=False,
        incarnation=incarnation,
    )


class TestChoice:
    def test_the_least_loaded_node_is_taken(self) -> None:
        nodes = [node("a", packets=900), node("b", packets=100), node("c", packets=500)]
        assert least_loaded(nodes) == nodes[1]

    def test_people_decide_between_nodes_that_forward_the_same(self) -> None:
        nodes = [node("a", participants=4), node("b", participants=2)]
        assert least_loaded(nodes) == nodes[1]

    def test_draining_and_full_nodes_are_skipped(self) -> None:
        nodes = [node("a", draining=True), node("b", participants=9), node("c", packets=9000)]
        assert least_loaded(nodes) == nodes[2]

    def test_no_node_is_no_node(self) -> None:
        assert least_loaded([node("a", draining=True)]) is None


class TestConnecting:
    def test_both_come_to_the_same_node(self, world: World) -> None:
        world.nodes.announce(node("node-2"))
        assert connect(world).node_id == connect(world, AGENT).node_id
        assert connect(world).answer_sdp == "answer to offer"

    def test_nobody_connects_before_he_is_admitted(self) -> None:
        waiting = World()
        waiting.book()
        waiting.clock.set(T0)
        waiting.join()
        with pytest.raises(NotAdmitted):
            connect(waiting)

    def test_nobody_connects_after_the_end(self, world: World) -> None:
        world.clock.set(T1 + timedelta(minutes=30))
        with pytest.raises(RoomClosed):
            connect(world)

    def test_who_was_overtaken_by_the_end_is_disconnected_again(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = world.sfu.connect
        monkeypatch.setattr(world.sfu, "connect", lambda *given: (world.end(), answer(*given))[1])
        with pytest.raises(RoomClosed):
            connect(world)
        assert world.sfu.calls[-1] == ("disconnect", "node-1", "recipient-1")

    def test_a_place_that_is_taken_after_the_end_is_given_back(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = world.nodes.place

        def late(*given: Any) -> Any:
            world.end()
            tend_room(world.media, "room-1")
            return place(*given)

        monkeypatch.setattr(world.nodes, "place", late)
        with pytest.raises(RoomClosed):
            connect(world)
        assert world.nodes.leases("node-1") == []

    def test_without_a_node_there_is_no_call(self, world: World) -> None:
        world.nodes.die("node-1")
        with pytest.raises(NoMediaNode):
            connect(world)

    def test_a_full_node_is_left_for_another(self, world: World) -> None:
        world.nodes.announce(node("node-2", packets=100))
        world.sfu.failures = [NoMediaNode()]
        assert (connect(world).node_id, connect(world).epoch) == ("node-2", 2)

    def test_a_placement_that_is_fenced_off_is_made_anew(self, world: World) -> None:
        world.sfu.failures = [StaleVersion("room")]
        assert connect(world).epoch == 2

    def test_a_node_that_does_not_answer_is_no_node(self, world: World) -> None:
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        with pytest.raises(NoMediaNode):
            connect(world)


class TestDeath:
    def test_the_room_is_placed_anew_with_a_higher_epoch(self, world: World) -> None:
        first = connect(world)
        world.nodes.die("node-1")
        world.nodes.announce(node("node-2"))
        second = connect(world)
        assert (second.node_id, second.epoch) == ("node-2", first.epoch + 1)

    def test_the_pages_are_told_once_to_connect_again(self, world: World) -> None:
        connect(world)
        world.nodes.die("node-1")
        fleet.tend_fleet(world.media)
        fleet.tend_fleet(world.media)
        assert world.log.types("room-1").count("reconnect") == 1

    def test_a_node_that_came_back_before_it_was_missed_has_lost_its_rooms(self, world: World) -> None:
        fleet.hear_node(world.media, announcement("node-1", incarnation=1))
        first = connect(world)
        for _ in range(2):
            fleet.hear_node(world.media, announcement("node-1", incarnation=2))
        assert world.log.types("room-1").count("reconnect") == 1
        assert (connect(world).node_id, connect(world).epoch) == ("node-1", first.epoch + 1)

    def test_the_pages_are_told_of_every_death_of_the_same_node(self, world: World) -> None:
        for deaths in (1, 2, 3):
            connect(world)
            world.nodes.die("node-1")
            fleet.tend_fleet(world.media)
            world.nodes.announce(node("node-1"))
            assert world.log.types("room-1").count("reconnect") == deaths

    def test_a_room_that_is_no_more_does_not_keep_the_others_waiting(self, world: World) -> None:
        world.nodes.put("buried", "node-1")
        connect(world)
        world.nodes.die("node-1")
        fleet.tend_fleet(world.media)
        assert "reconnect" in world.log.types("room-1")

    def test_nobody_is_told_after_the_end(self, world: World) -> None:
        connect(world)
        world.end()
        world.nodes.put("room-1", "node-1")
        world.nodes.die("node-1")
        fleet.tend_fleet(world.media)
        assert "reconnect" not in world.log.types("room-1")

    def test_a_node_that_stops_in_order_sends_its_people_away(self, world: World) -> None:
        connect(world)
        disconnected(world, "drained")
        disconnected(world, "drained")
        assert world.log.types("room-1").count("reconnect") == 1


class TestNews:
    def test_the_others_learn_who_is_in_which_slot(self, world: World) -> None:
        connect(world)
        connected(world)
        assert world.log.types("room-1")[-1] == "connected"

    def test_a_lost_connection_ends_nothing(self, world: World) -> None:
        connect(world)
        connected(world)
        disconnected(world, "silent")
        assert world.look().phase == "admitted"
        assert world.log.types("room-1")[-1] == "disconnected"
        assert connect(world)

    def test_news_of_an_earlier_placement_is_ignored(self, world: World) -> None:
        connect(world)
        connected(world, epoch=7)
        assert "connected" not in world.log.types("room-1")

    def test_who_connects_where_his_room_is_not_any_more_is_let_go(self, world: World) -> None:
        connect(world)
        world.sfu.calls.clear()
        connected(world, epoch=7)
        assert world.sfu.calls == [("disconnect", "node-1", CITIZEN.participant_id)]
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        connected(world, epoch=7)
        assert world.look().phase == "admitted"

    def test_who_is_let_in_again_at_once_is_not_let_go_for_what_was_before(self, world: World) -> None:
        first = connect(world)
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        world.send_back()
        connected(world, epoch=first.epoch)
        world.admit()
        assert world.room.expelled == ()

    def test_a_device_check_is_no_room_of_somebody(self, world: World) -> None:
        event = replace(connected_event(epoch=1), room_id="check-1")
        news.hear_connected(world.media, event)
        assert world.sfu.calls == []

    def test_an_announcement_makes_a_node_known(self) -> None:
        world = World()
        fleet.hear_node(world.media, announcement("node-9"))
        assert [known.node_id for known in world.nodes.alive()] == ["node-9"]


def test_the_page_learns_that_pictures_pause_for_a_weak_line(world: World) -> None:
    connect(world)
    news.hear_downlink(world.media, downlink(sound_only=True))
    news.hear_downlink(world.media, downlink(sound_only=False))
    assert world.log.types("room-1").count("sound_only") == 2


def test_news_of_a_line_to_an_earlier_node_are_worth_nothing(world: World) -> None:
    connect(world)
    news.hear_downlink(world.media, downlink(sound_only=True, epoch=7))
    assert "sound_only" not in world.log.types("room-1")


def downlink(*, sound_only: bool, epoch: int = 1) -> sfu.DownlinkChanged:
    return sfu.DownlinkChanged(
        event_id="event-3",
        occurred_at=datetime.now(UTC),
        node_id="node-1",
        room_id="room-1",
        participant_id=CITIZEN.participant_id,
        epoch=epoch,
        slot=0,
        sound_only=sound_only,
    )
