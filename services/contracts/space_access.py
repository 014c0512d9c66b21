"""Who acts in a space, in which role, and what that role may do there: the words of `spaces`."""

from __future__ import annotations

from datetime import datetime

from services.contracts.wire import value

PRIVATE, PROFESSIONAL = "private", "professional"
KINDS = (PRIVATE, PROFESSIONAL)

ADMINISTRATOR, MANAGER, EDITOR, READER = "administrator", "manager", "editor", "reader"
ROLES = (ADMINISTRATOR, MANAGER, EDITOR, READER)
"""Of a member of a professional space; whom a private space belongs to is its `owner`."""
OWNER = "owner"

PERMISSIONS = (
    "see",
    "enter",
    "sign",
    "book",
    "join",
    "documents:read",
    "documents:write",
    "procedures:read",
    "procedures:write",
    "sources:see",
    "data:read",
    "data:write",
    "members:see",
    "members:change",
    "trail:see",
    "space:rename",
    "space:delete",
    "space:leave",
)
"""What may be done in a space; which role may do what is one table in `spaces`."""

ACTIVE, DELETED = "active", "deleted"
GRACE_DAYS = 30
"""So long a deleted space can be restored, and counts."""


@value
class Actor:
    """Who acts, as the log-in of the session proves it: a membership may be bound to one certificate."""

    person_id: str
    credential_id: str
    number: str
    """A LuxTrust certificate's SSN of 20 digits; empty for credentials of other issuers."""
    name: str
    """As it stands on the credential."""
    kind: str
    """Of the credential: `private` or `pro`; of `pro` with the company's data."""
    company_id: str = ""
    company_name: str = ""


@value
class SpaceCard:
    """One space as the asker finds it."""

    space_id: str
    kind: str
    """One of KINDS."""
    name: str
    """Empty for a private space."""
    role: str
    """The asker's: one of ROLES, or OWNER."""
    takes_members: bool
    """Made with a Pro certificate, so that several may work in it."""
    company_id: str
    company_name: str
    state: str
    """ACTIVE, or DELETED until `gone_at`."""
    gone_at: datetime | None
    """The end of the grace, after which nothing is left."""
    may: tuple[str, ...]
    """Of PERMISSIONS, those that the asker has now."""
