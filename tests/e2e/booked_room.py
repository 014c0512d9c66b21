"""An appointment of somebody who has logged in, on the demonstration calendar, and an agent in its call."""

from __future__ import annotations

from datetime import datetime

from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, hold, person
from tests.e2e.world import World
from tests.service_process import eventually


def booked(browser: PlainBrowser, stage: World) -> tuple[str, datetime]:
    """Its room and its start."""
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


def in_call(citizen: PlainBrowser, agent: PlainBrowser, stage: World, name: str) -> tuple[str, datetime]:
    """Room and start of a call that is on with the agent of this name; its citizen has logged in before."""
    room, starts_at = booked(citizen, stage)
    stage.travel_to(starts_at)
    citizen.open("/appointment/waiting-room").post("/appointment/join", {})
    agent.log_in("/console/", name).open(f"/console/rooms/{room}")
    for step in ("join", "admit"):
        assert agent.post(f"/console/rooms/{room}/{step}", {}).page.status_code == 200, agent.text
    return room, starts_at
