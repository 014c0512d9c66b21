"""The waiting room: nobody comes, a colleague takes over, sends back, hands over, says how it went."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from deploy.dev.environment import ALARM_MAIL_TO
from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import GetAppointment
from tests.e2e import journey
from tests.e2e.mailbox import fresh_address
from tests.e2e.main_path import MainPath
from tests.e2e.world import World
from tests.service_process import eventually

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.e2e

MINUTE = timedelta(minutes=1)
LUXEMBOURG = ZoneInfo("Europe/Luxembourg")


@pytest.fixture
def somebody(new_context: Callable[..., BrowserContext]) -> Callable[[], Page]:
    def one() -> Page:
        return journey.open_page(new_context(locale="en-GB", viewport={"width": 1280, "height": 900}))

    return one


@pytest.fixture
def path(stage: World, somebody: Callable[[], Page]) -> MainPath:
    return MainPath(stage, somebody(), somebody())


@pytest.fixture
def bus(platform: Platform) -> Iterator[RpcClient]:
    client = RpcClient(platform.env("gateway-pages")["AMQP_URL"], "tests")
    yield client
    client.close()


def test_from_an_alarm_to_a_colleague_who_ends(
    stage: World, path: MainPath, somebody: Callable[[], Page], bus: RpcClient
) -> None:
    path.book()
    path.receive_mail()
    citizen, taker, colleague, supervisor = path.citizen, path.agent, somebody(), somebody()

    stage.travel_to(path.starts_at - 10 * MINUTE)
    journey.go_to_waiting_room(citizen, path.mail.link)
    journey.log_in_as_agent(supervisor, stage.origin, "Sam Demo")
    expect(journey.place_of(supervisor, path.room_id)).to_contain_text("waits to be let in")
    alarm = journey.alarm_of(supervisor, path.room_id)
    expect(alarm).to_have_count(0)

    stage.travel_to(path.starts_at + 5 * MINUTE)
    expect(alarm).to_contain_text("Anyone may take over")
    expect(citizen.get_by_text("His colleagues and supervisors have been told")).to_be_visible()
    start = f"{path.starts_at.astimezone(LUXEMBOURG):%H:%M}"
    [mail] = stage.mailbox.entitled(ALARM_MAIL_TO, f"Aucun agent à la consultation vidéo de {start}")
    assert "/console/" in mail.text

    journey.log_in_as_agent(taker, stage.origin, "Anna Demo")
    journey.alarm_of(taker, path.room_id).get_by_role("link").click()
    expect(taker.get_by_role("button", name="Let the call begin")).to_be_visible()
    journey.let_the_call_begin(taker)
    for page in (citizen, taker):
        journey.wait_until_live(page)
    expect(alarm).to_have_count(0)
    expect(taker.get_by_text("You look after this room.")).to_be_visible()

    taker.get_by_role("button", name="Send back to the waiting room").click()
    expect(citizen.locator("[data-call][data-stage=waiting]")).to_be_visible()
    expect(citizen.get_by_text("asked you to wait here")).to_be_visible()
    expect(journey.place_of(supervisor, path.room_id)).to_contain_text("was sent back to the waiting room")
    taker.get_by_role("button", name="Let in again").click()
    for page in (citizen, taker):
        journey.wait_until_live(page)

    stays_as_it_is(taker)
    taker.get_by_text("Hand over", exact=True).first.click()
    taker.get_by_label("To which colleague?").select_option(label="Ben Demo")
    taker.get_by_role("button", name="Yes, hand over").click()
    expect(taker.get_by_text("Ben Demo looks after this room.")).to_be_visible()
    journey.log_in_as_agent(colleague, stage.origin, "Ben Demo")
    colleague.goto(taker.url)
    colleague.get_by_role("button", name="Enter the room").click()
    journey.wait_until_live(colleague)
    expect(taker.get_by_text("stay until he comes")).to_have_count(0)
    assert was_not_loaded_anew(taker), "his call goes on while he hands over"
    taker.get_by_role("button", name="Leave").click()
    taker.wait_for_url("**/console/")
    journey.wait_until_live(citizen)

    journey.end_the_call(colleague)
    room_id = path.room_id
    eventually(lambda: bus.call(GetAppointment(appointment_id=room_id)).state == "held")
    colleague.get_by_label("It failed for technical reasons").check()
    colleague.get_by_role("button", name="Record the outcome").click()
    eventually(lambda: bus.call(GetAppointment(appointment_id=room_id)).state == "technical_failure")


def test_who_comes_back_is_seen_beside_the_next_and_taken_by_a_colleague(
    stage: World, path: MainPath, somebody: Callable[[], Page]
) -> None:
    path.into_the_call()
    path.citizen.get_by_role("button", name="Leave").click()
    path.agent.get_by_role("button", name="Leave").click()
    path.agent.wait_for_url("**/console/")
    stage.travel_to(path.starts_at + 22 * MINUTE)
    path.citizen.goto(path.mail.link)
    path.citizen.get_by_role("button", name="Back to the call").click()

    colleague = somebody()
    journey.log_in_as_agent(colleague, stage.origin, "Ben Demo")
    place = journey.place_of(colleague, path.room_id).filter(has_text="has come back")
    place.get_by_role("link").click()
    colleague.get_by_role("button", name="Take over").click()
    for page in (path.citizen, colleague):
        journey.wait_until_live(page)
    expect(place).to_have_count(0)
    assert path.citizen.url.endswith("/appointment/call")


def test_an_interpreter_comes_by_invitation_and_goes_when_it_is_revoked(
    path: MainPath, somebody: Callable[[], Page], platform: Platform
) -> None:
    path.into_the_call()
    stays_as_it_is(path.agent)
    path.agent.get_by_role("button", name="Make a link").click()
    shown = path.agent.locator("[data-guest=sent] input[readonly]")
    link = shown.input_value()
    address = fresh_address()
    path.agent.get_by_label("Or send it to this e-mail address").fill(address)
    path.agent.get_by_role("button", name="Send the link").click()
    expect(path.agent.get_by_text("The link was sent.")).to_be_visible()
    [mail] = path.world.mailbox.entitled(address, "Invitation to a video consultation")
    assert link in mail.text
    journey.wait_until_live(path.agent)

    interpreter = somebody()
    interpreter.goto(link)
    interpreter.wait_for_url("**/guest")
    interpreter.get_by_role("button", name="Join the call").click()
    expect(interpreter.get_by_text("lets you in")).to_be_visible()
    outlives_the_pages(interpreter, platform)
    path.agent.locator("[data-guest=waits]").get_by_role("button", name="Let in").click()
    interpreter.wait_for_url("**/guest/call")
    for page in (interpreter, path.citizen, path.agent):
        journey.wait_until_live(page)
    expect(path.citizen.locator("[data-others] video")).to_have_count(1)
    journey.write(interpreter, "I translate.")
    path.citizen.get_by_text("I translate.", exact=True).wait_for()

    path.agent.locator("[data-guest]").get_by_role("button", name="Revoke the invitation").click()
    expect(interpreter.get_by_role("heading", name="This invitation is over")).to_be_visible()
    expect(path.citizen.locator("[data-others] video")).to_have_count(0)
    journey.wait_until_live(path.citizen)
    assert was_not_loaded_anew(path.agent), "his call goes on while he invites, lets in and revokes"
    interpreter.goto(link)
    expect(interpreter.get_by_role("heading", name="This invitation is over")).to_be_visible()


def outlives_the_pages(guest: Page, platform: Platform) -> None:
    """Who waits reads that the server is away, and waits on when it is back."""
    away = guest.get_by_text("Our server does not answer. We keep trying.")
    platform.supervisor.end("gateway-pages")
    try:
        expect(away).to_be_visible()
    finally:
        platform.supervisor.restart("gateway-pages")
    expect(away).to_be_hidden()
    expect(guest.get_by_text("lets you in")).to_be_visible()


def stays_as_it_is(page: Page) -> None:
    """Put a mark on the page, which it loses when it is loaded anew."""
    page.evaluate("window.marked = true")


def was_not_loaded_anew(page: Page) -> bool:
    return bool(page.evaluate("window.marked === true"))
