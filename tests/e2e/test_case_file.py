"""Documents of a call go to the case file: the same bytes, once, whatever becomes of it meanwhile."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.dev.platform import Platform
from deploy.dev.servers.case_file import case_file_files, case_file_page
from services.chassis.rpc_client import RpcClient
from services.contracts.booking import GetAuditTrail
from tests.e2e.booked_room import in_call
from tests.e2e.files_to_send import letter
from tests.e2e.journey import Upload
from tests.e2e.plain_browser import PlainBrowser
from tests.e2e.world import World
from tests.service_process import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

CITIZEN, AGENT = "parent", "Anna Demo"
REASON = "Belongs to the request for parental leave."


@dataclass
class CaseFile:
    """The demonstration's, as one looks at it."""

    page: str
    mode: Path

    def arrived(self, document_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.page}/documents").json()
        return [one for one in found if one["document_id"] == document_id]

    def content(self, document_id: str) -> bytes:
        return httpx.get(f"{self.page}/documents/{document_id}").content


@dataclass
class Call:
    """An agent and a citizen in a call."""

    room: str
    starts_at: datetime
    citizen: PlainBrowser
    agent: PlainBrowser

    def share(self, upload: Upload) -> str:
        """Its id."""
        self.citizen.open("/appointment/call").upload(f"/files/rooms/{self.room}", upload)
        found = re.search(
            rf'<li class="app-document" data-document-id="([^"]+)">\s*<a[^>]*>{re.escape(upload.name)}<',
            self.citizen.page.text,
        )
        assert found, self.citizen.text
        return found[1]

    def hand_over(self, document_id: str, reason: str = REASON) -> str:
        """What the agent reads then."""
        self.agent.open(f"/console/rooms/{self.room}")
        self.agent.post(
            f"/files/rooms/{self.room}/{document_id}/case-file?as=agent", {"reason": reason} if reason else {}
        )
        assert self.agent.path == f"/console/rooms/{self.room}"
        return self.agent.text


@pytest.fixture
def case_file(platform: Platform) -> Iterator[CaseFile]:
    found = CaseFile(case_file_page(platform.site), case_file_files(platform.site).theirs / "mode")
    yield found
    found.mode.unlink(missing_ok=True)


@pytest.fixture
def call(stage: World) -> Iterator[Call]:
    with PlainBrowser(stage.origin) as citizen, PlainBrowser(stage.origin) as agent:
        citizen.log_in("/space", CITIZEN).post("/space/open", {})
        yield Call(*in_call(citizen, agent, stage, AGENT), citizen, agent)


@pytest.fixture(scope="module")
def bus(platform: Platform) -> Iterator[RpcClient]:
    client = RpcClient(platform.env("gateway-pages")["AMQP_URL"], "e2e")
    yield client
    client.close()


def trail(bus: RpcClient, call: Call) -> list[tuple[str, str]]:
    steps = bus.call(GetAuditTrail(appointment_id=call.room)).steps
    return [(step.what, step.receipt) for step in steps if step.what.startswith("case_file")]


def test_the_case_file_has_the_same_bytes_and_outlives_the_room(
    stage: World, call: Call, case_file: CaseFile, bus: RpcClient
) -> None:
    paper = letter("leave.pdf", 2_000_000, "leave")
    document_id = call.share(paper)
    said = call.hand_over(document_id)
    [arrived] = case_file.arrived(document_id)
    assert case_file.content(document_id) == paper.content
    assert arrived["sha256"] == hashlib.sha256(paper.content).hexdigest()
    assert (arrived["handover"]["reason"], arrived["handover"]["name"]) == (REASON, "leave.pdf")

    assert f"receipt number {arrived['receipt']}" in said
    assert "This document is in the case file, or on its way there." in call.hand_over(document_id, "Again.")
    assert len(case_file.arrived(document_id)) == 1
    told = call.citizen.open("/appointment/call").text
    assert "Handed over to your case file" in told
    assert f"Reason: {REASON}" in told
    eventually(lambda: trail(bus, call) == [("case_file_begun", ""), ("case_file_filed", arrived["receipt"])])

    call.agent.post(f"/console/rooms/{call.room}/end", {})
    assert f"Reason: {REASON}" in call.citizen.open("/appointment").text
    stage.travel_to(call.starts_at + timedelta(hours=25))
    assert stage.stores.wait_until_gone(call.room).nothing
    assert case_file.content(document_id) == paper.content
    assert len(trail(bus, call)) == 2


def test_whatever_the_case_file_does_it_has_the_document_once_or_never(
    call: Call, case_file: CaseFile, bus: RpcClient
) -> None:
    document_id = call.share(letter("leave.pdf", 100_000, "leave"))
    assert "Say why the document is handed over." in call.hand_over(document_id, "")
    case_file.mode.write_text("away")
    assert "The case file does not answer. The document was not handed over." in call.hand_over(document_id)
    case_file.mode.write_text("refusing")
    assert "The case file does not accept this document." in call.hand_over(document_id)
    assert "Handed over to your case file" not in call.citizen.open("/appointment/call").text
    assert case_file.arrived(document_id) == []

    case_file.mode.write_text("lost")
    assert "not confirmed yet" in call.hand_over(document_id)
    assert "on its way, not confirmed yet" in call.citizen.open("/appointment/call").text
    case_file.mode.unlink()
    [arrived] = case_file.arrived(document_id)
    receipt = f"receipt number {arrived['receipt']}"
    eventually(lambda: receipt in call.hand_over(document_id, ""))  # or found out by itself meanwhile
    assert case_file.arrived(document_id) == [arrived]
    steps = ["begun", "dropped", "begun", "dropped", "begun", "filed"]
    eventually(lambda: [what for what, _ in trail(bus, call)] == [f"case_file_{step}" for step in steps])
