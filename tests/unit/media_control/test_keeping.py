"""The alarm, taking over, handing over, sending back, outcomes: what is stored, and what is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts import media, media_events, waiting
from services.contracts.errors import InvalidField, NotAllowed, ServiceTimeout
from services.contracts.media_errors import NotAdmitted, RoomClosed
from services.media.control.domain.placement import Node
from services.media.control.usecases import messages, waiting_room
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    world = World()
    world.book()
    return world


def listed(world: World) -> waiting.WaitingRoom:
    return waiting_room.list_waiting(world.media, waiting.ListWaiting())


def wait_of(world: World) -> waiting.Wait:
    request = waiting.EstimateWait(room_id=world.room_id, participant=CITIZEN)
    return waiting_room.estimate_wait(world.media, request)


class TestAlarm:
    def test_is_told_once_five_minutes_after_the_start(self, world: World) -> None:
        world.clock.set(T0)
        world.join()
        world.clock.set(T0 + 5 * MINUTE - SECOND)
        world.tick()
        assert world.told(media_events.AgentMissing) == []
        world.clock.set(T0 + 5 * MINUTE)
        world.tick()
        world.tick()
        [told] = world.told(media_events.AgentMissing)
        assert isinstance(told, media_events.AgentMissing)
        assert (told.agent_id, told.citizen_waits) == ("agent-1", True)
        assert world.log.types("room-1").count("agent_missing") == 1

    def test_says_that_the_citizen_is_not_there_either(self, world: World) -> None:
        world.clock.set(T0 + 5 * MINUTE)
        world.tick()
        [told] = world.told(media_events.AgentMissing)
        assert not told.citizen_waits  # type: ignore[attr-defined]

    def test_is_not_raised_where_an_agent_is(self, world: World) -> None:
        world.clock.set(T0)
        world.join(COLLEAGUE)
        world.clock.set(T0 + 5 * MINUTE)
        world.tick()
        assert world.told(media_events.AgentMissing) == []

    def test_of_a_timer_that_comes_after_the_end_tells_nothing(self, world: World) -> None:
        world.clock.set(T1)
        world.tick()
        assert world.told(media_events.AgentMissing) == []
        assert len(world.told(media_events.ConsultationEnded)) == 1

    def test_is_seen_by_everybody_before_the_timer_comes_and_goes_when_somebody_takes_over(
        self, world: World
    ) -> None:
        world.clock.set(T0 + 5 * MINUTE)
        [room] = listed(world).unattended
        assert (room.room_id, room.agent_missing_since) == ("room-1", T0 + 5 * MINUTE)
        assert world.take_over().keeper_id == "agent-2"
        assert listed(world).unattended == ()

    def test_is_raised_again_at_another_time(self, world: World) -> None:
        world.clock.set(T0 + 5 * MINUTE)
        world.tick()
        world.move(2, T0 + timedelta(hours=1))
        world.clock.set(T0 + timedelta(hours=1, minutes=5))
        world.tick()
        assert len(world.told(media_events.AgentMissing)) == 2


class TestSendingBack:
    def test_the_citizen_waits_and_cannot_speak(self, world: World) -> None:
        world.begin_call()
        assert world.send_back().phase == "waiting"
        assert world.look().waiting_as == "sent_back"
        said = messages.PostMessage(room_id="room-1", participant=CITIZEN, message_key="k", text="Moien")
        with pytest.raises(NotAdmitted):
            messages.post_message(world.media, said)
        assert world.log.types("room-1")[-1] == "sent_back"

    def test_the_node_lets_go_of_everybody(self, world: World) -> None:
        world.begin_call()
        place(world)
        world.send_back()
        assert world.sfu.calls == [("close_room", "node-1")]
        assert world.nodes.places == {}

    def test_a_node_that_does_not_answer_is_told_by_the_timer(self, world: World) -> None:
        world.begin_call()
        place(world)
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        world.send_back()
        world.tick()
        assert world.sfu.calls == [("close_room", "node-1")] * 2

    def test_twice_is_told_once(self, world: World) -> None:
        world.begin_call()
        world.send_back()
        world.send_back()
        assert world.log.types("room-1").count("sent_back") == 1

    def test_he_is_let_in_again_and_the_call_began_once(self, world: World) -> None:
        world.begin_call()
        world.send_back()
        assert world.admit().phase == "admitted"
        assert world.look().phase == "admitted"
        assert len(world.told(media_events.CallBegan)) == 1
        assert world.log.types("room-1").count("admitted") == 2

    def test_the_agent_may_end_without_letting_him_in_again(self, world: World) -> None:
        world.begin_call()
        world.send_back()
        world.end()
        [told] = world.told(media_events.ConsultationEnded)
        assert told.outcome == "held"  # type: ignore[attr-defined]

    @pytest.mark.parametrize("who", [CITIZEN, COLLEAGUE], ids=["citizen", "an agent outside"])
    def test_is_for_an_agent_in_the_room(self, world: World, who: media.Participant) -> None:
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.send_back(who)
        assert world.look().phase == "admitted"

    def test_after_the_end_there_is_nobody_to_send(self, world: World) -> None:
        world.begin_call()
        world.end()
        with pytest.raises(RoomClosed):
            world.send_back()


class TestHandingOver:
    def test_the_colleague_keeps_the_room_and_the_citizen_is_not_left_alone(self, world: World) -> None:
        world.begin_call()
        seen = world.hand_over("agent-2")
        assert (seen.keeper_id, seen.agents_present, seen.phase) == ("agent-2", ("agent-1",), "admitted")

    def test_the_colleague_comes_in_and_the_first_leaves(self, world: World) -> None:
        world.begin_call()
        world.hand_over("agent-2")
        world.join(COLLEAGUE)
        world.leave(AGENT)
        assert world.look().agents_present == ("agent-2",)
        assert listed(world).waiting == ()

    def test_twice_is_told_once(self, world: World) -> None:
        world.begin_call()
        world.hand_over("agent-2")
        world.hand_over("agent-2")
        assert world.log.types("room-1").count("handed_over") == 1

    @pytest.mark.parametrize("who", [CITIZEN, COLLEAGUE], ids=["citizen", "an agent outside"])
    def test_is_for_an_agent_in_the_room(self, world: World, who: media.Participant) -> None:
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.hand_over("agent-2", who)

    @pytest.mark.parametrize("to", ["", "a" * 201])
    def test_needs_a_colleague(self, world: World, to: str) -> None:
        world.begin_call()
        with pytest.raises(InvalidField):
            world.hand_over(to)

    def test_who_lets_in_keeps_the_room(self, world: World) -> None:
        world.clock.set(T0)
        world.join()
        assert world.admit(COLLEAGUE).keeper_id == "agent-2"

    def test_news_of_the_appointments_agent_count(self, world: World) -> None:
        world.clock.set(T0)
        assert world.take_over().keeper_id == "agent-2"
        world.move(2, T0)
        assert world.look().keeper_id == "agent-1"


class TestTakingOver:
    def test_is_not_for_citizens(self, world: World) -> None:
        world.clock.set(T0)
        with pytest.raises(NotAllowed):
            world.take_over(CITIZEN)

    def test_twice_is_told_once(self, world: World) -> None:
        world.clock.set(T0)
        world.take_over()
        world.take_over()
        assert world.log.types("room-1") == ["joined", "handed_over"]


class TestWaiting:
    def test_a_returner_is_listed_and_any_colleague_may_take_him(self, world: World) -> None:
        world.begin_call()
        world.leave()
        world.leave(AGENT)
        world.clock.set(T1 + MINUTE)
        world.join()
        [room] = listed(world).waiting
        assert (room.waiting_as, room.citizen_waiting_since) == ("returned", T1 + MINUTE)
        world.take_over()
        assert listed(world).waiting == ()

    def test_the_citizen_learns_when_his_agent_is_free(self, world: World) -> None:
        world.clock.set(T0 - 5 * MINUTE)
        world.join()
        assert (wait_of(world).state, wait_of(world).expected_at) == ("free", T0)
        world.room_id = "room-0"
        world.book(starts_at=T0 - 20 * MINUTE)
        world.join()
        world.admit()
        world.room_id = "room-1"
        assert (wait_of(world).state, wait_of(world).expected_at) == ("busy", T0 + MINUTE)

    def test_who_may_not_join_learns_nothing(self, world: World) -> None:
        world.begin_call()
        world.end()
        with pytest.raises(RoomClosed):
            wait_of(world)


class TestOutcome:
    def test_is_told_again_as_the_agent_says(self, world: World) -> None:
        world.begin_call()
        world.end()
        assert world.record("technical_failure").outcome == "technical_failure"
        world.record("technical_failure")
        told = [event.outcome for event in world.told(media_events.ConsultationEnded)]  # type: ignore[attr-defined]
        assert told == ["held", "technical_failure"]

    def test_no_show_takes_nothing_from_who_has_joined(self, world: World) -> None:
        """The documents stay for their day whatever the agent says."""
        world.begin_call()
        world.upload()
        world.end()
        world.record("no_show")
        world.tick()
        assert world.look().phase == "documents"
        assert len(world.seen_documents()) == 1

    def test_is_for_agents_who_were_there(self, world: World) -> None:
        world.begin_call()
        world.end()
        for who in (CITIZEN, COLLEAGUE):
            with pytest.raises(NotAllowed):
                world.record("held", who)

    def test_is_one_of_three(self, world: World) -> None:
        world.begin_call()
        world.end()
        with pytest.raises(InvalidField):
            world.record("splendid")


def place(world: World) -> None:
    world.nodes.announce(Node(node_id="node-1", packets_per_s=0, participants=0, capacity=10, draining=False))
    world.nodes.put("room-1", "node-1")
