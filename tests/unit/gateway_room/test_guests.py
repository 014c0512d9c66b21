"""A guest's link opens one room, for a guest; the agent makes it, lets in and revokes."""

from __future__ import annotations

import re
from typing import ClassVar

import pytest

from gateway.blueprints.events.stream import Stream
from gateway.blueprints.room.log import RoomEntry
from gateway.room_access import RoomAccess
from services.chassis.links import mint
from services.contracts.errors import MailedTooOften, NotFound, PlatformError, ServiceUnavailable
from services.contracts.guests import InviteGuest, LetGuestIn, RevokeInvitation
from services.contracts.media import ConnectToCall, JoinRoom, LeaveRoom, Participant
from services.contracts.media_errors import NotAdmitted
from services.contracts.notify import SendGuestLink
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_room import AGENT_ID, ROOM, STARTS_AT, guest

KEY = bytes(range(32))


def in_call(world: World, phase: str = "admitted") -> Browser:
    world.room.phase, world.room.present = phase, (AGENT_ID,)
    return world.agent()


def link_of(world: World) -> str:
    """As the agent's page shows it."""
    world.room.invitations = (guest(),)
    page = in_call(world).get("/console/rooms/room-1").text
    shown = re.search(r'value="https://localhost(/i/[\w-]+)"', page)
    assert shown is not None, page
    return shown[1]


def invited(world: World) -> Browser:
    browser = world.nobody()
    assert browser.get(link_of(world)).location == "/guest"
    return browser


class TestLink:
    def test_leads_to_a_clean_address_and_changes_nothing(self, world: World) -> None:
        browser = invited(world)
        assert world.bus.times(JoinRoom) == 0
        world.room.phase = "open"
        assert "You are invited to a video consultation" in browser.get("/guest").text

    def test_is_no_citizens_link(self, world: World) -> None:
        """The same token at the citizens' door asks booking for a room that there is not."""
        asked: list[str] = []

        def get_appointment(request: object) -> object:
            asked.append(request.appointment_id)  # type: ignore[attr-defined]
            raise NotFound("appointment")

        path = link_of(world)
        world.room.get_appointment = get_appointment  # type: ignore[method-assign, assignment]
        assert world.nobody().get(path.replace("/i/", "/l/")).status_code == 404
        assert asked == [f"guest of {ROOM}"]

    def test_a_citizens_link_is_no_guests(self, world: World) -> None:
        token = mint(KEY, ROOM, "guest-1", 1)
        assert world.nobody().get(f"/i/{token}").status_code == 404

    @pytest.mark.parametrize("token", ["x", "A" * 40, "%00", "a" * 600])
    def test_what_is_not_genuine_opens_nothing(self, world: World, token: str) -> None:
        browser = world.nobody()
        assert browser.get(f"/i/{token}").status_code == 404
        assert browser.get("/guest").location == "/link"

    def test_opens_no_other_room(self, world: World) -> None:
        browser = invited(world)
        assert browser.ask("/rooms/room-2/state?as=guest").status_code == 404
        assert browser.get("/appointment").location == "/link"
        assert browser.ask(f"/rooms/{ROOM}/state").status_code == 404, "he is no citizen"
        assert browser.ask(f"/rooms/{ROOM}/state?as=agent").status_code == 404, "and no agent"


class TestGuest:
    @pytest.mark.parametrize(
        ("phase", "words"),
        [
            ("early", "The room opens at"),
            ("open", "Join the call"),
            ("waiting", "lets you in"),
            ("admitted", "Back to the call"),
            ("late", "This invitation is over"),
        ],
    )
    def test_each_phase_has_its_page(self, world: World, phase: str, words: str) -> None:
        browser = invited(world)
        world.room.phase = phase
        assert words in browser.get("/guest").text

    def test_joins_as_a_guest(self, world: World) -> None:
        browser = invited(world)
        browser.post("/guest/join")
        [asked] = [request for request in world.bus.asked if isinstance(request, JoinRoom)]
        assert asked.participant == Participant(participant_id="guest-1", role="guest")

    def test_comes_into_the_call_when_he_is_let_in(self, world: World) -> None:
        browser = invited(world)
        world.room.phase = "waiting"
        assert browser.get("/guest/call").location == "/guest"
        page = browser.get("/guest").text
        assert '<noscript><meta http-equiv="refresh" content="3; url=/guest/call"></noscript>' in page
        assert f'data-guest-waits="/guest/call" data-state-url="/rooms/{ROOM}/state?as=guest"' in page
        assert browser.ask(f"/rooms/{ROOM}/state?as=guest").get_json()["phase"] == "waiting"
        world.room.phase = "admitted"
        page = browser.get("/guest/call").text
        assert "?as=guest" in page
        assert 'action="/guest/leave"' in page
        assert "data-room-upload" not in page

    def test_connects_by_the_same_offer(self, world: World) -> None:
        browser = invited(world)
        assert (
            browser.post(f"/rooms/{ROOM}/offer?as=guest", script=True, json={"sdp": "v=0"}).status_code == 200
        )
        assert world.bus.times(ConnectToCall) == 1
        world.room.fault = NotAdmitted()
        assert (
            browser.post(f"/rooms/{ROOM}/offer?as=guest", script=True, json={"sdp": "v=0"}).status_code == 409
        )

    def test_leaves(self, world: World) -> None:
        assert invited(world).post("/guest/leave").location == "/guest"
        assert world.bus.times(LeaveRoom) == 1

    @pytest.mark.parametrize("path", ["/guest", "/guest/call"])
    def test_nobody_else_finds_it(self, world: World, path: str) -> None:
        for browser in (world.nobody(), world.citizen(), world.agent()):
            assert browser.get(path).location == "/link"

    def test_his_stream_ends_when_he_has_gone(self) -> None:
        access = RoomAccess(ROOM, Participant(participant_id="guest-1", role="guest"))
        stream = Stream(access, None, lambda: STARTS_AT, lambda: True)  # type: ignore[arg-type]

        def ends(kind: str, by: str) -> bool:
            return stream._is_asked_anew(RoomEntry("1-0", kind, STARTS_AT, by, {}))

        assert [ends("left", "guest-1"), ends("left", "citizen"), ends("admitted", AGENT_ID)] == [
            True,
            False,
            False,
        ]

    @pytest.mark.parametrize("out", ["sent_back", "ended"])
    def test_his_stream_ends_with_his_leave_to_follow(self, out: str) -> None:
        guest, citizen = (Participant(participant_id="p", role=role) for role in ("guest", "citizen"))
        entry = RoomEntry("1-0", out, STARTS_AT, AGENT_ID, {})
        ends = [
            Stream(RoomAccess(ROOM, who), None, lambda: STARTS_AT, lambda: True)._is_asked_anew(entry)  # type: ignore[arg-type]
            for who in (guest, citizen)
        ]
        assert ends == [True, False]


class TestAgent:
    def test_invites(self, world: World) -> None:
        browser = in_call(world)
        form = {"kind": "interpreter", "request_key": "k"}
        assert browser.post("/console/rooms/room-1/guests", form).location == "/console/rooms/room-1"
        assert world.bus.times(InviteGuest) == 1

    @pytest.mark.parametrize(("action", "asked"), [("let-in", LetGuestIn), ("revoke", RevokeInvitation)])
    def test_lets_in_and_revokes(self, world: World, action: str, asked: type) -> None:
        answer = in_call(world).post(f"/console/rooms/room-1/guests/guest-1/{action}")
        assert answer.location == "/console/rooms/room-1"
        assert world.bus.times(asked) == 1

    def test_sees_who_waits_to_be_let_in(self, world: World) -> None:
        world.room.invitations = (guest("waits"),)
        page = in_call(world).get("/console/rooms/room-1/guests").text
        assert "Let in" in page
        assert "/i/" not in page, "who has come needs no link"

    def test_sees_nothing_of_those_who_are_out(self, world: World) -> None:
        world.room.invitations = (guest("revoked"),)
        assert "data-guest" not in in_call(world).get("/console/rooms/room-1/guests").text

    def test_reads_that_a_link_has_expired_and_can_do_nothing_with_it(self, world: World) -> None:
        world.room.invitations = (guest("expired"),)
        page = in_call(world).get("/console/rooms/room-1/guests").text
        assert "did not come in time" in page
        assert "<form" not in page
        assert "/i/" not in page

    @pytest.mark.parametrize("path", ["", "/guest-1/let-in", "/guest-1/mail", "/guest-1/revoke"])
    def test_nobody_else_does(self, world: World, path: str) -> None:
        address = f"/console/rooms/room-1/guests{path}"
        assert world.staff("supervisor").post(address).status_code == 403
        assert invited(world).post(address).status_code == 303


class TestMail:
    FORM: ClassVar = {"email": " Interpreter@Mail.Example ", "language": "lb", "request_key": "k"}
    PATH = "/console/rooms/room-1/guests/guest-1/mail"

    def asked(self, world: World) -> list[SendGuestLink]:
        return [request for request in world.bus.asked if isinstance(request, SendGuestLink)]

    def test_brings_the_link_to_the_address_that_was_typed(self, world: World) -> None:
        world.room.invitations = (guest(),)
        browser = in_call(world)
        assert browser.post(self.PATH, self.FORM).location == "/console/rooms/room-1"
        [asked] = self.asked(world)
        assert (asked.address, asked.language, asked.kind) == (
            "Interpreter@Mail.Example",
            "lb",
            "interpreter",
        )
        assert (asked.room_id, asked.guest_id, asked.starts_at) == (ROOM, "guest-1", STARTS_AT)
        assert "The link was sent." in browser.get("/console/rooms/room-1").text
        assert "The link was sent." not in browser.get("/console/rooms/room-1").text

    @pytest.mark.parametrize(
        "changed",
        [{"email": ""}, {"email": "nobody"}, {"language": "tlh"}, {"language": ""}, {"request_key": ""}],
    )
    def test_what_is_no_address_language_or_key_is_refused(
        self, world: World, changed: dict[str, str]
    ) -> None:
        world.room.invitations = (guest(),)
        assert in_call(world).post(self.PATH, self.FORM | changed).status_code == 422
        assert self.asked(world) == []

    @pytest.mark.parametrize("state", ["waits", "here", "away", "expired", "revoked"])
    def test_goes_to_nobody_who_came_or_may_not_come(self, world: World, state: str) -> None:
        world.room.invitations = (guest(state),)
        browser = in_call(world)
        assert browser.post(self.PATH, self.FORM).status_code == 404
        assert browser.post(self.PATH.replace("guest-1", "guest-2"), self.FORM).status_code == 404
        assert self.asked(world) == []

    def test_is_asked_for_anew_with_each_page(self, world: World) -> None:
        world.room.invitations = (guest(),)
        browser = in_call(world)
        keys = {
            re.findall(r'/mail".*?name="request_key" value="(.*?)"', browser.get(path).text, re.DOTALL)[0]
            for path in ("/console/rooms/room-1", "/console/rooms/room-1/guests")
        }
        assert len(keys) == 2

    @pytest.mark.parametrize(
        ("fault", "status"), [(MailedTooOften("10"), 429), (ServiceUnavailable("mail"), 503)]
    )
    def test_what_notify_refuses_is_said(self, world: World, fault: PlatformError, status: int) -> None:
        world.room.invitations, world.room.mail_fault = (guest(),), fault
        assert in_call(world).post(self.PATH, self.FORM).status_code == status
