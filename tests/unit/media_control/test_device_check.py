"""The device check before a call: a line to measure by, and what was found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts import media
from services.contracts.device_check import (
    CHOICES,
    RATINGS,
    ConnectToLine,
    DeviceCheck,
    Findings,
    Line,
    ListChecks,
    OpenLine,
    RecordCheck,
)
from services.contracts.errors import InvalidField, NotAllowed, NotFound, ServiceTimeout
from services.contracts.media_errors import NoMediaNode, TooEarly, TooLate
from services.contracts.sfu import ROOM_PLACES, Answer
from services.media.control.domain.placement import Node
from services.media.control.usecases import device_check
from tests.unit.media_control.fakes import RULES
from tests.unit.media_control.world import AGENT, CITIZEN, REAL_TIME, T0, T1, World

OTHER = media.Participant(participant_id="member-2", role="citizen")
GUEST = media.Participant(participant_id="guest-1-1", role="guest")
GOOD = Findings(camera="works", microphone="works", speaker="heard", network="measured", path="udp")
FAST = {"up_kbps": 1_400, "down_kbps": 1_300, "round_trip_ms": 20}


@pytest.fixture
def world() -> World:
    """Booked, a day before; one node."""
    made = World()
    made.book()
    made.clock.set(T0 - timedelta(days=1))
    made.nodes.announce(_node())
    return made


def _node(**changes: Any) -> Node:
    usual = Node(node_id="node-1", packets_per_s=0, participants=0, capacity=20, draining=False)
    return replace(usual, **changes)


def open_line(world: World, who: media.Participant = CITIZEN) -> Line:
    return device_check.open_line(world.media, OpenLine(room_id=world.room_id, participant=who))


def connect(world: World, check_id: str, who: media.Participant = CITIZEN, side: str = "sending") -> Answer:
    request = ConnectToLine(
        room_id=world.room_id, participant=who, check_id=check_id, side=side, offer_sdp="offer"
    )
    return device_check.connect_to_line(world.media, request)


def record(world: World, findings: Findings = GOOD, who: media.Participant = CITIZEN) -> DeviceCheck:
    request = RecordCheck(room_id=world.room_id, participant=who, findings=findings)
    return device_check.record_check(world.media, request)


def checks(world: World, who: media.Participant = AGENT) -> tuple[DeviceCheck, ...]:
    return device_check.list_checks(world.media, ListChecks(room_id=world.room_id, participant=who)).checks


# --- the line ---------------------------------------------------------------------


def test_a_day_before_both_connections_go_to_one_node(world: World) -> None:
    line = open_line(world)
    world.nodes.announce(_node(node_id="node-0"))
    for side in ("sending", "receiving"):
        assert connect(world, line.check_id, side=side).answer_sdp == "answer to offer"
    assert world.sfu.calls == [("line", "node-1", "sending"), ("line", "node-1", "receiving")]


def test_its_relay_is_granted_for_little_longer_than_it_lasts(world: World) -> None:
    line = open_line(world)
    lasts = line.relay.until - REAL_TIME
    assert RULES.check_lasts <= lasts <= RULES.check_lasts + timedelta(seconds=10)
    assert line.relay.urls


def test_the_room_stays_where_it_is_and_nobody_is_told_of_a_check(world: World) -> None:
    connect(world, open_line(world).check_id)
    assert world.nodes.places == {}
    assert world.log.types(world.room_id) == []


def test_another_persons_line_is_not_found(world: World) -> None:
    line = open_line(world)
    with pytest.raises(NotFound):
        connect(world, line.check_id, OTHER)
    with pytest.raises(NotFound):
        connect(world, "guessed")
    assert world.sfu.calls == []


def test_a_node_keeps_places_for_calls(world: World) -> None:
    world.nodes.announce(_node(participants=20 - RULES.check_leaves - 1))
    with pytest.raises(NoMediaNode):
        open_line(world)
    world.nodes.announce(_node(participants=20 - RULES.check_leaves - 2))
    assert open_line(world).seconds == RULES.check_lasts.total_seconds()


def test_only_so_many_lines_are_open_at_the_same_time(world: World) -> None:
    world.nodes.announce(_node(capacity=200))
    for _ in range(RULES.max_checks):
        open_line(world)
    with pytest.raises(NoMediaNode):
        open_line(world)


def test_lines_that_are_opened_in_the_same_moment_leave_calls_their_places(world: World) -> None:
    for _ in range((20 - RULES.check_leaves) // ROOM_PLACES):  # the node has announced nothing of them yet
        open_line(world)
    with pytest.raises(NoMediaNode):
        open_line(world)


def test_a_node_that_does_not_answer_leaves_one_to_try_again(world: World) -> None:
    line = open_line(world)
    world.sfu.failures.append(ServiceTimeout("sfu-node-1"))
    with pytest.raises(NoMediaNode):
        connect(world, line.check_id)


def test_there_is_no_third_side(world: World) -> None:
    with pytest.raises(InvalidField):
        connect(world, open_line(world).check_id, side="both")


def test_nobody_checks_during_a_call_nor_after_it(world: World) -> None:
    world.clock.set(T0)
    world.join()
    assert open_line(world)
    world.admit()
    with pytest.raises(NotAllowed):
        open_line(world)


def test_who_never_came_checks_nothing_afterwards(world: World) -> None:
    world.clock.set(T1)
    with pytest.raises(TooLate):
        open_line(world)
    with pytest.raises(TooLate):
        record(world)


def test_an_agent_has_no_check_of_his_own(world: World) -> None:
    world.clock.set(T0)
    with pytest.raises(NotAllowed):
        open_line(world, AGENT)


# --- what was found -----------------------------------------------------------------


def test_the_last_check_counts_and_the_agent_sees_it_before_he_joins(world: World) -> None:
    record(world, replace(GOOD, camera="denied"))
    world.clock.advance(minutes=5)
    kept = record(world)
    assert checks(world) == (kept,)
    assert (kept.findings, kept.checked_at) == (GOOD, world.clock.now())


def test_what_is_not_tried_again_stands_as_it_was_found_on_the_same_device(world: World) -> None:
    first = replace(GOOD, browser="Chrome", system="Android", **FAST)
    record(world, first)
    world.clock.advance(minutes=1)
    record(world, Findings(camera="denied", browser="Chrome", system="Android"))
    (check,) = checks(world)
    assert check.findings == replace(first, camera="denied")
    assert (check.rating, check.checked_at) == ("good", world.clock.now())


def test_a_network_that_was_tried_again_keeps_no_figure_of_before(world: World) -> None:
    record(world, replace(GOOD, **FAST))
    lost = Findings(network="unreachable")
    record(world, lost)
    assert checks(world)[0].findings == replace(lost, camera="works", microphone="works", speaker="heard")


def test_another_device_begins_anew(world: World) -> None:
    record(world, replace(GOOD, browser="Chrome", system="Android"))
    other = Findings(camera="works", browser="Firefox", system="Linux")
    record(world, other)
    assert checks(world)[0].findings == other


def test_a_citizen_sees_his_own_check_alone(world: World) -> None:
    record(world)
    record(world, replace(GOOD, speaker="not_heard"), OTHER)
    assert [check.participant_id for check in checks(world, CITIZEN)] == [CITIZEN.participant_id]
    assert len(checks(world, AGENT)) == 2


def test_a_guest_may_check_once_he_is_invited(world: World) -> None:
    with pytest.raises(TooEarly):
        record(world, who=GUEST)
    world.begin_call()
    with pytest.raises(TooLate):
        record(world, who=GUEST)
    invited = world.invite()
    guest = replace(GUEST, participant_id=invited.guest_id)
    assert record(world, who=guest).role == "guest"


def test_a_move_keeps_it_and_a_cancellation_takes_it_away(world: World) -> None:
    record(world)
    world.move(2, T0 + timedelta(days=1))
    assert len(checks(world)) == 1
    world.cancel(3)
    assert checks(world) == ()


def test_it_is_forgotten_with_the_room(world: World) -> None:
    record(world)
    world.begin_call()
    world.end()
    assert len(checks(world)) == 1
    world.clock.set(T0 + RULES.kept_for)
    world.tick()
    assert world.room.checks == ()


@pytest.mark.parametrize(
    ("measured", "rating"),
    [
        (FAST, "good"),
        (FAST | {"down_kbps": 499}, "fair"),
        (FAST | {"lost_up_permille": 21}, "fair"),
        (FAST | {"round_trip_ms": 301}, "fair"),
        (FAST | {"up_kbps": 149}, "poor"),
        (FAST | {"lost_down_permille": 81}, "poor"),
        (FAST | {"round_trip_ms": 601}, "poor"),
        (FAST | {"network": "unreachable"}, "none"),
        (FAST | {"network": "untried"}, "untried"),
    ],
)
def test_the_network_is_as_good_as_its_worst_figure(
    world: World, measured: dict[str, Any], rating: str
) -> None:
    assert record(world, replace(GOOD, **measured)).rating == rating
    assert rating in RATINGS


@pytest.mark.parametrize("field", CHOICES)
def test_what_no_device_can_be_is_refused(world: World, field: str) -> None:
    with pytest.raises(InvalidField):
        record(world, replace(GOOD, **{field: "splendid"}))
    assert world.room.checks == ()
