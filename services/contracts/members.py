"""What `spaces` answers about the members of a professional space, and about invitations to it.

Only a space that was made with a Pro certificate takes members. An invitation names one certificate by its
SSN, and is answered by whoever logs in with that one and bears the name; it runs out after two weeks. There
is always an active administrator: what would take the last one away is refused as LastAdministrator.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.space_access import Actor
from services.contracts.wire import Event, Request, event, rpc, value

THIS_CERTIFICATE, ALL_CERTIFICATES = "certificate", "person"
SCOPES = (THIS_CERTIFICATE, ALL_CERTIFICATES)
"""What opens the space to a member: the certificate of the invitation, or any registered one he has."""
INVITATION_DAYS = 14
MOST_MEMBERS = 50
"""Of one space, open invitations counted."""
MOST_SENDINGS = 5
"""Mails for one invitation."""

OPEN, ACCEPTED, REFUSED = "open", "accepted", "refused"
WITHDRAWN, EXPIRED = "withdrawn", "expired"


@value
class InvitationCard:
    """An invitation as the invited person sees it."""

    space_id: str
    invitation_id: str
    space_name: str
    company_name: str
    invited_by: str
    """A name."""
    role: str
    scope: str
    expires_at: datetime


@value
class Member:
    member_id: str
    name: str
    role: str
    scope: str
    since: datetime
    is_active: bool
    """False while the certificate to which the membership is bound is revoked."""
    is_self: bool


@value
class Invitation:
    """An invitation as the administrators of the space see it."""

    invitation_id: str
    name: str
    email: str
    number_end: str
    """The last four digits."""
    role: str
    scope: str
    state: str
    """`open`, `expired`, `accepted`, `refused`, `withdrawn`."""
    sendings: int
    """Mails so far."""
    expires_at: datetime


@value
class Members:
    members: tuple[Member, ...]
    """By name."""
    invitations: tuple[Invitation, ...]
    """Those that were not accepted, the latest first; for administrators alone."""


@rpc("spaces", reply=Members, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class ListMembers(Request[Members]):
    """Errors: NotFound(space), NotAllowed."""

    actor: Actor
    space_id: str


@rpc("spaces", reply=Members, errors=(e.NotFound, e.NotAllowed, e.TooManyMembers, e.StaleVersion))
class InviteMember(Request[Members]):
    """The same key makes one invitation.

    Errors: NotFound(space), NotAllowed, also where the space takes no members, TooManyMembers, StaleVersion,
    InvalidField(name | email | number | scope | role); of the number: `missing`, `blank`, `length`, `digits`,
    `own` for the actor's certificate, `member` and `invited` for one that is in the space or invited already.
    """

    actor: Actor
    space_id: str
    name: str
    """As it stands on the certificate."""
    email: str
    number: str
    """The SSN: 20 digits, nothing else."""
    scope: str
    role: str
    language: str
    """Of the mail."""
    idempotency_key: str


@rpc(
    "spaces",
    reply=Members,
    repeatable=True,
    errors=(e.NotFound, e.NotAllowed, e.InvitationOver, e.MailedTooOften, e.StaleVersion, e.TooManyMembers),
)
class ResendInvitation(Request[Members]):
    """Mail it again; it is open for two more weeks, also where it had run out.

    Errors: NotFound(space | invitation), NotAllowed, InvitationOver, MailedTooOften, StaleVersion,
    TooManyMembers for one that had run out, where others have taken its place.
    """

    actor: Actor
    space_id: str
    invitation_id: str
    sendings: int
    """As it was read, so that a second click mails nothing more."""


@rpc(
    "spaces",
    reply=Members,
    repeatable=True,
    errors=(e.NotFound, e.NotAllowed, e.InvitationOver, e.StaleVersion),
)
class WithdrawInvitation(Request[Members]):
    """Errors: NotFound(space | invitation), NotAllowed, InvitationOver once it is answered, StaleVersion."""

    actor: Actor
    space_id: str
    invitation_id: str


@rpc(
    "spaces",
    reply=InvitationCard,
    repeatable=True,
    errors=(e.NotFound, e.InvitationOver, e.InvitationForOther),
)
class GetInvitation(Request[InvitationCard]):
    """For the one who is invited, while it is open.

    Errors: NotFound(invitation), InvitationOver(reason), InvitationForOther.
    """

    actor: Actor
    space_id: str
    invitation_id: str


@value
class Answered:
    space_id: str
    accepted: bool


@rpc(
    "spaces",
    reply=Answered,
    errors=(e.NotFound, e.InvitationOver, e.InvitationForOther, e.AlreadyMember, e.StaleVersion),
)
class AnswerInvitation(Request[Answered]):
    """Accept or refuse.  The same key is the same answer.

    Errors: NotFound(invitation), InvitationForOther for another certificate or another name, AlreadyMember,
    InvitationOver(reason): `accepted`, `refused`, `withdrawn`, `expired`, `space_deleted`; StaleVersion.
    """

    actor: Actor
    space_id: str
    invitation_id: str
    accept: bool
    idempotency_key: str


@rpc(
    "spaces",
    reply=Members,
    repeatable=True,
    errors=(e.NotFound, e.NotAllowed, e.LastAdministrator, e.StaleVersion),
)
class ChangeRole(Request[Members]):
    """Errors: NotFound(space | member), NotAllowed, LastAdministrator, InvalidField(role), StaleVersion."""

    actor: Actor
    space_id: str
    member_id: str
    former_role: str
    """As it was read."""
    role: str


@rpc("spaces", reply=Members, repeatable=True, errors=(e.NotFound, e.NotAllowed, e.StaleVersion))
class RemoveMember(Request[Members]):
    """Somebody else; who wants to go himself leaves.  Who is no member any more stays away.

    Errors: NotFound(space), NotAllowed, also for oneself, StaleVersion.
    """

    actor: Actor
    space_id: str
    member_id: str


@value
class Left:
    space_id: str


@rpc("spaces", reply=Left, errors=(e.NotFound, e.NotAllowed, e.LastAdministrator, e.StaleVersion))
class LeaveSpace(Request[Left]):
    """Errors: NotFound(space), NotAllowed, LastAdministrator, StaleVersion."""

    actor: Actor
    space_id: str


@value
class InvitationMail:
    """What the mail of an invitation is made of; asked for when it is written, never told as an event."""

    name: str
    email: str
    language: str
    space_name: str
    company_name: str
    invited_by: str
    number_end: str
    role: str
    state: str
    sendings: int
    expires_at: datetime


@rpc("spaces", reply=InvitationMail, repeatable=True, errors=(e.NotFound,))
class GetInvitationMail(Request[InvitationMail]):
    """For `notify`.  Errors: NotFound(invitation), also where the space is deleted."""

    space_id: str
    invitation_id: str


@event("spaces")
class MemberInvited(Event):
    """An invitation is to be mailed, for the `sending`th time."""

    space_id: str
    invitation_id: str
    sending: int


@event("spaces")
class InvitationAnswered(Event):
    space_id: str
    invitation_id: str
    accepted: bool


@event("spaces")
class MemberChanged(Event):
    space_id: str
    member_id: str
    role: str


@event("spaces")
class MemberRemoved(Event):
    """By an administrator, or he has left: from now on he may do nothing there."""

    space_id: str
    member_id: str
    person_id: str
