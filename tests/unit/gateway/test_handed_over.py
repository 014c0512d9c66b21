"""An agent hands a document of a room over to the case file: sent, told, and nothing left half-done."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from gateway.blueprints.files.case_file import settling
from gateway.case_file.connection import NoCaseFile
from gateway.case_file.port import NotKept, Paper, Refused, Silent
from gateway.case_file.settling import Settling
from services.chassis.vault.cipher import seal_stream
from services.contracts import case_file as contract
from services.contracts.document_errors import CaseFileSilent, FilingUnderWay
from services.contracts.errors import PlatformError, ServiceUnavailable
from services.contracts.media import Done, Participant
from services.contracts.media_errors import RoomClosed
from tests.unit.gateway.conftest import NOW
from tests.unit.gateway.shelf import AT_HOME, PDF, Files
from tests.unit.gateway.shelf import files as files  # a fixture

ROOM, DOCUMENT, KEY = "room-1", "document-1", bytes(range(32))
SEND = f"/files/rooms/{ROOM}/{DOCUMENT}/case-file"
REASON = "Belongs to the request."
AGENT = dict.fromkeys(
    ("first_name", "last_name", "national_number", "birth_date", "level", "name", "method"), ""
) | {"subject_id": "agent-1", "roles": ("agent",)}


class Media:
    """Grants, and remembers what it was told."""

    def __init__(self, files: Files) -> None:
        files.rooms.objects["rooms/1"] = b"".join(seal_stream(KEY, [PDF], DOCUMENT))
        self.refusal: PlatformError | None = None
        self.deaf: PlatformError | None = None
        self.told: list[Any] = []
        self.open: list[contract.OpenFiling] = []

    def resume_filing(self, request: contract.ResumeFiling) -> contract.OpenFiling:
        return self.open.pop() if self.open else contract.OpenFiling()

    def grant_filing(self, request: contract.GrantFiling) -> contract.FilingGrant:
        if self.refusal:
            raise self.refusal
        assert (request.room_id, request.participant.role) == (ROOM, "agent")
        return contract.FilingGrant(
            document_id=request.document_id,
            attempt=1,
            object_name="rooms/1",
            data_key=base64.b64encode(KEY).decode(),
            name="letter.pdf",
            media_type="application/pdf",
            size=len(PDF),
            sent_by="citizen",
            agent_id=request.participant.participant_id,
            reason=request.reason,
            begun_at=NOW,
            seconds=30.0,
        )

    def finish_filing(self, request: contract.FinishFiling) -> Done:
        if self.deaf:
            raise self.deaf
        self.told.append(request)
        return Done()

    def abandon_filing(self, request: contract.AbandonFiling) -> Done:
        self.told.append(request)
        return Done()


class FakeCaseFile:
    """Takes everything, unless it is told to do otherwise."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.away = False
        self.arrived: list[tuple[Paper, str]] = []

    def is_away(self) -> bool:
        return self.away

    def put(self, paper: Paper, chunks: Iterator[bytes], seconds: float) -> str:
        digest = hashlib.sha256(b"".join(chunks)).hexdigest()
        if self.fault:
            raise self.fault
        self.arrived.append((paper, digest))
        return "R-1"


@pytest.fixture
def case_file(files: Files) -> FakeCaseFile:
    found = FakeCaseFile()
    files.app.extensions["case_file"] = found
    return found


@pytest.fixture
def media(world: Any, files: Files) -> Media:
    found = Media(files)
    world.bus.services.insert(0, found)
    return found


@pytest.fixture
def agent(world: Any) -> Any:
    browser = world.browser()
    with browser.client.session_transaction(base_url=AT_HOME) as session:
        session["staff"] = AGENT
    return browser


def send(files: Files, browser: Any, reason: str = REASON) -> Any:
    return files.post(browser, f"{SEND}?as=agent", reason=reason)


def said(browser: Any) -> list[str]:
    """What the next page is to say."""
    with browser.client.session_transaction(base_url=AT_HOME) as session:
        return [text for _category, text in session.get("_flashes", ())]


def faults(media: Media) -> list[str]:
    return [told.fault for told in media.told if isinstance(told, contract.AbandonFiling)]


def test_the_bytes_go_with_the_reason_and_the_receipt_comes_back(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    assert send(files, agent).location == f"/console/rooms/{ROOM}"
    [(paper, digest)] = case_file.arrived
    assert digest == hashlib.sha256(PDF).hexdigest()
    assert (paper.document_id, paper.appointment_id, paper.reason) == (DOCUMENT, ROOM, REASON)
    [told] = media.told
    assert (told.receipt, told.attempt, told.agent_id) == ("R-1", 1, "agent-1")


@pytest.mark.parametrize(
    ("fault", "told", "words"),
    [
        (NotKept(), contract.NOT_SENT, "The document was not handed over. Try again later."),
        (Refused(), contract.REFUSED, "The case file does not accept this document."),
        (Silent(), contract.UNKNOWN, "It cannot get there twice."),
    ],
)
def test_whatever_goes_wrong_is_said_and_told(
    files: Files,
    agent: Any,
    media: Media,
    case_file: FakeCaseFile,
    fault: Exception,
    told: str,
    words: str,
) -> None:
    case_file.fault = fault
    assert send(files, agent).status_code == 303
    assert faults(media) == [told]
    assert any(words in sentence for sentence in said(agent))


def test_a_case_file_that_is_left_alone_is_not_even_asked_for_leave(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    case_file.away = True
    send(files, agent)
    assert media.told == []
    assert any("does not answer" in sentence for sentence in said(agent))


def test_what_is_not_in_the_store_any_more_is_given_up(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    files.rooms.objects.clear()
    send(files, agent)
    assert (faults(media), case_file.arrived) == ([contract.NOT_SENT], [])


def test_what_was_tampered_with_is_given_up(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    files.rooms.objects["rooms/1"] = b"".join(seal_stream(KEY, [PDF], "another"))
    send(files, agent)
    assert (faults(media), case_file.arrived) == ([contract.NOT_SENT], [])


def test_what_arrived_and_cannot_be_told_stays_open(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    media.deaf = ServiceUnavailable("media")
    send(files, agent)
    assert media.told == []
    assert any("It cannot get there twice." in sentence for sentence in said(agent))


@pytest.mark.parametrize("refusal", [FilingUnderWay(), RoomClosed()])
def test_what_media_refuses_is_said_and_nothing_is_sent(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile, refusal: PlatformError
) -> None:
    media.refusal = refusal
    send(files, agent)
    assert (case_file.arrived, media.told) == ([], [])
    assert said(agent)


def test_nobody_else_gets_as_far(world: Any, files: Files, media: Media, case_file: FakeCaseFile) -> None:
    assert send(files, world.browser()).status_code == 404
    assert case_file.arrived == []


def test_a_forged_token_hands_nothing_over(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    assert files.post(agent, f"{SEND}?as=agent", token="forged", reason=REASON).status_code == 403
    assert case_file.arrived == []


def test_reloading_the_answer_leads_back_and_sends_nothing(
    files: Files, agent: Any, media: Media, case_file: FakeCaseFile
) -> None:
    assert files.fetch(agent, f"{SEND}?as=agent").location == f"/console/rooms/{ROOM}"
    assert case_file.arrived == []


def test_without_a_case_file_nothing_is_sent(files: Files, agent: Any, media: Media) -> None:
    files.app.extensions["case_file"] = NoCaseFile()
    send(files, agent)
    assert media.told == []


class TestFoundOutByItself:
    """Between two clicks, and where nobody clicks again."""

    @pytest.fixture
    def open_filing(self, media: Media) -> Media:
        participant = Participant(participant_id="agent-1", role="agent")
        asked = contract.GrantFiling(
            room_id=ROOM, participant=participant, document_id=DOCUMENT, reason=REASON
        )
        media.open.append(contract.OpenFiling(room_id=ROOM, grant=media.grant_filing(asked)))
        return media

    def test_it_is_sent_again_without_anybody(
        self, files: Files, open_filing: Media, case_file: FakeCaseFile
    ) -> None:
        attempt = settling(files.app)._go_on
        assert attempt()
        assert not attempt()
        [told] = open_filing.told
        assert (told.room_id, told.document_id, told.receipt) == (ROOM, DOCUMENT, "R-1")

    def test_a_case_file_that_is_left_alone_is_not_asked(
        self, files: Files, open_filing: Media, case_file: FakeCaseFile
    ) -> None:
        case_file.away = True
        assert not settling(files.app)._go_on()
        assert len(open_filing.open) == 1

    def test_what_it_does_not_settle_stays_for_the_next_time(
        self, files: Files, open_filing: Media, case_file: FakeCaseFile
    ) -> None:
        case_file.fault = Silent()
        with pytest.raises(CaseFileSilent):
            settling(files.app)._go_on()
        assert faults(open_filing) == [contract.UNKNOWN]


def test_asking_goes_on_after_whatever_went_wrong() -> None:
    outcomes = iter([CaseFileSilent(), ValueError("a defect"), True])
    settled = Event()

    def attempt() -> bool:
        outcome = next(outcomes, None)
        if isinstance(outcome, Exception):
            raise outcome
        if outcome:
            settled.set()
        return bool(outcome)

    asking = Settling(attempt, every=0.001)
    asking.start()
    assert settled.wait(30)
    asking.stop()
    asking.join(30)
    assert not asking.is_alive()
