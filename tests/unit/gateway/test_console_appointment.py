"""One appointment at the desk: what is known of it, and the link that is revoked after asking twice."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from gateway.link_generation import is_known_to_be_revoked
from services.contracts.booking import AuditStep, RenewLink
from services.contracts.errors import ServiceUnavailable
from tests.unit.gateway import desk
from tests.unit.gateway.conftest import NOW
from tests.unit.gateway.desk import ID
from tests.unit.gateway_room.fake_checks import check

PAGE = f"/console/appointments/{ID}/"
LINK = f"/console/appointments/{ID}/link"


@pytest.fixture
def books(world: Any) -> desk.FakeDesk:
    desk.book(world)
    return desk.open_desk(world)


@pytest.fixture
def agent(world: Any, books: Any) -> Any:
    return desk.member(world)


def test_the_page_has_person_times_mails_and_history(agent: Any) -> None:
    page = agent.get(PAGE).text
    for words in ("11:00–11:20", "Léa Muster", "LuxTrust (high)", "Anna Demo", "Confirmation"):
        assert words in page
    history = page.split('id="history"')[1]
    assert history.index("reservation lapsed") < history.index("moved") < history.index("time reserved")
    for words in ("Ben Demo", "console", "the platform itself", "citizen", "from 00ff"):
        assert words in history


def test_the_history_says_under_which_number_the_case_file_has_a_document(agent: Any, books: Any) -> None:
    filed = AuditStep(
        at=NOW,
        what="case_file_filed",
        who="agent-ben",
        origin="",
        version=2,
        document_id="doc-1",
        receipt="R-4711",
    )
    books.steps = (filed,)
    history = agent.get(PAGE).text.split('id="history"')[1]
    assert "document handed over to the case file</strong> (receipt number R-4711)" in history


def test_what_the_citizen_s_device_check_found_is_shown(world: Any, agent: Any) -> None:
    assert "Device check" not in agent.get(PAGE).text
    world.bus.media.checks = (check(),)
    page = agent.get(PAGE).text
    assert "open, but nothing was heard" in page.split('id="checks"')[1].split("</section>")[0]


def test_the_history_says_whose_identity_copy_was_looked_at_and_what_came_of_it(
    world: Any, books: Any, agent: Any
) -> None:
    booked = world.booking.booked[ID]
    world.booking.booked[ID] = replace(booked, identity_copy_id="document-1")
    seen = replace(books.steps[1], what="identity_seen", document_id="document-1")
    books.steps = (seen, replace(seen, what="identity_differs", document_id="document-2"))
    page = agent.get(PAGE).text.split('id="history"')[1]
    history = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "identity copy looked at (Léa Muster) – Ben Demo" in history
    assert "identity copy does not match (document-2) – Ben Demo" in history


def test_what_another_member_of_the_company_did_is_told_without_his_id(books: Any, agent: Any) -> None:
    books.steps = (replace(books.steps[0], what="cancelled", who="member:person-tom", origin="space:00ff"),)
    history = agent.get(PAGE).text.split('id="history"')[1]
    assert "another member of the company" in history
    assert "person-tom" not in history


def test_a_mail_of_a_kind_without_words_is_shown_by_its_code(agent: Any) -> None:
    page = agent.get(PAGE).text
    assert "something_new" in page
    assert "attempts: 3" in page


@pytest.mark.parametrize("part", ["list_deliveries", "get_audit_trail"])
def test_a_part_that_does_not_answer_leaves_the_rest_readable(world: Any, agent: Any, part: str) -> None:
    world.bus.fault_of[part] = ServiceUnavailable("notify")
    page = agent.get(PAGE)
    assert page.status_code == 200
    assert "cannot be shown at the moment" in page.text
    assert "Léa Muster" in page.text


def test_an_unknown_appointment_is_not_found(agent: Any) -> None:
    assert agent.get("/console/appointments/nothing/").status_code == 404


def test_revoking_a_link_is_asked_first_and_a_second_click_revokes_nothing_more(
    world: Any, agent: Any
) -> None:
    assert "Revoke the link?" in agent.get(LINK).text
    assert world.bus.times(RenewLink) == 0
    for _click in range(2):
        assert agent.post(LINK, {"generation": "1"}).location == PAGE
    assert world.booking.booked[ID].link_generation == 2
    assert is_known_to_be_revoked(world.redis, ID, 1)
    page = agent.get(PAGE).text
    assert "Every link sent before is revoked" in page
    assert "has changed in the meantime" in page
    actors = {request.actor for request in world.bus.asked if isinstance(request, RenewLink)}
    assert actors == {"person-agent"}


@pytest.mark.parametrize("generation", ["", "x", "-1", "1" * 40, "²"])
def test_what_is_no_generation_is_refused(world: Any, agent: Any, generation: str) -> None:
    assert agent.post(LINK, {"generation": generation}).status_code == 422
    assert world.bus.times(RenewLink) == 0


def test_who_has_no_address_gets_the_new_link_on_paper(world: Any, agent: Any) -> None:
    booked = world.booking.booked[ID]
    world.booking.booked[ID] = replace(booked, applicant=replace(booked.applicant, email=""))
    assert "print the confirmation" in agent.get(LINK).text
    agent.post(LINK, {"generation": "1"})
    page = agent.get(PAGE).text
    assert "Print the confirmation again" in page
    assert "Send the mail again" not in page


def test_after_its_end_nothing_can_be_changed(world: Any, agent: Any) -> None:
    world.clock.set(world.booking.booked[ID].ends_at)
    page = agent.get(PAGE).text
    assert "/cancel" not in page
    assert "/link" not in page


@pytest.mark.parametrize("phase", ["open", "waiting", "documents"])
def test_only_agents_are_led_into_the_room(world: Any, agent: Any, phase: str) -> None:
    world.bus.media.phase = phase
    assert f"/console/rooms/{ID}" in agent.get(PAGE).text
    assert f"/console/rooms/{ID}" not in desk.member(world, "helpdesk").get(PAGE).text
