"""What `spaces` answers about a person's spaces: all of them, and the professional ones one by one.

A professional space is made with any certificate. One that was made with a Pro certificate carries the
company's data and takes members (`contracts.members`); one made with another has its maker alone.
"""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts.members import InvitationCard
from services.contracts.space_access import Actor, SpaceCard
from services.contracts.wire import Event, Request, event, rpc, value

FREE_SPACES = 10
"""Professional spaces that a person may make, whatever the certificate; more only by the helpdesk."""
MOST_NAME = 100
MOST_REASON = 500
"""Characters."""
LIMIT_REQUESTS = ("", "open", "refused")


@value
class Overview:
    """What one person finds under "my spaces"."""

    private: SpaceCard | None
    professional: tuple[SpaceCard, ...]
    """By name; deleted ones only for those who may restore them."""
    invitations: tuple[InvitationCard, ...]
    """Open ones, addressed to the certificate that was used to log in."""
    opened: int
    """Professional spaces that this person made; a deleted one counts until its grace ends."""
    limit: int
    limit_request: str
    """One of LIMIT_REQUESTS."""
    elsewhere: int = 0
    """Further spaces of this person that another certificate of his opens, and this one does not."""


@rpc("spaces", reply=Overview, repeatable=True, errors=())
class ListSpaces(Request[Overview]):
    actor: Actor


@rpc("spaces", reply=SpaceCard, repeatable=True, errors=(e.NotFound,))
class GetSpace(Request[SpaceCard]):
    """The actor's private space, or a professional one of which he is a member.  Errors: NotFound(space)."""

    actor: Actor
    space_id: str


@rpc("spaces", reply=SpaceCard, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class ActInSpace(Request[SpaceCard]):
    """Leave to do for a space what another service keeps, asked right before it is done.

    So that every right is decided by the one table, also that of who is a member no more.
    Errors: NotFound(space), NotAllowed(permission), InvalidField(permission, choice).
    """

    actor: Actor
    space_id: str
    permission: str
    """One of PERMISSIONS."""


@rpc("spaces", reply=SpaceCard, errors=(e.SpaceLimitReached, e.StaleVersion))
class OpenProfessionalSpace(Request[SpaceCard]):
    """The same key makes one space.  Errors: InvalidField(name | actor), SpaceLimitReached, StaleVersion."""

    actor: Actor
    name: str
    """Up to MOST_NAME characters."""
    idempotency_key: str


@rpc("spaces", reply=SpaceCard, repeatable=True, errors=(e.NotFound, e.NotAllowed, e.StaleVersion))
class RenameSpace(Request[SpaceCard]):
    """Errors: NotFound(space), NotAllowed, InvalidField(name), StaleVersion(space) under another name."""

    actor: Actor
    space_id: str
    former_name: str
    """As it was read."""
    name: str


@rpc("spaces", reply=SpaceCard, repeatable=True, errors=(e.NotFound, e.NotAllowed, e.StaleVersion))
class DeleteSpace(Request[SpaceCard]):
    """Nobody enters it from now on; it can be restored for GRACE_DAYS, then it is gone for good.

    Errors: NotFound(space), NotAllowed, StaleVersion(space).
    """

    actor: Actor
    space_id: str


@rpc("spaces", reply=SpaceCard, repeatable=True, errors=(e.NotFound, e.NotAllowed, e.StaleVersion))
class RestoreSpace(Request[SpaceCard]):
    """Errors: NotFound(space), also once the grace is over, NotAllowed, StaleVersion(space)."""

    actor: Actor
    space_id: str


@value
class Step:
    """One entry of a space's trail; kept for a year, or as long as the space."""

    at: datetime
    what: str
    """`opened`, `renamed`, `deleted`, `restored`, `invited`, `invited_again`, `withdrawn`, `accepted`,
    `refused`, `role_changed`, `removed`, `left`; `succeeded`, by nobody: an administrator since no other one
    can come in."""
    actor_name: str
    about: str
    """Whom or what it is about: a name; empty where that is the actor."""
    detail: str
    """A role, where one was given."""
    origin: str
    """The door and a keyed hash of the network address, see the context."""


@value
class Steps:
    steps: tuple[Step, ...]
    """The latest first."""


@rpc("spaces", reply=Steps, repeatable=True, errors=(e.NotFound, e.NotAllowed))
class ListSteps(Request[Steps]):
    """Errors: NotFound(space), NotAllowed."""

    actor: Actor
    space_id: str


# --- more than FREE_SPACES ---


@rpc("spaces", reply=Overview, repeatable=True, errors=(e.NotAllowed, e.StaleVersion))
class AskForMoreSpaces(Request[Overview]):
    """Ask the helpdesk; while a request is open nothing changes.

    Errors: NotAllowed(ask_for_more) below the limit, InvalidField(reason), StaleVersion(limit).
    """

    actor: Actor
    reason: str
    """Up to MOST_REASON characters, mandatory."""


@value
class LimitStep:
    at: datetime
    what: str
    """`asked`, `raised`, `refused`."""
    actor: str
    """`person:<id>` or `staff:<id>`."""
    reason: str
    limit: int
    """From then on."""
    origin: str


@value
class LimitRequest:
    """A person's wish to make more spaces, as the helpdesk sees it."""

    request_id: str
    person_id: str
    name: str
    opened: int
    limit: int
    reason: str
    asked_at: datetime
    steps: tuple[LimitStep, ...]
    """What was asked and decided for this person, the oldest first."""


@value
class LimitRequests:
    requests: tuple[LimitRequest, ...]
    """The longest waiting first."""


@rpc("spaces", reply=LimitRequests, repeatable=True, errors=())
class ListLimitRequests(Request[LimitRequests]):
    """Those that wait for an answer, at most 100; for the helpdesk."""


@rpc("spaces", reply=LimitRequests, repeatable=True, errors=(e.NotFound, e.StaleVersion))
class DecideLimit(Request[LimitRequests]):
    """By the helpdesk: a higher limit, or a refusal; answered with those that still wait.

    The same decision once more changes nothing. Errors: NotFound(request), StaleVersion(limit) where a
    colleague has decided otherwise, InvalidField(limit, range) unless higher than it is and at most 100,
    InvalidField(reason).
    """

    person_id: str
    request_id: str
    limit: int
    """0: refused."""
    reason: str
    """Up to MOST_REASON characters, mandatory."""
    staff_id: str


@event("spaces")
class SpaceOpened(Event):
    """A professional space was made by this person."""

    space_id: str
    person_id: str


@event("spaces")
class SpaceDeleted(Event):
    """Nobody enters it any more; what lies in it is kept until `gone_at`."""

    space_id: str
    gone_at: datetime


@event("spaces")
class SpaceRestored(Event):
    space_id: str


@event("spaces")
class SpaceGone(Event):
    """The grace is over: whatever belongs to the space is to be erased.

    A person may open a private space again, under the same id: what is younger than this stays.
    """

    space_id: str


@event("spaces")
class SpaceLimitDecided(Event):
    """The helpdesk has answered; `limit` is what holds from now on."""

    person_id: str
    limit: int
    raised: bool
    credential_id: str = ""
    """With which the person asked: `identity` knows by it whom to write to."""
