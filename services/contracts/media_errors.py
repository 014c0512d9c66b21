"""The errors of `media` that are about rooms and calls; those about documents are `document_errors`."""

from __future__ import annotations

from services.contracts.errors import PlatformError


class TooEarly(PlatformError):
    """The waiting room opens at `opens_at` (ISO-8601, UTC)."""

    fields = ("opens_at",)


class TooLate(PlatformError):
    """The slot is over and the person never joined: a new appointment is needed."""


class RoomClosed(PlatformError):
    """The call is over; documents and messages may still be fetched until they are forgotten."""


class RoomForgotten(PlatformError):
    """Everything in the room is gone for good."""


class NotAdmitted(PlatformError):
    """The agent has not let the call begin."""


class RoomFull(PlatformError):
    """No place for a further participant."""


class NoMediaNode(PlatformError):
    """No SFU worker answers now, or the one asked takes nobody more."""

    retryable = True


class LinesBusy(PlatformError):
    """All places on SFU workers are taken; `ahead` calls wait for one before this one."""

    fields = ("ahead",)
    retryable = True


class BadOffer(PlatformError):
    """The session description cannot be used; `reason` is a stable word."""

    fields = ("reason",)


class ConnectedElsewhere(PlatformError):
    """A newer page of the same participant has the call: this one leaves off, unless he takes it back."""


class MessageTooLong(PlatformError):
    fields = ("limit",)
