"""What the agent has sent in a call is kept in the private space when the room is forgotten."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.e2e.booked_room import in_call
from tests.e2e.files_to_send import letter
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World

pytestmark = pytest.mark.e2e

CITIZEN, AGENT = "pro", "Anna Demo"
DECISION = letter("decision.pdf", 300_000, "decision")
OWN = "/spaces/private/documents"


def test_it_stays_when_the_room_is_forgotten(stage: World) -> None:
    with PlainBrowser(stage.origin) as citizen, PlainBrowser(stage.origin) as agent:
        citizen.log_in("/space", CITIZEN).post("/space/open", {})
        room, starts_at = in_call(citizen, agent, stage, AGENT)
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
