"""The errors about documents: of rooms (`media`), of spaces (`spaces`), and of the case file."""

from __future__ import annotations

from services.contracts.errors import PlatformError


class DocumentTooLarge(PlatformError):
    """`limit` is in bytes."""

    fields = ("limit",)


class DocumentTypeRefused(PlatformError):
    """What the bytes are is not on the list; `found` is a media type or `unknown`."""

    fields = ("found",)


class DocumentRefused(PlatformError):
    """Its type is taken, its content is not; `reason` is one of REFUSALS in `document_rules`."""

    fields = ("reason",)


class TooManyDocuments(PlatformError):
    fields = ("limit",)


class DocumentEmpty(PlatformError):
    """No bytes at all."""


class SentTooSlowly(PlatformError):
    """It came in too slowly, or no more at all; nothing of it is kept."""

    retryable = True


class AlreadyFiled(PlatformError):
    """The document is on its way to the case file, or there: it is not sent again, and not taken back."""


class FilingUnderWay(PlatformError):
    """Somebody is sending this document to the case file at this moment."""

    retryable = True


class CaseFileAway(PlatformError):
    """The case file does not answer; nothing was handed over."""

    retryable = True


class CaseFileRefuses(PlatformError):
    """The case file does not take this document; nothing was handed over."""


class CaseFileSilent(PlatformError):
    """The case file has not said whether it has the document; it is asked until it does."""

    retryable = True


class QuotaExceeded(PlatformError):
    """The space has `free` bytes left, uploads under way counted, and this needs more."""

    fields = ("free",)


class TooManyVersions(PlatformError):
    """A document has `limit` earlier versions, and none of them is old enough to go."""

    fields = ("limit",)


class AlreadyThere(PlatformError):
    """Another document in that folder has this name."""

    fields = ("name",)


class NotInBin(PlatformError):
    """Only what is in the bin is erased."""
