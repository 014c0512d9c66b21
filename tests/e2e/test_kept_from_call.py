"""What the agent has sent in a call is kept in the private space when the room is forgotten."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from tests.e2e.files_to_send import letter
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

CITIZEN, AGENT = "pro", "Anna Demo"
DECISION = letter("decision.pdf", 300_000, "decision")
OWN = "/spaces/private/documents"


def booked(browser: PlainBrowser, stage: World) -> tuple[str, datetime]:
    """Room and start of an appointment of somebody who has logged in, on the demonstration calendar."""
    address = fresh_address()
    browser.open("/book/").post("/book/login", {"way": "with"}).post("/book/welcome", {"consent": "yes"})
    browser.post("/book/subject", {"subject": "information-documents"})
    browser.post("/book/kind", {"kind": "video-demo", "topic": ""})
    starts_at = eventually(lambda: browser.open("/book/time?language=en").offered_times())[0]
    hold(browser, starts_at)
    browser.post("/book/person", person(email=address, national_number=browser.value_of("national_number")))
    browser.post("/book/review")
    assert browser.path == "/book/done", browser.text
    return stage.stores.appointment_of(address), datetime.fromisoformat(starts_at)


def test_it_stays_when_the_room_is_forgotten(stage: World) -> None:
    with PlainBrowser(stage.origin) as citizen, PlainBrowser(stage.origin) as agent:
        citizen.log_in("/space", CITIZEN).post("/space/open", {})
        room, starts_at = booked(citizen, stage)
        stage.travel_to(starts_at)
        citizen.open("/appointment/waiting-room").post("/appointment/join", {})
        agent.log_in("/console/", AGENT).open(f"/console/rooms/{room}")
        for step in ("join", "admit"):
            assert agent.post(f"/console/rooms/{room}/{step}", {}).page.status_code == 200, agent.text
        agent.upload(f"/files/rooms/{room}?as=agent", DECISION)
        agent.post(f"/console/rooms/{room}/end", {})

        kept = re.search(
            r'action="(/files/spaces/private/from/[^"]+)"', citizen.open("/appointment").page.text
        )
        assert kept, citizen.text
        citizen.post(kept[1], {})
        assert "“decision.pdf” is in your private space now" in citizen.text

        stage.travel_to(starts_at + timedelta(hours=25))
        assert stage.stores.wait_until_gone(room).nothing
        citizen.open(OWN)
        found = re.search(
            r'href="(/files/spaces/private/[\w-]+)"[^>]*>Download<span[^>]*> – decision.pdf',
            citizen.page.text,
        )
        assert found, citizen.text
        assert citizen.open(found[1]).page.content == DECISION.content
