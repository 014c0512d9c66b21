"""Two pages of one participant: the newest has the call, the older one is told."""

import pytest

from services.contracts import media
from services.contracts.errors import InvalidField
from services.contracts.media_errors import ConnectedElsewhere
from services.media.control.domain.placement import Node
from services.media.control.usecases import call
from tests.unit.media_control.world import AGENT, CITIZEN, World


@pytest.fixture
def world() -> World:
    world = World()
    world.begin_call()
    world.nodes.announce(Node(node_id="node-1", packets_per_s=0, participants=0, capacity=10, draining=False))
    return world


def connect(
    world: World, page: str, *, resumes: bool = False, who: media.Participant = CITIZEN
) -> media.CallAnswer:
    request = media.ConnectToCall(
        room_id="room-1", participant=who, offer_sdp="offer", page=page, resumes=resumes
    )
    return call.connect_to_call(world.media, request)


def told(world: World) -> list[str]:
    """Who was told that his call is another page's now."""
    return [entry.by for entry in world.log.streams["room-1"] if entry.type == "elsewhere"]


def test_the_first_page_is_nobody_s_news(world: World) -> None:
    connect(world, "desk")
    assert told(world) == []


def test_a_newer_page_takes_the_call_and_the_older_one_is_told_once(world: World) -> None:
    connect(world, "desk")
    for _ in range(2):
        assert connect(world, "phone").answer_sdp
    assert told(world) == [CITIZEN.participant_id]


def test_a_page_that_comes_back_does_not_take_the_call_from_a_newer_one(world: World) -> None:
    connect(world, "desk")
    connect(world, "phone")
    asked = len(world.sfu.calls)
    with pytest.raises(ConnectedElsewhere):
        connect(world, "desk", resumes=True)
    assert len(world.sfu.calls) == asked


def test_a_page_that_has_the_call_comes_back(world: World) -> None:
    connect(world, "desk")
    connect(world, "phone")
    assert connect(world, "phone", resumes=True).answer_sdp
    assert told(world) == [CITIZEN.participant_id]


def test_the_older_page_may_be_asked_to_take_the_call_again(world: World) -> None:
    for page in ("desk", "phone", "desk"):
        connect(world, page)
    assert len(told(world)) == 2


def test_one_that_was_overtaken_while_the_node_worked_is_told_so(world: World) -> None:
    """Both had asked at the same time: the room's own order decides, and both pages learn the same."""
    connect(world, "desk")
    carry = world.sfu.connect

    def overtaken(*asked: object) -> object:
        world.sfu.connect = carry  # type: ignore[method-assign]
        connect(world, "phone")
        return carry(*asked)  # type: ignore[arg-type]

    world.sfu.connect = overtaken  # type: ignore[assignment,method-assign]
    with pytest.raises(ConnectedElsewhere):
        connect(world, "desk", resumes=True)
    assert told(world) == [CITIZEN.participant_id]


def test_another_participant_s_page_is_no_page_of_one_s_own(world: World) -> None:
    connect(world, "desk")
    connect(world, "office", who=AGENT)
    assert told(world) == []


def test_coming_and_going_does_not_forget_which_page_has_the_call(world: World) -> None:
    connect(world, "desk")
    world.leave()
    world.join()
    connect(world, "phone")
    assert told(world) == [CITIZEN.participant_id]


def test_pages_of_before_they_had_names_connect_as_ever(world: World) -> None:
    connect(world, "")
    assert connect(world, "").answer_sdp
    assert told(world) == []


def test_a_name_that_is_too_long_is_refused_before_a_node_is_asked(world: World) -> None:
    with pytest.raises(InvalidField, match=r"page.*too_long"):
        connect(world, "x" * 65)
    assert world.sfu.calls == []
