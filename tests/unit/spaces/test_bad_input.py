"""Every request of spaces with every field spoilt: answered, or refused with one declared error."""

from __future__ import annotations

import functools
from datetime import date
from typing import Any

import pytest

from services.contracts import consents, rights, sources, spaces
from services.contracts import members as m
from services.contracts import procedures as pr
from services.contracts import professional as p
from services.contracts import space_documents as d
from services.contracts.space_access import READER
from services.contracts.wire import Request
from services.spaces.bootstrap import Spaces
from services.spaces.service import SpacesService
from tests.unit import bad_requests
from tests.unit.spaces.documents_world import PDF, DocumentsWorld, put_document
from tests.unit.spaces.fake_sources import LEAS_NUMBER
from tests.unit.spaces.test_private_spaces import FILLED
from tests.unit.spaces.world import ANNE, LEA, TOM, World, person

SPACE, INVITATION, MEMBER = "<the space>", "<the invitation>", "<the member>"
PROCEDURE, UNDER_WAY = "<the draft>", "<the upload under way>"
"""Put in once there is one."""
ROBIN = person("Robin Essai", 4)
AT_LIMIT = person("Nora Voll", 5)

PROVED = sources.Proved(
    first_name="Léa", last_name="Muster", birth_date=date(1985, 4, 12), national_number=LEAS_NUMBER
)

GOOD: list[Request[Any]] = [
    spaces.OpenPrivateSpace(actor=TOM, data=FILLED, consent_version="2026-11"),
    spaces.GetPrivateSpace(actor=LEA),
    spaces.SavePersonalData(actor=LEA, version=1, data=FILLED),
    spaces.ListDataChanges(actor=LEA),
    consents.ListConsents(actor=LEA),
    rights.ExportSpaces(person_id=LEA.person_id, numbers=(LEA.number,), after="0|0|a"),
    rights.GrantHeldDocument(actor=LEA, document_id="own", version=1),
    rights.GetLeavingSpaces(person_id=LEA.person_id),
    rights.ForgetInvitations(numbers=(ANNE.number,)),
    p.ListSpaces(actor=LEA),
    p.GetSpace(actor=LEA, space_id=SPACE),
    p.ActInSpace(actor=LEA, space_id=SPACE, permission="book"),
    p.OpenProfessionalSpace(actor=LEA, name="Another", idempotency_key="key-x"),
    p.RenameSpace(actor=LEA, space_id=SPACE, former_name="Muster", name="Another"),
    p.DeleteSpace(actor=LEA, space_id=SPACE),
    p.RestoreSpace(actor=LEA, space_id=SPACE),
    p.ListSteps(actor=LEA, space_id=SPACE),
    p.AskForMoreSpaces(actor=AT_LIMIT, reason="Many branches"),
    p.ListLimitRequests(),
    p.DecideLimit(person_id=AT_LIMIT.person_id, request_id="r", limit=20, reason="Seen", staff_id="s-1"),
    m.ListMembers(actor=LEA, space_id=SPACE),
    World().inviting(SPACE, ROBIN),
    m.ResendInvitation(actor=LEA, space_id=SPACE, invitation_id=INVITATION, sendings=1),
    m.WithdrawInvitation(actor=LEA, space_id=SPACE, invitation_id=INVITATION),
    m.GetInvitation(actor=ANNE, space_id=SPACE, invitation_id=INVITATION),
    m.AnswerInvitation(
        actor=ANNE, space_id=SPACE, invitation_id=INVITATION, accept=True, idempotency_key="key-y"
    ),
    m.ChangeRole(actor=LEA, space_id=SPACE, member_id=MEMBER, former_role="editor", role=READER),
    m.RemoveMember(actor=LEA, space_id=SPACE, member_id=MEMBER),
    m.LeaveSpace(actor=TOM, space_id=SPACE),
    m.GetInvitationMail(space_id=SPACE, invitation_id=INVITATION),
    sources.LookUpSources(actor=LEA, space_id=SPACE, proved=PROVED),
    sources.LookUpSources(actor=LEA, space_id=LEA.person_id, proved=PROVED),
    pr.ListProcedures(actor=LEA, space_id=SPACE),
    pr.GetProcedure(actor=LEA, space_id=SPACE, procedure_id=PROCEDURE),
    World().saving(SPACE, number=2),
    World().saving(SPACE, version=1, step="review", procedure_id=PROCEDURE),
    pr.DiscardDraft(actor=LEA, space_id=SPACE, procedure_id=PROCEDURE),
    d.ListSpaceDocuments(actor=LEA, space_id=SPACE),
    d.GrantSpaceUpload(
        actor=LEA, space_id=SPACE, folder="care", name="New.pdf", size=10, request_key="key-z"
    ),
    d.FinishSpaceUpload(
        actor=LEA, space_id=SPACE, document_id=UNDER_WAY, version=1, size=1000, media_type=PDF
    ),
    d.AbandonSpaceUpload(actor=LEA, space_id=SPACE, document_id=UNDER_WAY, version=1),
    d.RenameSpaceDocument(
        actor=LEA, space_id=SPACE, document_id="there", former_name="there.pdf", name="X.pdf", folder="care"
    ),
    d.DeleteSpaceDocument(actor=LEA, space_id=SPACE, document_id="there"),
    d.RestoreSpaceDocument(actor=LEA, space_id=SPACE, document_id="binned"),
    d.EraseSpaceDocument(actor=LEA, space_id=SPACE, document_id="binned"),
    d.GrantSpaceDownload(actor=LEA, space_id=SPACE, document_id="there", version=1),
]


def world() -> tuple[Spaces, dict[str, str]]:
    """A private space, a shared one with a member and an invitation, and somebody who has made ten."""
    made = World()
    made.open_own()
    space_id = made.opened().space_id
    member_id = made.joined(space_id, TOM)
    invitation_id = made.invite(space_id, ANNE).invitation_id
    for _ in range(p.FREE_SPACES):
        made.opened(AT_LIMIT)
    put_document(made, LEA.person_id, "own")
    put_document(made, space_id, "there")
    put_document(made, space_id, "binned", binned=True)
    ids = {SPACE: space_id, INVITATION: invitation_id, MEMBER: member_id}
    ids[UNDER_WAY] = DocumentsWorld(made, space_id).grant().document_id
    return made.app, ids | {PROCEDURE: made.saved(space_id).procedure_id}


def answer(app: Spaces, request: Request[Any]) -> Any:
    """As the service does it."""
    service = SpacesService()
    service.spaces = app
    return getattr(SpacesService, type(request).method).__wrapped__(service, request)


def fresh(good: Request[Any]) -> tuple[Request[Any], bad_requests.Answer]:
    app, ids = world()
    names = type(good).__dataclass_fields__  # type: ignore[attr-defined]
    there = {name: getattr(good, name) for name in names}
    known = {name: ids[text] for name, text in there.items() if isinstance(text, str) and text in ids}
    return type(good)(**{**there, **known}), functools.partial(answer, app)


def test_no_request_is_left_out() -> None:
    of_rights = {kind for kind in bad_requests.requests_of("rights") if kind.service == "spaces"}
    assert {type(request) for request in GOOD} == of_rights | bad_requests.requests_of(
        "spaces", "consents", "professional", "members", "procedures", "sources", "space_documents"
    )


@pytest.mark.parametrize("good", GOOD, ids=bad_requests.named)
def test_whatever_stands_in_a_field_the_answer_is_declared(good: Request[Any]) -> None:
    assert bad_requests.faults(functools.partial(fresh, good)) == []
