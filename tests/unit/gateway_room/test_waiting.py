"""The waiting room: who waits is seen by all, alarms reach every page, citizens read what they may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts.errors import NotAllowed, ServiceTimeout
from services.contracts.waiting import (
    EstimateWait,
    HandOver,
    ListWaiting,
    RecordOutcome,
    SendBack,
    TakeOver,
    Wait,
)
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import AGENT_ID, STARTS_AT

MINUTE = timedelta(minutes=1)


def alarmed(world: World) -> None:
    world.room.phase, world.room.waiting_as = "waiting", "new"
    world.room.waiting_since, world.room.missing_since = STARTS_AT - MINUTE, STARTS_AT + 5 * MINUTE


class TestAlarm:
    @pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk"])
    @pytest.mark.parametrize("path", ["/console/", "/console/list", "/console/waiting"])
    def test_is_seen_by_colleagues_and_supervisors(self, world: World, role: str, path: str) -> None:
        alarmed(world)
        page = world.staff(role).get(path).text
        assert "data-alarm" in page
        assert "no agent has come" in page
        assert "The citizen has waited since 15:19" in page

    def test_says_when_the_citizen_is_not_there_either(self, world: World) -> None:
        world.room.missing_since = STARTS_AT
        assert "The citizen is not there either" in world.agent().get("/console/waiting").text

    def test_leads_agents_to_the_room_and_nobody_else(self, world: World) -> None:
        alarmed(world)
        assert "/console/rooms/room-1" in world.agent().get("/console/waiting").text
        assert "/console/rooms/room-1" not in world.staff("supervisor").get("/console/waiting").text

    def test_is_not_there_where_somebody_has_come(self, world: World) -> None:
        page = world.agent().get("/console/waiting").text
        assert page.strip() == ""
        assert world.bus.times(ListWaiting) == 1

    @pytest.mark.parametrize("path", ["/console/rooms/room-1", "/console/search/"])
    def test_every_page_of_the_console_watches(self, world: World, path: str) -> None:
        assert 'data-strip="/console/waiting' in world.agent().get(path).text

    def test_is_for_staff_alone(self, world: World) -> None:
        assert world.citizen().get("/console/waiting").status_code == 303
        assert world.staff("administrator").get("/console/waiting").status_code == 403

    def test_of_the_room_that_one_is_in_is_not_said_there(self, world: World) -> None:
        alarmed(world)
        assert world.agent().get("/console/waiting?room=room-1").text.strip() == ""


class TestQueue:
    @pytest.mark.parametrize(
        ("why", "words"),
        [
            ("new", "waits to be let in"),
            ("returned", "has come back"),
            ("sent_back", "was sent back to the waiting room"),
        ],
    )
    def test_says_why_somebody_waits_and_for_whom(self, world: World, why: str, words: str) -> None:
        world.room.waiting_as, world.room.waiting_since = why, STARTS_AT
        page = world.agent().get("/console/").text
        assert words in page
        assert "for you" in page

    def test_who_waits_for_another_is_in_the_list_and_not_in_the_strip(self, world: World) -> None:
        world.room.waiting_as, world.room.waiting_since = "new", STARTS_AT
        world.room.keeper_id = "agent-ben"
        assert "for Ben Demo" in world.agent().get("/console/").text
        assert "Waiting for you" not in world.agent().get("/console/waiting").text

    def test_a_room_that_was_handed_over_is_among_the_colleagues_own(self, world: World) -> None:
        world.room.keeper_id = "agent-ben"
        page = world.agent().get("/console/").text
        assert "Léa Muster" not in page.split("Your colleagues")[0].partition("Your appointments")[2]

    def test_of_another_day_there_is_no_queue(self, world: World) -> None:
        alarmed(world)
        assert "data-alarm" not in world.agent().get("/console/?day=2026-12-10").text


class TestRoom:
    @pytest.mark.parametrize(
        ("action", "form", "asked"),
        [
            ("take-over", {}, TakeOver),
            ("hand-over", {"agent_id": "agent-ben"}, HandOver),
            ("send-back", {}, SendBack),
            ("outcome", {"outcome": "held"}, RecordOutcome),
        ],
    )
    def test_each_action_is_one_request_and_leads_back(
        self, world: World, action: str, form: dict[str, str], asked: type
    ) -> None:
        answer = world.agent().post(f"/console/rooms/room-1/{action}", form)
        assert (answer.status_code, answer.location) == (303, "/console/rooms/room-1")
        assert world.bus.times(asked) == 1

    @pytest.mark.parametrize("action", ["take-over", "hand-over", "send-back", "outcome"])
    def test_is_for_agents_alone(self, world: World, action: str) -> None:
        address = f"/console/rooms/room-1/{action}"
        assert world.staff("supervisor").post(address).status_code == 403
        assert world.citizen().post(address).status_code == 303
        assert world.agent().get(address).status_code == 405

    @pytest.mark.parametrize("to", ["", AGENT_ID, "agent-old", "somebody"])
    def test_a_room_is_handed_to_another_active_agent_alone(self, world: World, to: str) -> None:
        answer = world.agent().post("/console/rooms/room-1/hand-over", {"agent_id": to})
        assert answer.status_code == 422
        assert world.bus.times(HandOver) == 0

    def test_what_media_refuses_is_said(self, world: World) -> None:
        world.room.fault = NotAllowed("send_back")
        assert world.agent().post("/console/rooms/room-1/send-back").status_code == 403

    def test_in_the_call_the_agent_finds_what_he_can_do(self, world: World) -> None:
        world.room.phase, world.room.present = "admitted", (AGENT_ID,)
        page = world.agent().get("/console/rooms/room-1").text
        assert "Send back to the waiting room" in page
        assert "You look after this room." in page
        assert "Ben Demo" in page
        assert "Old Demo" not in page

    def test_a_colleague_from_outside_finds_take_over(self, world: World) -> None:
        world.room.phase, world.room.keeper_id = "waiting", "agent-ben"
        page = world.agent().get("/console/rooms/room-1").text
        assert "Take over" in page
        assert "Ben Demo looks after this room." in page

    def test_who_was_sent_back_is_let_in_again(self, world: World) -> None:
        world.room.phase, world.room.present, world.room.waiting_as = "waiting", (AGENT_ID,), "sent_back"
        assert "Let in again" in world.agent().get("/console/rooms/room-1").text

    def test_afterwards_the_outcome_is_recorded(self, world: World) -> None:
        world.room.phase, world.room.outcome = "documents", "technical_failure"
        page = world.agent().get("/console/rooms/room-1").text
        assert "How did it go?" in page
        assert 'value="technical_failure" required checked' in page


class TestCitizen:
    @pytest.mark.parametrize(
        ("wait", "words"),
        [
            (Wait(state="free", expected_at=STARTS_AT + 20 * MINUTE), "Your turn comes at 15:40"),
            (Wait(state="busy", ahead=1, expected_at=STARTS_AT + 21 * MINUTE), "at about 15:41"),
            (Wait(state="busy", ahead=1, expected_at=STARTS_AT), "1 person waits before you"),
            (Wait(state="unknown", ahead=2), "How long that takes cannot be said"),
            (Wait(state="unknown", ahead=2), "2 people wait before you"),
            (Wait(state="missing"), "no agent has come yet. His colleagues and supervisors have been told"),
            (Wait(state="missing"), "You keep your place until 16:10"),
        ],
    )
    def test_reads_what_is_known(self, world: World, wait: Wait, words: str) -> None:
        world.room.phase, world.room.wait = "waiting", wait
        for path in ("/appointment/call", "/rooms/room-1/wait"):
            assert words in world.citizen().get(path).text

    def test_reads_nothing_where_estimates_are_switched_off(self, world: World) -> None:
        world.room.phase = "waiting"
        assert world.citizen().get("/rooms/room-1/wait").text.strip() == ""
        assert world.bus.times(EstimateWait) == 1

    def test_reads_an_apology_where_nobody_came_at_all(self, world: World) -> None:
        world.room.phase, world.room.wait, world.room.seen_at = (
            "waiting",
            Wait(state="missing"),
            STARTS_AT + 20 * MINUTE,
        )
        page = world.citizen().get("/rooms/room-1/wait").text
        assert "We are sorry: no agent has come." in page
        assert "may still take you until 16:10" in page
        assert "/book/" in page

    def test_reads_that_he_was_sent_back(self, world: World) -> None:
        world.room.phase, world.room.waiting_as = "waiting", "sent_back"
        assert "asked you to wait here" in world.citizen().get("/appointment/call").text

    def test_waits_on_though_the_estimate_does_not_come(self, world: World) -> None:
        world.room.phase, world.room.fault = "waiting", ServiceTimeout("media")
        assert world.citizen().get("/appointment/call").status_code == 200

    def test_is_asked_for_by_who_has_the_room_alone(self, world: World) -> None:
        assert world.nobody().ask("/rooms/room-1/wait").status_code == 404
        assert world.citizen("room-2").ask("/rooms/room-1/wait").status_code == 404
