"""The private space's pages over the real rules: data, history, consents, delete, restore, switch."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.errors import StaleVersion
from tests.unit.gateway import journey
from tests.unit.gateway.real_spaces import RealSpaces
from tests.unit.spaces.test_consents import booked, cancelled

PERSON = "person-resident"


@pytest.fixture
def lea(world: Any, browser: Any) -> Any:
    """Logged in, with a space that has only what the log-in knew."""
    journey.log_in(browser)
    browser.post("/space/open")
    return browser


def fill_in(browser: Any) -> None:
    assert browser.post("/space/data", {**journey.PERSON, "version": "1"}).location == "/space"


def words(page: Any) -> str:
    """What is read, without tags and line breaks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


# --- creating it ---


def test_who_creates_a_private_space_reads_to_what_he_consents(browser: Any) -> None:
    journey.log_in(browser)
    for path in ("/space", "/spaces"):
        assert "By creating it you consent to the CNS keeping your personal data" in browser.get(path).text


def test_a_second_click_makes_no_second_space(world: Any, lea: Any) -> None:
    assert lea.post("/space/open").location == "/space/data"
    assert list(world.spaces.private) == [PERSON]


def test_who_comes_while_the_former_space_is_erased_is_told_to_try_again(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    world.bus.fault_of["open_private_space"] = StaleVersion("space")
    assert browser.post("/space/open").location == "/space"
    assert "changed in the meantime" in browser.get("/space").text


# --- data ---


def test_the_data_say_in_words_how_far_they_are_filled_in(lea: Any) -> None:
    before = words(lea.get("/space"))
    assert "3 of 11 fields" in before
    assert "Mandatory, not filled in yet: E-mail address, Phone number, Street and number" in before
    fill_in(lea)
    after = words(lea.get("/space"))
    assert "All mandatory fields are filled in." in after
    assert "Mandatory, not filled in yet" not in after


def test_mandatory_fields_have_a_star_and_the_others_are_advised(lea: Any) -> None:
    page = words(lea.get("/space/data"))
    assert "Fields with a star (*) are mandatory" in page
    for name in ("First name *", "E-mail address *", "Country *", "Place of birth (advised)"):
        assert name in page


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "one", ""])
def test_a_version_that_nobody_was_shown_saves_nothing(lea: Any, version: str) -> None:
    fill_in(lea)
    refused = lea.post("/space/data", {**journey.PERSON, "version": version, "city": "Vianden"})
    assert refused.status_code == 409
    assert 'value="Vianden"' not in lea.get("/space/data").text


def test_the_history_names_fields_certificate_and_door_and_no_contents(lea: Any) -> None:
    fill_in(lea)
    form = {**journey.PERSON, "version": "2", "city": "Vianden"}
    lea.post("/space/data", form)
    page = words(lea.get("/space/data/history"))
    assert "Data changed : Town" in page
    assert "Private space created" in page
    assert "in the private space" in page
    assert "Vianden" not in page


def test_what_was_typed_while_booking_is_noted_as_such(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    journey.as_far_as_person(browser)
    assert "With this you consent to the CNS keeping these data" in browser.get("/book/person").text
    browser.post("/book/person", {**journey.PERSON, "create_space": "yes"})
    assert "while booking" in words(browser.get("/space/data/history"))


# --- consents ---


def test_consents_lead_to_what_withdraws_them(world: Any, lea: Any) -> None:
    journey.as_far_as_review(lea)
    lea.post("/book/review")
    tell(world.spaces, "appointment-1")
    page = lea.get("/space/consents")
    assert "Version of the text" in page.text
    assert 'href="/spaces/private/delete"' in page.text
    assert 'href="/space/appointments/appointment-1/cancel"' in page.text
    assert "Monday, 23 November 2026, 11:00" in page.text


def test_a_withdrawn_consent_has_its_day_and_leads_nowhere(world: Any, lea: Any) -> None:
    tell(world.spaces, "appointment-1")
    world.spaces.world.consents.cancelled(cancelled())
    page = lea.get("/space/consents")
    assert "/cancel" not in page.text
    assert "Tuesday, 24 November 2026" in words(page)


def test_consents_are_there_without_a_private_space(world: Any, browser: Any) -> None:
    journey.log_in(browser)
    assert "You have given no consent" in browser.get("/space/consents").text
    tell(world.spaces, "appointment-1")
    assert "Processing of my data for an appointment" in browser.get("/space/consents").text


def tell(spaces: RealSpaces, appointment_id: str) -> None:
    spaces.world.consents.booked(booked(person_id=PERSON, appointment_id=appointment_id))


# --- delete and restore ---


def test_before_it_is_deleted_one_reads_what_goes_what_stays_and_until_when(lea: Any) -> None:
    page = words(lea.get("/spaces/private/delete"))
    for said in (
        "you withdraw your consent",
        "Your personal data, with the list of their changes.",
        "Your registered certificates",
        "Your appointments: you keep the link",
        "Until Wednesday, 23 December 2026, 08:00 you can restore it",
    ):
        assert said in page


def test_a_deleted_space_fills_in_nothing_and_comes_back_as_it_was(world: Any, lea: Any) -> None:
    fill_in(lea)
    lea.post("/spaces/private/delete")
    page = lea.get("/space")
    assert "Your private space is deleted." in page.text
    assert journey.PERSON["street"] not in page.text
    assert "/space/data" not in page.text
    assert lea.get("/space/data").location == "/space"
    journey.as_far_as_person(lea)
    person = lea.get("/book/person").text
    assert journey.PERSON["street"] not in person
    assert "create_space" not in person
    assert "you can restore it until Wednesday, 23 December 2026" in person
    assert lea.post("/spaces/private/restore").location == "/spaces/private"
    assert lea.get("/spaces/private").location == "/space"
    assert journey.PERSON["street"].replace("'", "&#39;") in lea.get("/space").text


def test_appointments_stay_and_are_joined_moved_and_cancelled_while_the_space_is_deleted(
    world: Any, lea: Any
) -> None:
    journey.as_far_as_review(lea)
    lea.post("/book/review")
    lea.post("/spaces/private/delete")
    page = lea.get("/space").text
    for end in ("", "/move", "/cancel"):
        assert f'/space/appointments/appointment-1{end}"' in page
    assert lea.post("/space/appointments/appointment-1").location == "/appointment"


def test_who_opens_a_space_that_he_has_deleted_is_offered_to_restore_it(world: Any, lea: Any) -> None:
    lea.post("/spaces/private/delete")
    answer = lea.post("/space/open", follow_redirects=True)
    assert "By restoring it you consent again" in answer.text
    assert world.spaces.private[PERSON].state == "deleted"


def test_deleting_twice_and_going_back_do_the_expected(lea: Any) -> None:
    for _twice in range(2):
        assert lea.post("/spaces/private/delete").location == "/spaces"
    assert lea.get("/spaces/private/delete").location == "/space"
    assert "Deleted; can be restored until" in lea.get("/spaces").text


def test_pages_of_the_space_of_who_has_none_are_not_there(browser: Any) -> None:
    journey.log_in(browser)
    for path in ("/space/data/history", "/spaces/private/delete"):
        assert browser.get(path).status_code == 404
    assert browser.get("/space/data").location == "/space"
    assert browser.post("/spaces/private/restore").status_code == 404


@pytest.mark.parametrize("path", ["name", "members", "trail", "leave", "members/invite"])
def test_a_private_space_has_no_members_no_name_and_no_trail(lea: Any, path: str) -> None:
    assert lea.get(f"/spaces/private/{path}").status_code == 403


@pytest.mark.parametrize("path", ["/space", "/space/data", "/space/data/history", "/space/consents"])
def test_nobody_reads_it_without_a_log_in(world: Any, path: str) -> None:
    assert world.browser().get(path).location.startswith("/login?next=")


# --- the frame ---


def test_every_page_says_which_space_it_is_and_leads_to_the_others(lea: Any) -> None:
    address = lea.post("/spaces/new", {"name": "Muster & Co", "request_key": "one"}).location
    private, company = lea.get("/space").text, lea.get(address).text
    assert f'href="{address}">Muster &amp; Co</a>' in private
    assert 'href="/space">My private space</a>' in company
    for page in (private, company):
        assert 'href="/spaces">All my spaces</a>' in page
        assert page.count('aria-current="page"') == 1


def test_no_address_bears_a_persons_id(lea: Any) -> None:
    for path in ("/space", "/space/data", "/space/consents", "/spaces", "/spaces/private/delete"):
        page = lea.get(path).text
        assert not re.findall(rf'(?:href|action)="[^"]*{PERSON}', page), path
