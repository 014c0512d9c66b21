"""The errors that cross the bus: a class name and string details, nothing else.

Only the gateway turns one of them into a sentence and a status.  Those of rooms and of documents
are `media_errors` and `document_errors`.
"""

from __future__ import annotations

from typing import ClassVar

ERRORS: dict[str, type[PlatformError]] = {}


class PlatformError(Exception):
    """Root of the tree.  Subclasses name the fact; `fields` names their string arguments."""

    fields: ClassVar[tuple[str, ...]] = ()
    retryable: ClassVar[bool] = False
    """True when the same request may succeed later without any change."""

    def __init__(self, *details: str) -> None:
        if len(details) != len(self.fields):
            raise TypeError(f"{type(self).__name__} takes {self.fields}, got {len(details)} details")
        super().__init__(*map(str, details))

    def __init_subclass__(cls) -> None:
        ERRORS[cls.__name__] = cls

    @property
    def details(self) -> dict[str, str]:
        return dict(zip(self.fields, self.args, strict=True))


# --- anywhere -----------------------------------------------------------------


class InvalidField(PlatformError):
    """A field breaks a rule of its own: `rule` is a stable word such as `missing`, `too_long`, `format`."""

    fields = ("field", "rule")


class NotFound(PlatformError):
    """No such thing, or none that the caller may see; the two are not told apart."""

    fields = ("kind",)


class NotAllowed(PlatformError):
    """The caller is known and may not do this."""

    fields = ("action",)


class StaleVersion(PlatformError):
    """The thing has changed since the caller read it."""

    fields = ("kind",)


class ServiceUnavailable(PlatformError):
    """The bus or the service behind it does not answer now."""

    fields = ("service",)
    retryable = True


class ServiceTimeout(PlatformError):
    """No answer in time; the change may have happened: repeat with the same idempotency key."""

    fields = ("service",)
    retryable = True


class InternalError(PlatformError):
    """A defect behind the gateway; the log has it under the correlation id."""

    fields = ("service",)
    retryable = True


# --- booking ------------------------------------------------------------------


class SlotTaken(PlatformError):
    """Somebody else holds or has booked it."""


class SlotPast(PlatformError):
    """The slot begins too soon (notice) or has begun."""


class SlotNotOffered(PlatformError):
    """No agent works then, or none speaks the language asked for."""


class HoldExpired(PlatformError):
    """The ten minutes are over, the hold was given back, or it never existed."""


class HoldRenewedOften(PlatformError):
    """A hold may be renewed only so many times."""


class ConsentMissing(PlatformError):
    """Nothing is stored about a person who has not consented to the processing of personal data."""


class NotByVideo(PlatformError):
    """The subject is never treated by video; `subject` says which."""

    fields = ("subject",)


class AppointmentStarted(PlatformError):
    """Too late to move or cancel: the appointment has begun or somebody has joined."""


class TooManyOpenAppointments(PlatformError):
    """This person or e-mail address has `limit` appointments ahead already."""

    fields = ("limit",)


class ImpactChanged(PlatformError):
    """The change would hurt other appointments than those that were shown: look again."""


class ChangeTooLarge(PlatformError):
    """The change would hurt more than `limit` appointments: make it in parts."""

    fields = ("limit",)


class IdentityCopyMissing(PlatformError):
    """Without authentication a copy of an identity document is mandatory."""


# --- gateway ------------------------------------------------------------------


class TooManyRequests(PlatformError):
    """Too many of these from one network address; `seconds` until the next is taken."""

    fields = ("seconds",)
    retryable = True


class ProtocolMismatch(PlatformError):
    """Page and server have no version of the signalling in common; `spoken` are the server's."""

    fields = ("spoken",)


class ChallengeFailed(PlatformError):
    """The proof of work is wrong, too old, or was used before."""


# --- notify -------------------------------------------------------------------


class MailedTooOften(PlatformError):
    """The same has been sent several times within the hour; `limit` is how often it may be."""

    fields = ("limit",)


class AddressCodeWrong(PlatformError):
    """The code that was typed is not the one in the mail; `left` attempts remain."""

    fields = ("left",)


class AddressCodeExpired(PlatformError):
    """Too late, too many wrong attempts, or none was sent: a new code is needed."""


# --- identity -----------------------------------------------------------------


class LoginRefused(PlatformError):
    """The provider's answer cannot be accepted; `reason` is a stable word for the log."""

    fields = ("reason",)


class CredentialsRefused(PlatformError):
    """Unknown client, wrong secret, or an expired or revoked token; not told apart."""


class FreshLoginNeeded(PlatformError):
    """The change needs a log-in of the last few minutes: log in again, then repeat it."""


class NationalNumberTaken(PlatformError):
    """Another registered person has this national number: log in as that one and link, or ask for help."""


class LastCredential(PlatformError):
    """The only registered credential of a person: without it nobody could come in again."""


class TooManyCredentials(PlatformError):
    """A person may have `limit` credentials that are not revoked."""

    fields = ("limit",)


# --- spaces -------------------------------------------------------------------


class SpaceLimitReached(PlatformError):
    """This person has made `limit` professional spaces; the helpdesk may raise the limit."""

    fields = ("limit",)


class LastAdministrator(PlatformError):
    """A space always has an active administrator: somebody else has to become one first."""


class TooManyMembers(PlatformError):
    """A space has at most `limit` members, open invitations counted."""

    fields = ("limit",)


class AlreadyMember(PlatformError):
    """Who answers the invitation is a member of that space already."""


class TooManyDrafts(PlatformError):
    """A person has at most `limit` drafts in one space."""

    fields = ("limit",)


class ProcedureOver(PlatformError):
    """It is no draft any more: `state` is `submitted`, `done`, `cancelled` or `discarded`."""

    fields = ("state",)


class InvitationOver(PlatformError):
    """Not open any more: `reason` is `accepted`, `refused`, `withdrawn`, `expired` or `space_deleted`."""

    fields = ("reason",)


class InvitationForOther(PlatformError):
    """It is meant for another certificate, or for somebody of another name."""
