"""A document goes to the case file: by whom, when, at most once, and told whatever becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from services.contracts import case_file as contract
from services.contracts import guests, media, room_documents
from services.contracts.document_errors import AlreadyFiled, FilingUnderWay
from services.contracts.errors import InvalidField, NotAllowed, NotFound, PlatformError
from services.contracts.media_errors import RoomForgotten
from services.media.control.domain.admission import GUEST
from services.media.control.usecases import case_file, documents
from services.media.control.usecases import guests as guesting
from services.media.control.usecases.media import Media
from tests.unit.media_control.fakes import RULES
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T1, World

REASON = "Belongs to the request for maternity leave."
INTERPRETER = media.Participant(participant_id="guest-1-1", role=GUEST)


@dataclass
class WithCaseFile(World):
    """A call is on; one document is shared, and a case file is configured."""

    configured: bool = True
    document: room_documents.Document = field(init=False)

    def __post_init__(self) -> None:
        self.begin_call()
        self.document = self.upload()

    @property
    def media(self) -> Media:
        rules = RULES if self.configured else replace(RULES, filing_for=None)
        return replace(super().media, rules=rules)

    def grant(
        self, who: media.Participant = AGENT, reason: str = REASON, document_id: str = ""
    ) -> contract.FilingGrant:
        request = contract.GrantFiling(
            room_id=self.room_id,
            participant=who,
            document_id=document_id or self.document.document_id,
            reason=reason,
        )
        return case_file.grant_filing(self.media, request)

    def finish(self, attempt: int = 1, receipt: str = "R-1") -> None:
        request = contract.FinishFiling(
            room_id=self.room_id,
            document_id=self.document.document_id,
            attempt=attempt,
            agent_id=AGENT.participant_id,
            receipt=receipt,
        )
        case_file.finish_filing(self.media, request)

    def abandon(self, fault: str, attempt: int = 1) -> None:
        request = contract.AbandonFiling(
            room_id=self.room_id, document_id=self.document.document_id, attempt=attempt, fault=fault
        )
        case_file.abandon_filing(self.media, request)

    def take_back(self) -> None:
        request = room_documents.RemoveDocument(
            room_id=self.room_id, participant=CITIZEN, document_id=self.document.document_id
        )
        documents.remove_document(self.media, request)

    def forgotten(self) -> None:
        self.end()
        self.clock.set(T1 + timedelta(hours=25))
        self.tick()
        assert self.room.gone_at is not None

    def filing(self, who: media.Participant = CITIZEN) -> contract.Filing | None:
        [seen] = self.seen_documents(who)
        return seen.filing

    @property
    def trail(self) -> list[str]:
        return [told.outcome for told in self.told(contract.FilingProgressed)]  # type: ignore[attr-defined]


@pytest.fixture
def world() -> WithCaseFile:
    return WithCaseFile()


def test_it_is_begun_then_filed_and_both_sides_see_when_by_whom_and_why(world: WithCaseFile) -> None:
    grant = world.grant()
    assert (grant.attempt, grant.name, grant.reason) == (1, "letter.pdf", REASON)
    assert world.trail == ["begun"]
    world.finish()
    for who in (CITIZEN, AGENT):
        filing = world.filing(who)
        assert filing is not None
        assert (filing.agent_id, filing.reason, filing.receipt) == ("agent-1", REASON, "R-1")
        assert filing.filed_at == world.clock.now()
    assert world.trail == ["begun", "filed"]
    assert world.log.types("room-1").count("document_filed") == 1


def test_whoever_helps_as_a_guest_learns_nothing_of_it(world: WithCaseFile) -> None:
    guest = world.invite()
    interpreter = media.Participant(participant_id=guest.guest_id, role=GUEST)
    let_in = guests.LetGuestIn(room_id="room-1", participant=AGENT, guest_id=guest.guest_id)
    guesting.let_in(world.media, let_in)
    world.join(interpreter)
    world.grant()
    world.finish()
    assert world.filing(interpreter) is None


def test_without_a_case_file_nothing_can_be_handed_over(world: WithCaseFile) -> None:
    world.configured = False
    with pytest.raises(NotFound, match="case_file"):
        world.grant()
    assert not may_file(world, AGENT)


def may_file(world: WithCaseFile, who: media.Participant) -> bool:
    request = room_documents.ListDocuments(room_id=world.room_id, participant=who)
    return documents.list_documents(world.media, request).case_file


@pytest.mark.parametrize(("who", "may"), [(AGENT, True), (CITIZEN, False)])
def test_the_way_is_offered_to_agents_alone(world: WithCaseFile, who: media.Participant, may: bool) -> None:
    assert may_file(world, who) is may


@pytest.mark.parametrize("who", [CITIZEN, COLLEAGUE, INTERPRETER], ids=lambda who: who.role)
def test_only_an_agent_in_the_room_hands_it_over(world: WithCaseFile, who: media.Participant) -> None:
    with pytest.raises(NotAllowed):
        world.grant(who)
    assert world.trail == []


def test_it_can_be_handed_over_after_the_call_until_it_is_forgotten(world: WithCaseFile) -> None:
    world.end()
    world.clock.set(T1 + timedelta(hours=20))
    assert world.grant().attempt == 1
    world.clock.set(T1 + timedelta(hours=25))
    with pytest.raises(RoomForgotten):
        world.grant()


@pytest.mark.parametrize(
    ("reason", "rule"), [("", "missing"), (" \n ", "missing"), ("x" * 501, "too_long"), ("\u202e", "missing")]
)
def test_a_reason_is_mandatory(world: WithCaseFile, reason: str, rule: str) -> None:
    with pytest.raises(InvalidField) as refused:
        world.grant(reason=reason)
    assert refused.value.args == ("reason", rule)


def test_the_reason_is_stored_sealed_and_in_no_event(world: WithCaseFile) -> None:
    world.grant()
    world.finish()
    assert "maternity" not in repr(world.room)
    assert "maternity" not in repr(world.rooms.events)


def test_an_identity_copy_is_never_handed_over() -> None:
    world = World()
    world.draft()
    copy = world.upload(kind="identity_copy", media_type="image/png")
    with_file = WithCaseFile(rooms=world.rooms, keys=world.keys, objects=world.objects)
    with pytest.raises(NotAllowed):
        with_file.grant(document_id=copy.document_id)


def test_what_is_not_checked_yet_is_not_there(world: WithCaseFile) -> None:
    unfinished = world.grant_upload()
    with pytest.raises(NotFound):
        world.grant(document_id=unfinished.document_id)


def test_a_second_click_waits_for_the_first(world: WithCaseFile) -> None:
    world.grant()
    with pytest.raises(FilingUnderWay):
        world.grant()
    world.finish()
    with pytest.raises(AlreadyFiled):
        world.grant()
    assert world.trail == ["begun", "filed"]


@pytest.mark.parametrize("fault", [contract.REFUSED, contract.NOT_SENT])
def test_what_cannot_be_there_is_dropped_and_may_be_tried_anew(world: WithCaseFile, fault: str) -> None:
    world.grant()
    world.abandon(fault)
    assert world.filing() is None
    assert world.trail == ["begun", "dropped"]
    assert world.grant(reason="Another reason.").reason == "Another reason."


def test_what_may_be_there_stays_open_with_its_reason_and_its_agent(world: WithCaseFile) -> None:
    world.grant()
    world.abandon(contract.UNKNOWN)
    world.join(COLLEAGUE)
    again = world.grant(COLLEAGUE, reason="")
    assert (again.attempt, again.reason, again.agent_id) == (2, REASON, "agent-1")
    world.finish(attempt=2)
    assert world.trail == ["begun", "filed"]


def test_after_an_uncertain_attempt_only_the_case_file_can_say_that_it_is_not_there(
    world: WithCaseFile,
) -> None:
    world.grant()
    world.abandon(contract.UNKNOWN)
    world.grant()
    world.abandon(contract.NOT_SENT, attempt=2)
    assert world.filing() is not None
    world.grant()
    world.abandon(contract.REFUSED, attempt=3)
    assert world.filing() is None


def test_an_attempt_whose_process_died_counts_as_uncertain(world: WithCaseFile) -> None:
    world.grant()
    world.leases.held.clear()  # its time is over
    assert world.grant().attempt == 2
    world.abandon(contract.NOT_SENT, attempt=2)
    assert world.filing() is not None


def test_a_late_word_of_an_earlier_attempt_drops_nothing_and_opens_nothing(world: WithCaseFile) -> None:
    world.grant()
    world.leases.held.clear()
    world.grant()
    world.abandon(contract.REFUSED, attempt=1)
    assert world.filing() is not None
    with pytest.raises(FilingUnderWay):
        world.grant()


def test_a_late_receipt_of_an_earlier_attempt_is_as_good_and_the_first_one_stays(world: WithCaseFile) -> None:
    world.grant()
    world.leases.held.clear()
    world.grant()
    world.finish(attempt=1, receipt="R-1")
    world.finish(attempt=2, receipt="R-2")
    world.abandon(contract.NOT_SENT, attempt=2)
    filing = world.filing()
    assert filing is not None
    assert filing.receipt == "R-1"
    assert world.trail == ["begun", "filed"]


def test_telling_the_receipt_again_tells_one_and_the_same_event(world: WithCaseFile) -> None:
    world.grant()
    world.forgotten()
    world.finish()
    world.finish()
    ids = {told.event_id for told in world.told(contract.FilingProgressed)}
    assert world.trail == ["begun", "unsettled", "filed", "filed"]
    assert len(ids) == 3


def test_what_arrived_while_the_room_was_forgotten_stands_in_the_trail_all_the_same(
    world: WithCaseFile,
) -> None:
    world.grant()
    world.forgotten()
    world.finish()
    assert world.trail == ["begun", "unsettled", "filed"]
    assert world.room.documents == ()


def test_a_filing_that_is_open_when_its_room_is_forgotten_has_an_end_in_the_trail(
    world: WithCaseFile,
) -> None:
    world.grant()
    world.abandon(contract.UNKNOWN)
    world.forgotten()
    world.tick()
    assert world.trail == ["begun", "unsettled"]
    [_, told] = world.told(contract.FilingProgressed)
    assert (told.document_id, told.agent_id) == (world.document.document_id, AGENT.participant_id)  # type: ignore[attr-defined]
    assert world.media.rooms.with_open_filing(world.clock.now(), 10) == []


def test_after_the_forgetting_nothing_of_it_is_left_but_the_trail(world: WithCaseFile) -> None:
    world.grant()
    world.finish()
    world.forgotten()
    assert (world.room.documents, world.keys.keys, world.objects.names) == ((), {}, set())
    assert REASON not in repr(world.rooms.events)


@pytest.mark.parametrize("filed", [True, False])
def test_the_sender_cannot_take_back_what_the_case_file_may_have(world: WithCaseFile, filed: bool) -> None:
    world.grant()
    if filed:
        world.finish()
    with pytest.raises(AlreadyFiled):
        world.take_back()
    assert world.objects.names


def test_the_sender_can_take_it_back_once_it_is_certain_not_to_be_there(world: WithCaseFile) -> None:
    world.grant()
    world.abandon(contract.REFUSED)
    world.take_back()
    assert world.seen_documents() == ()
    with pytest.raises(NotFound):
        world.grant()


def test_whoever_is_refused_leaves_the_way_open_for_others(world: WithCaseFile) -> None:
    for who, reason in ((CITIZEN, REASON), (AGENT, "")):
        with pytest.raises(PlatformError):
            world.grant(who, reason=reason)
    assert world.grant().attempt == 1


@pytest.mark.parametrize("receipt", ["", "x" * 101, "a\nb"])
def test_a_receipt_is_one_short_line(world: WithCaseFile, receipt: str) -> None:
    world.grant()
    with pytest.raises(InvalidField):
        world.finish(receipt=receipt)


class TestFoundOutByItself:
    """What came to no certain end is gone on with, without its agent."""

    def resume(self, world: WithCaseFile) -> contract.OpenFiling:
        return case_file.resume_filing(world.media, contract.ResumeFiling())

    def test_what_may_be_there_is_gone_on_with_in_the_name_of_its_agent(self, world: WithCaseFile) -> None:
        world.grant()
        world.abandon(contract.UNKNOWN)
        world.leave(AGENT)
        resumed = self.resume(world)
        assert resumed.room_id == "room-1"
        assert resumed.grant is not None
        assert (resumed.grant.attempt, resumed.grant.reason, resumed.grant.agent_id) == (2, REASON, "agent-1")
        world.finish(attempt=2)
        assert world.trail == ["begun", "filed"]

    def test_an_attempt_that_is_under_way_is_left_alone(self, world: WithCaseFile) -> None:
        world.grant()
        assert self.resume(world) == contract.OpenFiling()

    def test_an_attempt_whose_process_died_is_gone_on_with_when_its_time_is_over(
        self, world: WithCaseFile
    ) -> None:
        world.grant()
        world.leases.held.clear()
        assert self.resume(world).grant is not None
        assert self.resume(world).grant is None

    def test_nothing_is_gone_on_with_that_has_come_to_an_end(self, world: WithCaseFile) -> None:
        world.grant()
        world.finish()
        assert self.resume(world).grant is None
        other = world.upload(name="other.pdf")
        world.grant(document_id=other.document_id)
        case_file.abandon_filing(
            world.media,
            contract.AbandonFiling(
                room_id="room-1", document_id=other.document_id, attempt=1, fault=contract.REFUSED
            ),
        )
        assert self.resume(world).grant is None

    def test_what_is_forgotten_is_not_gone_on_with(self, world: WithCaseFile) -> None:
        world.grant()
        world.abandon(contract.UNKNOWN)
        world.forgotten()
        assert self.resume(world).grant is None

    def test_one_room_whose_filing_is_under_way_does_not_keep_others_waiting(
        self, world: WithCaseFile
    ) -> None:
        other = world.upload(name="other.pdf")
        world.grant()
        world.grant(document_id=other.document_id)
        world.leases.held.discard(f"filing {other.document_id}")
        resumed = self.resume(world).grant
        assert resumed is not None
        assert resumed.document_id == other.document_id

    def test_without_a_case_file_nothing_is_gone_on_with(self, world: WithCaseFile) -> None:
        world.grant()
        world.abandon(contract.UNKNOWN)
        world.configured = False
        assert self.resume(world) == contract.OpenFiling()
