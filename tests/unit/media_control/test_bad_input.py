"""Every request of media with every field spoilt, and every request in every phase of a room."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts import (
    case_file,
    deletion,
    device_check,
    fleet,
    guests,
    identity_copy,
    media,
    relay,
    rights,
    room_documents,
    room_log,
)
from services.contracts import waiting as waiting_room
from services.contracts.wire import Request
from services.media.control.domain.placement import Node
from services.media.control.service import Media
from tests.unit import bad_requests
from tests.unit.media_control.world import AGENT, CITIZEN, COLLEAGUE, T0, T1, World

STRANGER = media.Participant(participant_id="somebody-else", role="citizen")
IDENTIFIED = media.Identified(name="Marc Demo", method="luxtrust", level="high")
GUEST = media.Participant(participant_id="guest-1-1", role="guest")
NOBODY = media.Participant(participant_id="nobody", role="robot")


def in_call() -> World:
    """An agent and a citizen in a call, a node that carries it, one document of each kind."""
    world = World()
    world.nodes.announce(Node(node_id="node-1", packets_per_s=0, participants=0, capacity=10, draining=False))
    world.draft()
    world.upload(kind="identity_copy")
    world.begin_call()
    world.upload()
    world.invite()
    return world


def drafted() -> World:
    world = World()
    world.draft()
    return world


def booked() -> World:
    world = World()
    world.book()
    return world


def with_line(world: World) -> World:
    """A line of the citizen's is open."""
    world.lines.open("check-1", "\0".join((world.room_id, CITIZEN.role, CITIZEN.participant_id)), "node-1", 5)
    return world


def before(world: World) -> None:
    world.clock.set(T0 - timedelta(hours=2))


def opened(world: World) -> None:
    world.clock.set(T0 - timedelta(minutes=10))


def waiting(world: World) -> None:
    opened(world)
    world.join()


def over(world: World) -> None:
    world.clock.set(T1 + timedelta(hours=1))


def sent_back(world: World) -> None:
    world.send_back()


def ended(world: World) -> None:
    world.end()


def late_to_reopen(world: World) -> None:
    world.end()
    over(world)


def forgotten(world: World) -> None:
    world.end()
    world.clock.set(T1 + timedelta(hours=25))
    world.tick()


def cancelled(world: World) -> None:
    world.cancel()


def lapsed(world: World) -> None:
    world.lapse()


def nothing(world: World) -> None:
    """As it is."""


PHASES: list[tuple[Callable[[], World], Callable[[World], None]]] = [
    (World, nothing),
    (drafted, nothing),
    (drafted, lapsed),
    (booked, before),
    (booked, opened),
    (booked, waiting),
    (booked, over),
    (booked, cancelled),
    (in_call, nothing),
    (in_call, sent_back),
    (in_call, ended),
    (in_call, late_to_reopen),
    (in_call, forgotten),
]


def good_requests(world: World, who: media.Participant = CITIZEN) -> list[Request[Any]]:
    """One of each kind, and of those that are an agent's or a citizen's alone as that one asks."""
    ids = [document.document_id for document in world.room.documents] if world.rooms.rooms else []
    own: dict[str, Any] = {"room_id": world.room_id, "participant": who}
    theirs = own | {"participant": AGENT if who is CITIZEN else who}
    document = {"document_id": ids[-1] if ids else "document-1"}
    copy = {"document_id": ids[0] if ids else "document-1"}
    return [
        media.OpenDraftRoom(room_id="room-2"),
        media.LookAtRoom(**own),
        media.ListRooms(first=T0, last=T0 + timedelta(hours=8)),
        media.JoinRoom(**own, identified=IDENTIFIED),
        media.LeaveRoom(**own),
        media.AdmitCitizen(**theirs),
        media.EndCall(**theirs),
        media.ReopenCall(**theirs),
        waiting_room.ListWaiting(),
        waiting_room.EstimateWait(**own),
        waiting_room.TakeOver(**theirs),
        waiting_room.HandOver(agent_id="agent-2", **theirs),
        waiting_room.SendBack(**theirs),
        waiting_room.RecordOutcome(outcome="technical_failure", **theirs),
        guests.InviteGuest(kind="interpreter", idempotency_key="key-2", **theirs),
        guests.ListInvitations(**theirs),
        guests.LetGuestIn(guest_id="guest-1-1", **theirs),
        guests.RevokeInvitation(guest_id="guest-1-1", **theirs),
        media.ConnectToCall(offer_sdp="offer", **own),
        relay.GrantRelay(**own),
        fleet.ListNodes(),
        fleet.ShowNode(node_id="node-1"),
        fleet.DrainNode(node_id="node-1", staff_id="operator-1", moves=True),
        fleet.ResumeNode(node_id="node-1", staff_id="operator-1"),
        device_check.OpenLine(**own),
        device_check.ConnectToLine(check_id="check-1", side="sending", offer_sdp="offer", **own),
        device_check.RecordCheck(findings=device_check.Findings(camera="works", up_kbps=900), **own),
        device_check.ListChecks(**own),
        room_log.GrantLog(**own),
        room_log.PostMessage(message_key="key-1", text="Moien", **own),
        room_log.TellDetail(on=True, **own),
        room_documents.ListDocuments(**own),
        room_documents.GrantUpload(kind="shared", name="letter.pdf", size=10, **own),
        room_documents.GrantUpload(kind="identity_copy", name="card.jpg", size=10, **own),
        room_documents.FinishUpload(
            room_id=world.room_id, size=10, media_type="application/pdf", digest="0" * 64, **document
        ),
        room_documents.AbandonUpload(room_id=world.room_id, **document),
        room_documents.RemoveDocument(**own, **document),
        room_documents.GrantDownload(**own, **document),
        case_file.GrantFiling(reason="Belongs to the request.", **theirs, **document),
        case_file.ResumeFiling(),
        case_file.FinishFiling(
            room_id=world.room_id, attempt=1, agent_id="agent-1", receipt="R-1", **document
        ),
        case_file.AbandonFiling(room_id=world.room_id, attempt=1, fault="unknown", **document),
        identity_copy.GrantCopyView(**theirs, **copy),
        identity_copy.RecordComparison(result="matches", **theirs, **copy),
        deletion.ShowDeletionRecords(room_id=world.room_id),
        deletion.ListRecordKeys(),
        deletion.ShowForgetting(),
        rights.ExportRooms(appointment_ids=("room-1",), after="0|0|a"),
    ]


GOOD = [(type(request), number) for number, request in enumerate(good_requests(in_call()))]


def answer(world: World, request: Request[Any]) -> Any:
    """As the service does it, which holds the world as `app`."""
    service = Media()
    service.app = world.media
    return getattr(Media, type(request).method).__wrapped__(service, request)


def test_no_request_is_left_out() -> None:
    modules = (
        "media",
        "relay",
        "room_documents",
        "identity_copy",
        "case_file",
        "deletion",
        "room_log",
        "waiting",
        "guests",
        "device_check",
        "fleet",
    )
    ours = bad_requests.requests_of(*modules) | {rights.ExportRooms}
    assert {kind for kind, _ in GOOD} == ours


@pytest.mark.parametrize(("kind", "number"), GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(kind: type[Request[Any]], number: int) -> None:
    def fresh() -> tuple[Request[Any], bad_requests.Answer]:
        world = in_call()
        return good_requests(world)[number], functools.partial(answer, world)

    assert bad_requests.faults(fresh) == []


@pytest.mark.parametrize(
    "who", [CITIZEN, AGENT, COLLEAGUE, STRANGER, GUEST, NOBODY], ids=lambda p: p.participant_id
)
@pytest.mark.parametrize(("begin", "then"), PHASES, ids=lambda step: step.__name__)
def test_whoever_asks_for_whatever_in_any_phase_gets_a_declared_answer(
    begin: Callable[[], World], then: Callable[[World], None], who: media.Participant
) -> None:
    def world() -> World:
        made = begin()
        then(made)
        return made

    undeclared = []
    for number, (kind, _) in enumerate(GOOD):
        here = world()
        request = good_requests(here, who)[number]
        if isinstance(request, media.OpenDraftRoom):
            request = replace(request, room_id=here.room_id)
        try:
            answer(here, request)
        except bad_requests.allowed(kind):
            continue
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            undeclared.append(f"{kind.method}: {error!r}")
    assert undeclared == []
