"""Coming, admitting, ending, coming back."""

from datetime import timedelta

import pytest

from services.contracts import media, media_events
from services.contracts.errors import InvalidField, NotAllowed, NotFound, ServiceTimeout
from services.contracts.media_errors import RoomClosed, RoomForgotten, RoomFull, TooEarly, TooLate
from services.media.control.domain.placement import Node
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World

SECOND = timedelta(seconds=1)


@pytest.fixture
def world() -> World:
    world = World()
    world.book()
    return world


def test_looking_changes_nothing(world: World) -> None:
    before = world.room
    assert world.look().phase == "early"
    assert world.room == before


def test_cannot_join_before_the_waiting_room_opens(world: World) -> None:
    world.clock.set(T0 - timedelta(minutes=15) - SECOND)
    with pytest.raises(TooEarly) as refused:
        world.join()
    assert refused.value.details == {"opens_at": "2026-11-23T08:45:00+00:00"}


def test_who_joins_waits_for_the_agent(world: World) -> None:
    world.clock.set(T0 - timedelta(minutes=15))
    seen = world.join()
    assert (seen.phase, seen.citizen_waiting_since) == ("waiting", T0 - timedelta(minutes=15))


def test_joining_again_changes_nothing(world: World) -> None:
    world.clock.set(T0)
    world.join()
    before = world.room
    world.clock.advance(minutes=1)
    world.join()
    assert world.room == before


def test_the_first_arrival_of_a_citizen_is_told_once(world: World) -> None:
    world.clock.set(T0)
    world.join(AGENT)
    assert world.told(media_events.CitizenJoined) == []
    world.join()
    world.leave()
    world.join()
    assert len(world.told(media_events.CitizenJoined)) == 1


def test_cannot_join_for_the_first_time_when_the_slot_is_over(world: World) -> None:
    world.clock.set(T1)
    with pytest.raises(TooLate):
        world.join()


def test_who_joined_in_the_last_second_may_come_back_after_the_slot(world: World) -> None:
    world.clock.set(T1 - SECOND)
    world.join()
    world.leave()
    world.clock.set(T1 + timedelta(minutes=29))
    assert world.join().phase == "waiting"


def test_leaving_before_joining_is_nothing(world: World) -> None:
    world.clock.set(T0)
    world.leave()
    assert world.log.types("room-1") == []


def test_whoever_waits_is_seen_until_he_leaves(world: World) -> None:
    world.clock.set(T0)
    world.join()
    assert world.look(AGENT).citizen_waiting_since == T0
    assert world.leave().citizen_waiting_since is None


def test_the_call_begins_when_the_agent_admits(world: World) -> None:
    world.clock.set(T0)
    world.join()
    assert world.admit().phase == "admitted"
    assert world.look().phase == "admitted"
    assert world.look().agents_present == ("agent-1",)
    assert world.log.types("room-1") == ["joined", "joined", "admitted"]


def test_cannot_admit_nobody(world: World) -> None:
    world.clock.set(T0)
    with pytest.raises(NotAllowed):
        world.admit()


def test_a_citizen_cannot_admit_himself(world: World) -> None:
    world.clock.set(T0)
    world.join()
    with pytest.raises(NotAllowed):
        world.admit(CITIZEN)


def test_admitting_twice_is_told_once(world: World) -> None:
    world.clock.set(T0)
    world.join()
    world.admit()
    world.admit()
    world.admit(COLLEAGUE)
    assert world.log.types("room-1").count("admitted") == 1
    (began,) = world.told(media_events.CallBegan)
    assert (began.room_id, began.agent_id) == ("room-1", AGENT.participant_id)  # type: ignore[attr-defined]
    assert (began.appointment_version, began.occurred_at) == (1, T0)  # type: ignore[attr-defined]


def test_the_news_name_the_version_that_the_room_knew_and_who_ended(world: World) -> None:
    world.move(5, T0 + timedelta(minutes=5))
    world.clock.set(T0 + timedelta(minutes=5))
    world.join()
    world.admit()
    world.end()
    news = [
        *world.told(media_events.CitizenJoined),
        *world.told(media_events.CallBegan),
        *world.told(media_events.ConsultationEnded),
    ]
    assert [one.appointment_version for one in news] == [5, 5, 5]  # type: ignore[attr-defined]
    assert news[-1].agent_id == AGENT.participant_id  # type: ignore[attr-defined]


def test_the_seventh_person_finds_no_place(world: World) -> None:
    world.clock.set(T0)
    for number in range(6):
        world.join(media.Participant(participant_id=f"citizen-{number}", role="citizen"))
    with pytest.raises(RoomFull):
        world.join(AGENT)
    world.leave(media.Participant(participant_id="citizen-0", role="citizen"))
    assert world.join(AGENT).agents_present == ("agent-1",)


def test_an_unknown_role_is_refused(world: World) -> None:
    world.clock.set(T0)
    with pytest.raises(InvalidField):
        world.join(media.Participant(participant_id="x", role="director"))


def test_a_room_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        World().look()


class TestEnding:
    def test_the_agents_end_closes_the_room_for_everything_but_reading(self, world: World) -> None:
        world.begin_call()
        assert world.end().phase == "documents"
        assert world.look().forget_at == T0 + timedelta(hours=24)
        with pytest.raises(RoomClosed):
            world.join()

    def test_an_end_is_told_with_its_outcome(self, world: World) -> None:
        world.begin_call()
        world.end()
        world.end()
        [told] = world.told(media_events.ConsultationEnded)
        assert (told.outcome, told.ended_at) == ("held", T0)  # type: ignore[attr-defined]
        assert world.log.types("room-1")[-1] == "ended"

    def test_a_citizen_cannot_end(self, world: World) -> None:
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.end(CITIZEN)

    def test_an_agent_who_is_not_in_the_room_cannot_end(self, world: World) -> None:
        world.begin_call()
        with pytest.raises(NotAllowed):
            world.end(COLLEAGUE)

    def test_everybody_is_disconnected(self, world: World) -> None:
        world.begin_call()
        place(world)
        world.end()
        assert world.sfu.calls == [("close_room", "node-1")]
        assert world.nodes.places == {}
        assert not world.room.disconnecting

    def test_an_sfu_that_does_not_answer_is_told_by_the_timer(self, world: World) -> None:
        world.begin_call()
        place(world)
        world.sfu.failures = [ServiceTimeout("sfu-node-1")]
        assert world.end().phase == "documents"
        assert world.room.disconnecting
        world.tick()
        assert not world.room.disconnecting
        assert world.sfu.calls == [("close_room", "node-1")] * 2

    def test_the_agent_may_take_it_back(self, world: World) -> None:
        world.begin_call()
        world.end()
        world.clock.set(T1 + timedelta(minutes=29))
        assert world.reopen().phase == "admitted"
        assert world.reopen().forget_at is None
        assert world.log.types("room-1")[-1] == "reopened"
        assert world.join().phase == "admitted"

    def test_the_last_end_counts(self, world: World) -> None:
        world.begin_call()
        world.end()
        world.reopen()
        world.clock.set(T1)
        world.join(AGENT)
        assert world.end().forget_at == T1 + timedelta(hours=24)
        assert len(world.told(media_events.ConsultationEnded)) == 2

    def test_too_late_to_take_it_back(self, world: World) -> None:
        world.begin_call()
        world.end()
        world.clock.set(T1 + timedelta(minutes=30))
        with pytest.raises(RoomClosed):
            world.reopen()

    def test_the_time_ends_what_nobody_ends(self, world: World) -> None:
        world.begin_call()
        place(world)
        world.clock.set(T1 + timedelta(minutes=30))
        world.tick()
        [told] = world.told(media_events.ConsultationEnded)
        assert (told.outcome, told.ended_at) == ("held", T1 + timedelta(minutes=30))  # type: ignore[attr-defined]
        assert ("close_room", "node-1") in world.sfu.calls

    def test_nothing_ends_a_second_too_early(self, world: World) -> None:
        world.begin_call()
        world.clock.set(T1 + timedelta(minutes=30) - SECOND)
        world.tick()
        assert world.told(media_events.ConsultationEnded) == []

    def test_a_late_timer_does_not_shift_the_end(self, world: World) -> None:
        world.begin_call()
        world.clock.set(T1 + timedelta(hours=2))
        world.tick()
        assert world.room.ended_at == T1 + timedelta(minutes=30)

    def test_where_no_agent_ever_came_it_was_a_failure(self, world: World) -> None:
        world.clock.set(T0)
        world.join()
        world.clock.set(T1 + timedelta(minutes=30))
        world.tick()
        [told] = world.told(media_events.ConsultationEnded)
        assert told.outcome == "technical_failure"  # type: ignore[attr-defined]
        assert world.look().forget_at == T1 + timedelta(hours=24, minutes=30)

    def test_where_no_citizen_ever_came_it_was_a_no_show(self, world: World) -> None:
        world.clock.set(T0)
        world.join(AGENT)
        world.clock.set(T1)
        world.tick()
        [told] = world.told(media_events.ConsultationEnded)
        assert (told.outcome, told.ended_at) == ("no_show", T1)  # type: ignore[attr-defined]
        assert world.look().phase == "late"

    def test_two_timers_end_it_once(self, world: World) -> None:
        world.begin_call()
        world.clock.set(T1 + timedelta(minutes=30))
        world.tick()
        world.tick()
        assert len(world.told(media_events.ConsultationEnded)) == 1


def test_nothing_is_left_to_join_after_24_hours(world: World) -> None:
    world.begin_call()
    world.end()
    world.clock.set(T0 + timedelta(hours=24))
    with pytest.raises(RoomForgotten):
        world.join()


def place(world: World) -> None:
    world.nodes.announce(Node(node_id="node-1", packets_per_s=0, participants=0, capacity=10, draining=False))
    world.nodes.put("room-1", "node-1")
