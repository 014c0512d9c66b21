"""The citizen's pages follow the phase of his room, and opening them changes nothing."""

from __future__ import annotations

import pytest

from services.contracts.booking import GetAppointment
from services.contracts.deletion import ListRecordKeys, ShowDeletionRecords
from services.contracts.device_check import ListChecks
from services.contracts.media import JoinRoom, LeaveRoom, LookAtRoom
from services.contracts.media_errors import TooLate
from services.contracts.room_documents import Document, ListDocuments
from services.contracts.room_log import GrantLog
from services.contracts.subjects import ListSubjects
from tests.unit.gateway_room.conftest import World
from tests.unit.gateway_room.fake_room import ROOM, STARTS_AT

READING = (
    *(GetAppointment, GrantLog, ListChecks, ListDocuments, ListSubjects, LookAtRoom),
    *(ListRecordKeys, ShowDeletionRecords),
)


@pytest.mark.parametrize(
    ("phase", "words"),
    [
        ("early", "The waiting room opens at"),
        ("open", "Go to the waiting room"),
        ("waiting", "Back to the waiting room"),
        ("admitted", "Back to the call"),
        ("late", "You need a new appointment"),
        ("documents", "Your consultation has ended"),
        ("forgotten", "Everything has been deleted"),
        ("cancelled", "This appointment was cancelled"),
    ],
)
def test_each_phase_has_its_page(world: World, phase: str, words: str) -> None:
    world.room.phase = phase
    answer = world.citizen().get("/appointment")
    assert answer.status_code == 200
    assert words in answer.text
    assert {type(request) for request in world.bus.asked} <= set(READING)


@pytest.mark.parametrize("phase", ["early", "open", "waiting"])
def test_medical_bills_are_never_by_video_stands_before_the_call(world: World, phase: str) -> None:
    world.room.phase = phase
    assert "Reimbursement of medical bills" in world.citizen().get("/appointment").text


def test_a_room_of_which_media_has_not_heard_yet_is_asked_for_again(world: World) -> None:
    answer = world.citizen("room-booked-just-now").get("/appointment")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert 'href="/appointment"' in answer.text


def test_without_a_link_there_is_no_room(world: World) -> None:
    answer = world.nobody().get("/appointment")
    assert (answer.status_code, answer.location) == (303, "/link")


def test_joining_is_a_post_and_leads_to_the_call(world: World) -> None:
    answer = world.citizen().post("/appointment/join")
    assert (answer.status_code, answer.location) == (303, "/appointment/call")
    assert world.bus.times(JoinRoom) == 1
    assert world.citizen().get("/appointment/join").status_code == 405


def test_joining_too_late_says_that_a_new_appointment_is_needed(world: World) -> None:
    world.room.fault = TooLate()
    answer = world.citizen().post("/appointment/join")
    assert answer.status_code == 410
    assert "You need a new one" in answer.text


def test_leaving_is_told_to_the_room(world: World) -> None:
    world.room.phase = "admitted"
    assert world.citizen().post("/appointment/leave").location == "/appointment"
    assert world.bus.times(LeaveRoom) == 1


@pytest.mark.parametrize("phase", ["early", "open", "late", "documents", "forgotten", "cancelled"])
def test_the_call_page_leads_back_when_there_is_no_call(world: World, phase: str) -> None:
    world.room.phase = phase
    assert world.citizen().get("/appointment/call").location == "/appointment"


def test_the_call_page_goes_on_after_the_last_entry_that_it_shows(world: World) -> None:
    world.room.phase = "admitted"
    world.redis.add("joined", "citizen", {"role": "citizen"})
    world.redis.add("message", "agent-anna", {"text": "<b>Moien</b>", "message_id": "m1", "role": "agent"})
    page = world.citizen().get("/appointment/call").text
    assert 'data-after="2-0"' in page
    assert "&lt;b&gt;Moien&lt;/b&gt;" in page
    assert "<b>Moien</b>" not in page


def test_who_waits_without_scripts_has_a_page_that_refreshes_itself(world: World) -> None:
    world.room.phase = "waiting"
    page = world.citizen().get("/appointment/call").text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "The call itself needs JavaScript" in page


def test_documents_and_messages_can_be_read_after_the_call_without_scripts(world: World) -> None:
    world.room.phase = "documents"
    world.redis.add("message", "citizen", {"text": "Merci", "message_id": "m1", "role": "citizen"})
    page = world.citizen().get("/appointment").text
    assert "Merci" in page
    assert "can be read until" in page


def test_who_is_logged_in_may_keep_what_the_agent_has_sent(world: World) -> None:
    world.room.phase = "documents"
    sent, own = letter("decision.pdf", "agent-anna", "agent"), letter("mine.pdf", "citizen", "citizen")
    world.room.documents = (sent, own)
    way = f"/files/spaces/private/from/{ROOM}/"
    assert way not in world.citizen().get("/appointment").text
    page = world.citizen(logged_in=True).get("/appointment").text
    assert 'name="csrf_token"' in page.partition(f'action="{way}decision.pdf"')[2].partition("</form>")[0]
    assert f'action="{way}mine.pdf"' not in page


def letter(name: str, sender: str, role: str) -> Document:
    return Document(
        document_id=name,
        kind="shared",
        name=name,
        media_type="application/pdf",
        size=1_000,
        sender=sender,
        role=role,
        added_at=STARTS_AT,
    )
