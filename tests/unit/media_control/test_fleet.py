"""The fleet: turns where places are few, rooms that move, nodes that operators drain."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts import fleet as contract
from services.contracts import guests, media
from services.contracts.errors import NotFound, ServiceTimeout
from services.contracts.fleet import STATES
from services.contracts.media_errors import LinesBusy, NoMediaNode
from services.media.control.domain.placement import CALL_PACKETS, Drain, has_its_turn, least_loaded
from services.media.control.usecases import call, fleet, placing
from services.media.control.usecases import guests as guesting
from tests.unit.media_control.fake_nodes import node
from tests.unit.media_control.world import AGENT, CITIZEN, T0, T1, World

DRAIN = Drain(staff_id="operator-1", at=T0, moves=False)


@pytest.fixture
def world() -> World:
    """A call, and one node with a place for two rooms."""
    world = World()
    world.begin_call()
    world.nodes.announce(node("node-1", capacity=5))
    return world


def connect(world: World, who: media.Participant = CITIZEN) -> media.CallAnswer:
    request = media.ConnectToCall(room_id="room-1", participant=who, offer_sdp="offer")
    return call.connect_to_call(world.media, request)


def fill(world: World, node_id: str = "node-1") -> None:
    for number in range(2):
        world.nodes.put(f"other-{node_id}-{number}", node_id)


def drain(world: World, *, moves: bool = False, node_id: str = "node-1") -> None:
    fleet.drain_node(world.media, contract.DrainNode(node_id=node_id, staff_id="operator-1", moves=moves))


def shown(world: World) -> dict[str, contract.FleetNode]:
    listed = fleet.list_nodes(world.media, contract.ListNodes())
    return {shown.node_id: shown for shown in listed.nodes}


class TestPlaces:
    def test_a_room_that_was_just_placed_counts_before_the_node_says_so(self) -> None:
        quiet = replace(node("a", capacity=10), leases=4)
        assert (quiet.taken, quiet.rooms_more, quiet.expected) == (8, 1, 4 * CALL_PACKETS)
        assert not replace(quiet, places=9).takes(2)

    def test_rooms_that_come_in_the_same_second_spread(self) -> None:
        nodes = [replace(node("a"), leases=1), node("b", packets=CALL_PACKETS - 1)]
        assert least_loaded(nodes) == nodes[1]

    def test_as_many_have_their_turn_as_there_are_places(self) -> None:
        nodes = [node("a", capacity=5), node("b", capacity=2), node("c", capacity=99, draining=True)]
        assert [has_its_turn(nodes, ahead) for ahead in range(5)] == [True, True, True, False, False]

    def test_every_state_is_declared(self) -> None:
        nodes = [
            node(),
            node(capacity=1),
            node(draining=True),
            replace(node(), drain=DRAIN),
            node(stopping=True, draining=True),
            node(leaving=True, stopping=True),
            replace(node(), drain=replace(DRAIN, moves=True)),
        ]
        states = [one.state for one in nodes]
        assert states == ["open", "full", "draining", "draining", "stopping", "leaving", "leaving"]
        assert set(states) < set(STATES)


class TestTurns:
    def test_where_every_place_is_taken_the_call_waits_for_its_turn(self, world: World) -> None:
        fill(world)
        world.nodes.queue("somebody before")
        with pytest.raises(LinesBusy) as busy:
            connect(world)
        assert busy.value.args == ("1",)
        assert world.sfu.calls == []

    def test_who_came_first_gets_the_place_that_falls_free(self, world: World) -> None:
        fill(world)
        world.nodes.queue("somebody before")
        with pytest.raises(LinesBusy):
            connect(world)
        world.nodes.release(*world.nodes.granted[0])
        with pytest.raises(LinesBusy):
            connect(world)
        world.nodes.put("somebody before", "node-1")
        world.nodes.release(*world.nodes.granted[0])
        assert connect(world).node_id == "node-1"
        assert world.nodes.queued() == 0

    def test_a_call_that_lost_its_node_goes_before_those_that_have_not_begun(self, world: World) -> None:
        connect(world)
        world.nodes.die("node-1")
        world.nodes.announce(node("node-2", capacity=2))
        fleet.tend_fleet(world.media)
        world.nodes.queue("new")
        assert connect(world).node_id == "node-2"

    def test_a_draining_fleet_is_a_busy_one_and_no_fleet_is_none(self, world: World) -> None:
        drain(world)
        with pytest.raises(LinesBusy):
            connect(world)
        world.nodes.die("node-1")
        with pytest.raises(NoMediaNode):
            connect(world)


class TestMoving:
    def test_a_third_person_for_whom_there_is_no_place_takes_the_call_along(self, world: World) -> None:
        first = connect(world)
        world.nodes.announce(node("node-2"))
        world.sfu.failures = [NoMediaNode()]
        assert connect(world, AGENT).node_id == "node-2"
        assert world.log.types("room-1").count("reconnect") == 1
        assert world.nodes.leases("node-1") == []
        assert first.node_id == "node-1"

    def test_without_another_place_the_call_stays_as_it_is(self, world: World) -> None:
        connect(world)
        world.sfu.failures = [NoMediaNode()]
        with pytest.raises(LinesBusy):
            connect(world, AGENT)
        assert connect(world).node_id == "node-1"
        assert "reconnect" not in world.log.types("room-1")

    def test_the_rooms_of_a_leaving_node_are_placed_elsewhere_and_told_once(self, world: World) -> None:
        connect(world)
        world.nodes.announce(node("node-1", leaving=True))
        world.nodes.announce(node("node-2"))
        for _ in range(2):
            fleet.tend_fleet(world.media)
        assert world.log.types("room-1").count("reconnect") == 1
        assert connect(world).node_id == "node-2"

    def test_a_call_that_is_over_is_not_placed_once_more(self, world: World) -> None:
        connect(world)
        world.end()
        world.nodes.put("room-1", "node-1")
        world.nodes.announce(node("node-1", leaving=True))
        world.nodes.announce(node("node-2"))
        fleet.tend_fleet(world.media)
        assert world.nodes.leases("node-2") == []

    def test_nobody_is_sent_away_from_a_leaving_node_while_there_is_nowhere_to_go(self, world: World) -> None:
        connect(world)
        world.nodes.announce(node("node-1", leaving=True))
        fleet.tend_fleet(world.media)
        assert "reconnect" not in world.log.types("room-1")
        assert world.nodes.placement("room-1") is not None

    def test_who_died_between_moving_and_telling_is_made_up_for(self, world: World) -> None:
        connect(world)
        world.nodes.announce(node("node-2"))
        placing.place_room(world.media, world.room, but="node-1")
        assert "reconnect" not in world.log.types("room-1")
        fleet.tend_fleet(world.media)
        assert world.log.types("room-1").count("reconnect") == 1
        assert world.nodes.stranded() == []

    def test_who_was_connected_while_the_room_moved_asks_again(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.nodes.announce(node("node-2"))
        answer, room = world.sfu.connect, world.room

        def move_meanwhile(*given: object) -> object:
            placing.move_room(world.media, room, world.nodes.places["room-1"])
            return answer(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(world.sfu, "connect", move_meanwhile)
        with pytest.raises(NoMediaNode):
            connect(world)
        assert world.sfu.calls[-1][0] == "disconnect"


class TestSilence:
    def test_a_bus_that_is_away_strands_nobody(self, world: World) -> None:
        connect(world)
        world.nodes.die("node-1")
        world.nodes.heard = False
        fleet.tend_fleet(world.media)
        assert "reconnect" not in world.log.types("room-1")
        world.nodes.heard = True
        fleet.tend_fleet(world.media)
        assert world.log.types("room-1").count("reconnect") == 1


class TestOperators:
    def test_a_drained_node_gets_no_new_rooms_and_keeps_its_own(self, world: World) -> None:
        connect(world)
        world.nodes.announce(node("node-2", packets=9_000))
        drain(world)
        assert connect(world, AGENT).node_id == "node-1"
        assert ("drain", "node-1") in world.sfu.calls
        assert "reconnect" not in world.log.types("room-1")
        assert shown(world)["node-1"].state == "draining"
        assert (shown(world)["node-1"].drained_by, shown(world)["node-1"].leases) == ("operator-1", 1)

    def test_its_calls_are_moved_if_the_operator_wants_it(self, world: World) -> None:
        connect(world)
        world.nodes.announce(node("node-2"))
        drain(world, moves=True)
        fleet.tend_fleet(world.media)
        assert connect(world).node_id == "node-2"
        assert world.log.types("room-1").count("reconnect") == 1

    def test_a_node_out_of_reach_is_told_later(self, world: World) -> None:
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        drain(world)
        fleet.tend_fleet(world.media)
        assert world.sfu.calls == [("drain", "node-1")] * 2

    def test_a_node_that_starts_anew_is_still_drained(self, world: World) -> None:
        drain(world)
        world.nodes.announce(node("node-1", draining=True))
        fleet.tend_fleet(world.media)
        world.nodes.announce(node("node-1"))
        fleet.tend_fleet(world.media)
        assert world.sfu.calls == [("drain", "node-1")] * 2

    def test_a_node_takes_rooms_again(self, world: World) -> None:
        drain(world)
        request = contract.ResumeNode(node_id="node-1", staff_id="operator-1")
        fleet.resume_node(world.media, request)
        assert world.sfu.calls[-1] == ("resume", "node-1")
        assert connect(world).node_id == "node-1"

    def test_a_node_that_was_told_to_stop_is_left_alone(self, world: World) -> None:
        world.nodes.announce(node("node-1", draining=True, stopping=True))
        fleet.tend_fleet(world.media)
        fleet.resume_node(world.media, contract.ResumeNode(node_id="node-1", staff_id="operator-1"))
        assert world.sfu.calls == []

    def test_a_lost_node_is_listed_until_its_rooms_are_told(self, world: World) -> None:
        connect(world)
        world.nodes.die("node-1")
        assert (shown(world)["node-1"].state, shown(world)["node-1"].leases) == ("lost", 1)
        fleet.tend_fleet(world.media)
        assert shown(world) == {}

    def test_the_leases_of_a_node_say_nothing_of_people(self, world: World) -> None:
        epoch = connect(world).epoch
        view = fleet.show_node(world.media, contract.ShowNode(node_id="node-1"))
        assert view.leases == (contract.Lease(code="room-1", epoch=epoch),)

    def test_who_waits_is_counted(self, world: World) -> None:
        fill(world)
        with pytest.raises(LinesBusy):
            connect(world)
        assert fleet.list_nodes(world.media, contract.ListNodes()).queued == 1

    @pytest.mark.parametrize("act", [drain, lambda world: fleet.resume_node(world.media, RESUME)])
    def test_there_is_nothing_to_decide_of_a_node_that_is_not_there(self, world: World, act: object) -> None:
        world.nodes.die("node-1")
        with pytest.raises(NotFound):
            act(world)  # type: ignore[operator]


RESUME = contract.ResumeNode(node_id="node-1", staff_id="operator-1")


class TestEndsWhileTheBusIsAway:
    """The bus is away: nodes are not heard of, and the calls on them go on."""

    @pytest.fixture
    def world(self, world: World) -> World:
        connect(world)
        return world

    @staticmethod
    def begins(world: World) -> None:
        world.nodes.heard = False
        world.nodes.die("node-1")

    @staticmethod
    def is_over(world: World) -> None:
        world.nodes.heard = True
        world.nodes.announce(node("node-1", capacity=5))

    def test_a_call_that_ends_meanwhile_is_ended_on_the_node_afterwards(self, world: World) -> None:
        self.begins(world)
        world.end()
        world.tick()
        assert ("close_room", "node-1") not in world.sfu.calls
        self.is_over(world)
        world.tick()
        assert world.sfu.calls[-1] == ("close_room", "node-1")
        assert world.nodes.leases("node-1") == [], "its place is free again"

    def test_a_guest_who_is_put_out_meanwhile_is_out_afterwards(self, world: World) -> None:
        guest = world.invite().guest_id
        self.begins(world)
        request = guests.RevokeInvitation(room_id="room-1", participant=AGENT, guest_id=guest)
        guesting.revoke(world.media, request)
        world.tick()
        self.is_over(world)
        world.tick()
        assert world.sfu.calls[-1] == ("disconnect", "node-1", guest)

    def test_of_a_node_that_is_dead_nobody_has_to_be_told(self, world: World) -> None:
        world.nodes.die("node-1")
        world.end()
        assert not world.room.disconnecting

    def test_an_appointment_that_goes_meanwhile_takes_its_call_along_afterwards(self, world: World) -> None:
        self.begins(world)
        world.end()
        world.cancel()
        self.is_over(world)
        world.tick()
        assert ("close_room", "node-1") in world.sfu.calls


def test_a_call_that_goes_on_is_not_broken_by_an_end_that_was_taken_back(world: World) -> None:
    connect(world)
    world.sfu.failures = [ServiceTimeout("sfu-node-1")]
    world.end()
    world.reopen()
    world.tick()
    assert world.sfu.calls.count(("close_room", "node-1")) == 1, "the one that was not heard"


def test_who_was_sent_back_does_not_stay_connected_by_an_end_that_was_taken_back(world: World) -> None:
    connect(world)
    world.sfu.failures = [ServiceTimeout("sfu-node-1")] * 2
    world.send_back()
    world.end()
    world.reopen()
    assert world.room.disconnecting


def test_who_was_forgotten_while_the_node_was_out_of_reach_does_not_keep_it_from_being_emptied(
    world: World,
) -> None:
    connect(world)
    world.nodes.die("node-1")
    world.nodes.heard = False
    world.clock.set(T1 + timedelta(days=2))
    world.tick()
    assert world.room.gone_at is not None
    world.nodes.announce(node("node-1", capacity=5))
    world.nodes.heard = True
    assert world.nodes.leases("node-1")
    drain(world, moves=True)
    fleet.tend_fleet(world.media)
    assert world.nodes.leases("node-1") == []
