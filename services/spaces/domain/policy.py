"""The one table that says who may do what in which space, and what each request needs.

Every use case passes `doors.py`, which asks here; a request that names no need is refused by a test.
"""

from __future__ import annotations

from typing import Any

from services.contracts import consents, members, procedures, professional, rights, sources, spaces
from services.contracts import space_documents as documents
from services.contracts.space_access import (
    ACTIVE,
    ADMINISTRATOR,
    DELETED,
    EDITOR,
    MANAGER,
    OWNER,
    PERMISSIONS,
    PRIVATE,
    PROFESSIONAL,
    READER,
)
from services.spaces.domain.rules import one_of

_READ = {"see", "documents:read", "procedures:read", "sources:see"}
_WORK = _READ | {"enter", "book", "join", "documents:write", "procedures:write"}
_COLLEAGUE = {"members:see", "space:leave"}
_DIRECTION = {"members:see", "members:change", "trail:see", "space:rename", "space:delete"}

_TABLE: dict[tuple[str, str, str], set[str]] = {
    (PRIVATE, OWNER, ACTIVE): _WORK | {"sign", "data:read", "data:write", "space:delete"},
    (PRIVATE, OWNER, DELETED): {"see", "space:delete"},
    (PROFESSIONAL, ADMINISTRATOR, ACTIVE): _WORK | {"sign"} | _COLLEAGUE | _DIRECTION,
    (PROFESSIONAL, MANAGER, ACTIVE): _WORK | {"sign"} | _COLLEAGUE,
    (PROFESSIONAL, EDITOR, ACTIVE): _WORK | _COLLEAGUE,
    (PROFESSIONAL, READER, ACTIVE): _READ | _COLLEAGUE,
    (PROFESSIONAL, ADMINISTRATOR, DELETED): {"see", "trail:see", "space:delete"},
}
"""Kind of space, role in it and state of it; what is not here, nobody may."""

_NEEDS_MEMBERS = {"members:see", "members:change", "space:leave"}
"""Of no use in a space that has its maker alone."""

OWN = "own"
"""The request concerns what is the asker's alone: his spaces, one that he opens, an invitation to him."""
HELPDESK = "helpdesk"
"""The door of the console lets nobody else ask this."""
PLATFORM = "platform"
"""Another service asks, for nobody."""
NAMED = "named"
"""The request itself names the permission that it needs."""

NEEDS: dict[type, str] = {
    spaces.OpenPrivateSpace: OWN,
    spaces.GetPrivateSpace: "see",
    spaces.SavePersonalData: "data:write",
    spaces.ListDataChanges: "data:read",
    consents.ListConsents: OWN,
    professional.ListSpaces: OWN,
    professional.GetSpace: "see",
    professional.ActInSpace: NAMED,
    professional.OpenProfessionalSpace: OWN,
    professional.RenameSpace: "space:rename",
    professional.DeleteSpace: "space:delete",
    professional.RestoreSpace: "space:delete",
    professional.ListSteps: "trail:see",
    professional.AskForMoreSpaces: OWN,
    professional.ListLimitRequests: HELPDESK,
    professional.DecideLimit: HELPDESK,
    members.ListMembers: "members:see",
    members.InviteMember: "members:change",
    members.ResendInvitation: "members:change",
    members.WithdrawInvitation: "members:change",
    members.GetInvitation: OWN,
    members.AnswerInvitation: OWN,
    members.ChangeRole: "members:change",
    members.RemoveMember: "members:change",
    members.LeaveSpace: "space:leave",
    members.GetInvitationMail: PLATFORM,
    rights.ExportSpaces: OWN,
    rights.GrantHeldDocument: "see",
    rights.GetLeavingSpaces: OWN,
    rights.ForgetInvitations: PLATFORM,
    procedures.ListProcedures: "procedures:read",
    procedures.GetProcedure: "procedures:read",
    procedures.SaveDraft: "procedures:write",
    procedures.DiscardDraft: "procedures:write",
    sources.LookUpSources: "sources:see",
    documents.ListSpaceDocuments: "documents:read",
    documents.GrantSpaceDownload: "documents:read",
    documents.GrantSpaceUpload: "documents:write",
    documents.FinishSpaceUpload: "documents:write",
    documents.AbandonSpaceUpload: "documents:write",
    documents.RenameSpaceDocument: "documents:write",
    documents.DeleteSpaceDocument: "documents:write",
    documents.RestoreSpaceDocument: "documents:write",
    documents.EraseSpaceDocument: "documents:write",
}
"""Of each request one of PERMISSIONS, or why it needs none."""


def need_of(request: Any) -> str:
    """What the asker needs: one of PERMISSIONS, or why it is none.

    Errors: InvalidField(permission, choice).
    """
    need = NEEDS[type(request)]
    return one_of("permission", request.permission, PERMISSIONS) if need == NAMED else need


def permissions(kind: str, role: str, state: str, *, takes_members: bool = False) -> tuple[str, ...]:
    """What somebody in that role may do there now, in the order of PERMISSIONS."""
    granted = _TABLE.get((kind, role, state), set())
    if not takes_members:
        granted = granted - _NEEDS_MEMBERS
    return tuple(permission for permission in PERMISSIONS if permission in granted)
