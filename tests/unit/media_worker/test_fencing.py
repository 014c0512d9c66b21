"""Whatever comes late, twice or out of order: a room is never served for an earlier placement than before."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts.errors import StaleVersion
from services.contracts.media_errors import NoMediaNode, RoomFull
from tests.unit.media_worker.house import House, Within

EPOCHS = st.integers(1, 5)
ROOMS, NAMES = st.sampled_from(("r", "s", "t", "u", "v")), st.sampled_from("abc")
CONNECT = st.tuples(st.just("connect"), ROOMS, NAMES, EPOCHS)
CLOSE = st.tuples(st.just("close"), ROOMS, NAMES, EPOCHS)
LEAVE = st.tuples(st.just("leave"), ROOMS, NAMES, EPOCHS)
Step = tuple[str, str, str, int]


async def take(house: House, step: Step, newest: dict[str, int]) -> None:
    what, room, name, epoch = step
    before = house.rooms.rooms.get(room)
    if what == "connect":
        try:
            house.connect(name, room, epoch)
        except StaleVersion:
            assert epoch < newest[room]
        except (NoMediaNode, RoomFull):
            return
        else:
            assert epoch >= newest.get(room, 0)
            newest[room] = epoch
    elif what == "close":
        await house.rooms.close_room(room, epoch=epoch)
    else:
        await house.rooms.disconnect(room, name, epoch=epoch)
    if before is not None and epoch < before.epoch:
        assert house.rooms.rooms.get(room) is before


@given(st.lists(st.one_of(CONNECT, CONNECT, CLOSE, LEAVE), max_size=25))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_late_request_of_an_earlier_placement_changes_nothing(within: Within, steps: list[Step]) -> None:
    async def play(house: House) -> None:
        newest: dict[str, int] = {}
        for step in steps:
            await take(house, step, newest)
            assert house.rooms.places <= house.rooms.capacity
            assert all(found.epoch == newest[room] for room, found in house.rooms.rooms.items())

    within(play)
