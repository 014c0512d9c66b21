"""The main job, end to end, on real parts: two people, two browsers, our own SFU."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import GetAppointment, GetAuditTrail
from tests.e2e.journey import open_page
from tests.e2e.main_path import MainPath
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def path(stage: World, new_context: Callable[..., BrowserContext]) -> MainPath:
    def person() -> BrowserContext:
        return new_context(locale="en-GB", viewport={"width": 1280, "height": 900})

    return MainPath(stage, open_page(person()), open_page(person()))


@pytest.fixture
def bus(platform: Platform) -> Iterator[RpcClient]:
    client = RpcClient(platform.env("gateway-pages")["AMQP_URL"], "tests")
    yield client
    client.close()


def _trail(bus: RpcClient, path: MainPath) -> list[tuple[str, str]]:
    """What happened, and by which door; no step names a citizen or an address."""
    steps = bus.call(GetAuditTrail(appointment_id=path.room_id)).steps
    assert {len(step.origin.partition(":")[2]) for step in steps} == {16}
    return [(step.what, step.origin.partition(":")[0]) for step in steps]


def test_a_consultation_from_booking_to_forgetting(path: MainPath, bus: RpcClient) -> None:
    path.book()
    path.receive_mail()
    event = path.mail.event
    assert event["SUMMARY"]
    assert event["DTSTART"].dt == path.starts_at
    assert event["SEQUENCE"] == 0

    path.meet()
    assert path.world.stores.of(path.room_id).objects == 1, "the identity copy is there, sealed"
    path.compare()
    expect(path.agent.get_by_text("Recorded: Yes, it matches")).to_be_visible()
    by_citizen, by_agent = path.watch()
    for seen in (by_citizen, by_agent):
        assert seen.frames >= 30
        assert seen.changed_pixels > 0
        assert seen.loudness > 0

    path.talk()
    assert path.exchange_files(), "byte for byte"
    path.reload()
    for seen in path.watch():
        assert seen.frames >= 30
    kept = path.world.stores.of(path.room_id)
    assert (kept.objects, kept.keys, kept.messages) == (3, 1, 2)

    path.end()
    eventually(lambda: bus.call(GetAppointment(appointment_id=path.room_id)).state == "held")
    assert _trail(bus, path) == [
        ("held", "page"),
        ("booked", "page"),
        ("arrived", "link"),
        ("in_call", "console"),
        ("identity_seen", "console"),
        ("identity_matches", "console"),
        ("ended_held", "console"),
    ]
    assert path.be_forgotten().nothing
