"""One document on its way from a room to the case file: granted, sent by chunks, and its outcome told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Protocol, TypeVar

from gateway.case_file.port import CaseFile, NotKept, Paper, Refused, Silent
from services.contracts.case_file import (
    NOT_SENT,
    REFUSED,
    UNKNOWN,
    AbandonFiling,
    FilingGrant,
    FinishFiling,
    GrantFiling,
    ResumeFiling,
)
from services.contracts.document_errors import CaseFileAway, CaseFileRefuses, CaseFileSilent
from services.contracts.errors import PlatformError
from services.contracts.wire import Request

_log = logging.getLogger(__name__)
ReplyT = TypeVar("ReplyT")


class Ask(Protocol):
    """The bus, as `gateway.backends.ask`."""

    def __call__(self, request: Request[ReplyT]) -> ReplyT: ...


class Deliver(Protocol):
    """The document in clear, a chunk at a time, as `files.transfer.deliver`."""

    def __call__(self, grant: FilingGrant) -> Iterator[bytes]: ...


def hand_over(wanted: GrantFiling, case_file: CaseFile, ask: Ask, deliver: Deliver) -> str:
    """The receipt's number.

    Errors: those of GrantFiling; CaseFileAway, CaseFileRefuses: nothing was handed over; CaseFileSilent: it
    may have been, and what is told of the document stays open; what the document's store says.
    """
    if case_file.is_away():
        raise CaseFileAway
    return _send(wanted.room_id, ask(wanted), case_file, ask, deliver)


def go_on(case_file: CaseFile, ask: Ask, deliver: Deliver) -> bool:
    """One attempt more at what came to no certain end; whether there was any.

    Errors: those of `hand_over`; the document is still open then, or settled.
    """
    if case_file.is_away():
        return False
    resumed = ask(ResumeFiling())
    if resumed.grant is None:
        return False
    _send(resumed.room_id, resumed.grant, case_file, ask, deliver)
    return True


def _send(room_id: str, grant: FilingGrant, case_file: CaseFile, ask: Ask, deliver: Deliver) -> str:
    """One attempt, of which is told what it came to, whatever that is."""
    which: dict[str, Any] = {"room_id": room_id, "document_id": grant.document_id, "attempt": grant.attempt}
    fault, receipt = NOT_SENT, ""
    try:
        receipt = case_file.put(_paper(room_id, grant), deliver(grant), grant.seconds)
    except Refused:
        fault = REFUSED
        raise CaseFileRefuses from None
    except Silent:
        fault = UNKNOWN
        raise CaseFileSilent from None
    except NotKept:
        raise CaseFileAway from None
    finally:
        if not receipt:
            _tell(AbandonFiling(**which, fault=fault), ask)
    return _kept(FinishFiling(**which, agent_id=grant.agent_id, receipt=receipt), ask)


def _kept(told: FinishFiling, ask: Ask) -> str:
    """What the case file has stays open until that can be told; the next attempt gets the same receipt."""
    try:
        ask(told)
    except PlatformError:
        raise CaseFileSilent from None
    return told.receipt


def _tell(told: Request[Any], ask: Ask) -> None:
    """If this fails, the attempt counts as one that may have arrived, and its time runs out."""
    try:
        ask(told)
    except PlatformError as error:
        _log.warning("an attempt could not be given up", extra={"code": type(error).__name__})


def _paper(room_id: str, grant: FilingGrant) -> Paper:
    return Paper(
        document_id=grant.document_id,
        appointment_id=room_id,
        name=grant.name,
        media_type=grant.media_type,
        size=grant.size,
        sent_by=grant.sent_by,
        agent_id=grant.agent_id,
        reason=grant.reason,
        decided_at=grant.begun_at,
    )
