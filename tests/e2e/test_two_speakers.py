"""Booked for another person who speaks, too: the copies of both documents, through the whole platform."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.e2e.files_to_send import identity_card
from tests.e2e.journey import BORN
from tests.e2e.mailbox import fresh_address
from tests.e2e.plain_browser import PlainBrowser, to_identity
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e

OTHER = {
    "first_name": "Tom",
    "last_name": "Beispiel",
    "national_number": "",
    "birth_place": "Ettelbruck",
    "speaks": "yes",
    **{f"birth_date-{part}": text for part, text in BORN.items()},
}


def _book(plain: PlainBrowser, email: str) -> datetime:
    """Returns the start."""
    starts_at = to_identity(plain, insured=OTHER, email=email, for_whom="another")
    plain.upload("/files/identity-copy", identity_card())
    assert plain.open("/book/review").path == "/book/identity", "one copy is not enough"
    plain.upload("/files/identity-copy/insured", identity_card())
    plain.open("/book/review").post("/book/review")
    assert plain.path == "/book/done"
    return datetime.fromisoformat(starts_at)


def _looks_and_gets_no_file(agent: PlainBrowser, room_id: str) -> None:
    """A page without scripts shows a picture that is made of the copy; the copy itself stays where it is."""
    picture = agent.follow("Show the copy").picture("data-preview-picture")
    assert agent.open(picture).page.headers["Content-Type"] == "image/webp"
    assert agent.page.content != identity_card().content
    copy_id = picture.split("/")[5]
    assert agent.open(f"/files/rooms/{room_id}/{copy_id}?as=agent").page.status_code == 403


def test_the_agent_sees_both_copies_by_name_and_both_go_when_it_is_cancelled(
    plain: PlainBrowser, stage: World
) -> None:
    email = fresh_address()
    starts_at = _book(plain, email)
    room_id = stage.stores.appointment_of(email)
    assert stage.stores.of(room_id).objects == 2

    with PlainBrowser(stage.origin) as agent:
        agent.log_in("/console/", "Anna Demo")
        assert "Show the copy" not in agent.open(f"/console/rooms/{room_id}").text
        stage.travel_to(starts_at - timedelta(minutes=10))
        agent.open(f"/console/rooms/{room_id}").post(f"/console/rooms/{room_id}/join")
        for name in ("Léa Muster", "Tom Beispiel"):
            assert f"Show the copy – {name}" in agent.text
        assert agent.text.count("not identified") == 2
        _looks_and_gets_no_file(agent, room_id)

    plain.open("/appointment/cancel").post("/appointment/cancel")
    assert "The appointment is cancelled" in plain.text
    eventually(lambda: stage.stores.of(room_id).objects == 0)
