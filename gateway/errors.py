"""The one table that turns an error's code into a status and a sentence.

Every class in `services.contracts.errors` has a row; a test says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from flask_babel import format_timedelta
from flask_babel import lazy_gettext as _l

from gateway.document_words import DOCUMENT_REASONS, PARTS_AWAY
from gateway.i18n import file_size
from gateway.login_words import LOGIN_REASONS
from services.contracts import document_errors as d
from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.errors import PlatformError


@dataclass(frozen=True)
class Problem:
    """How one error looks from outside: HTTP status and a sentence in the reader's language."""

    status: int
    sentence: Any
    """A lazy translation; it may use the error's details by name."""


PROBLEMS: dict[type[PlatformError], Problem] = {
    e.PlatformError: Problem(500, _l("Something went wrong on our side.")),
    e.InvalidField: Problem(422, _l("An entry is not valid. Check what you have entered.")),
    e.NotFound: Problem(404, _l("This does not exist, or not any more.")),
    e.NotAllowed: Problem(403, _l("You may not do this.")),
    e.StaleVersion: Problem(
        409, _l("This has changed in the meantime. Look at it again, then repeat your change.")
    ),
    e.ServiceUnavailable: Problem(503, _l("A part of this service does not answer at the moment.")),
    e.ServiceTimeout: Problem(504, _l("A part of this service did not answer in time.")),
    e.InternalError: Problem(500, _l("Something went wrong on our side.")),
    e.SlotTaken: Problem(409, _l("Somebody else has just taken this time. Choose another one.")),
    e.SlotPast: Problem(422, _l("This time is over or begins too soon. Choose a later one.")),
    e.SlotNotOffered: Problem(422, _l("This time is not offered. Choose another one.")),
    e.HoldExpired: Problem(409, _l("Your time is no longer reserved. Choose a time again.")),
    e.HoldRenewedOften: Problem(409, _l("The reservation cannot be extended again.")),
    e.ConsentMissing: Problem(
        422, _l("We need your consent to the processing of your personal data to book an appointment.")
    ),
    e.NotByVideo: Problem(422, _l("This subject cannot be handled by video.")),
    e.AppointmentStarted: Problem(409, _l("The appointment has begun and can no longer be changed.")),
    e.TooManyOpenAppointments: Problem(
        409, _l("You have %(limit)s appointments ahead already. Cancel one of them to book another.")
    ),
    e.ImpactChanged: Problem(409, _l("The appointments concerned have changed. Look at the list again.")),
    e.ChangeTooLarge: Problem(
        422, _l("This change concerns more than %(limit)s appointments. Make it in several parts.")
    ),
    m.TooEarly: Problem(409, _l("The waiting room is not open yet.")),
    m.TooLate: Problem(410, _l("This appointment is over. You need a new one.")),
    m.RoomClosed: Problem(410, _l("The consultation has ended.")),
    m.RoomForgotten: Problem(
        410, _l("The consultation is over, and everything that was shared in it is deleted.")
    ),
    m.NotAdmitted: Problem(409, _l("The agent has not let the call begin yet.")),
    m.RoomFull: Problem(409, _l("There is no room for another participant.")),
    m.NoMediaNode: Problem(503, _l("There is no free line for your call at the moment.")),
    m.LinesBusy: Problem(503, _l("All lines are taken. Your call begins as soon as one is free.")),
    m.ConnectedElsewhere: Problem(
        409, _l("Your call goes on in another window or on another device of yours.")
    ),
    e.ProtocolMismatch: Problem(
        409, _l("Our pages have been renewed since you opened this one. Load it again to go on.")
    ),
    m.BadOffer: Problem(422, _l("Your browser's connection data could not be used.")),
    d.DocumentTooLarge: Problem(413, _l("The file is too large. At most 20 MB are possible.")),
    d.DocumentTypeRefused: Problem(415, _l("This type of file is not accepted.")),
    d.DocumentRefused: Problem(422, _l("This file cannot be taken.")),
    d.TooManyDocuments: Problem(409, _l("There can be no more than %(limit)s files here.")),
    d.DocumentEmpty: Problem(422, _l("The file is empty.")),
    d.SentTooSlowly: Problem(  # not 408, at which browsers send it again by themselves
        422, _l("The file came in too slowly, so nothing of it was kept. Try again over a better connection.")
    ),
    d.AlreadyFiled: Problem(409, _l("This document is in the case file, or on its way there.")),
    d.FilingUnderWay: Problem(
        409, _l("This document is being handed over at this moment. Look again in a minute.")
    ),
    d.CaseFileAway: Problem(
        503, _l("The case file does not answer. The document was not handed over. Try again later.")
    ),
    d.CaseFileRefuses: Problem(
        422, _l("The case file does not accept this document. The document was not handed over.")
    ),
    d.CaseFileSilent: Problem(
        504,
        _l(
            "The case file has not confirmed yet that it has the document. What became of it is being found "
            "out and will be shown here. It cannot get there twice."
        ),
    ),
    e.IdentityCopyMissing: Problem(422, _l("Choose a file with a copy of your identity document.")),
    m.MessageTooLong: Problem(422, _l("The message is too long. At most %(limit)s characters are possible.")),
    e.MailedTooOften: Problem(
        429,
        _l("This mail has been sent several times already. Look among unwanted mail, or try again later."),
    ),
    e.AddressCodeWrong: Problem(
        422, _l("This code is not right. Compare it with the latest mail; attempts left: %(left)s.")
    ),
    e.AddressCodeExpired: Problem(422, _l("This code is no longer valid. Have a new one sent.")),
    e.TooManyRequests: Problem(
        429, _l("Too many requests came from you or from your network. Try again in %(wait)s.")
    ),
    e.ChallengeFailed: Problem(422, _l("The check of your browser did not succeed. Try again.")),
    e.LoginRefused: Problem(403, _l("The log-in did not succeed. Try again.")),
    e.FreshLoginNeeded: Problem(403, _l("For this change you need to log in again.")),
    e.NationalNumberTaken: Problem(
        409,
        _l(
            "This national number cannot be registered with this means of logging in. If you have registered "
            "with another one, log in with that and add this one there; otherwise ask the helpdesk."
        ),
    ),
    e.LastCredential: Problem(
        409, _l("This is your only registered means of logging in. Add another one before you revoke it.")
    ),
    e.TooManyCredentials: Problem(
        409, _l("You have %(limit)s means of logging in already. Revoke one to add another.")
    ),
    e.CredentialsRefused: Problem(401, _l("Unknown client or wrong credentials.")),
    e.SpaceLimitReached: Problem(
        409, _l("You have made %(limit)s professional spaces already. The helpdesk can allow you more.")
    ),
    e.LastAdministrator: Problem(
        409, _l("A space always has an administrator. Make another member administrator first.")
    ),
    e.TooManyMembers: Problem(409, _l("A space has at most %(limit)s members, open invitations included.")),
    e.AlreadyMember: Problem(409, _l("You are a member of this space already.")),
    e.TooManyDrafts: Problem(
        409, _l("This space has %(limit)s drafts of yours already. Go on with one of them, or discard one.")
    ),
    d.QuotaExceeded: Problem(
        409,
        _l(
            "There is not enough room in this space: %(room)s are free. Erase what is in the bin, or delete "
            "documents that are no longer needed."
        ),
    ),
    d.TooManyVersions: Problem(
        409,
        _l(
            "This document has %(limit)s earlier versions, and none of them is old enough to go. Upload it "
            "under another name."
        ),
    ),
    d.AlreadyThere: Problem(409, _l("There is a document named “%(name)s” in that folder already.")),
    d.NotInBin: Problem(409, _l("Only what is in the bin can be erased. It may have been restored.")),
    e.ProcedureOver: Problem(409, _l("This draft is no longer open.")),
    e.InvitationOver: Problem(410, _l("This invitation is not open any more.")),
    e.InvitationForOther: Problem(
        403,
        _l(
            "This invitation is meant for another certificate. Log in with the one whose number it was sent "
            "for; if that is yours, ask for an invitation with your name as it stands on the certificate."
        ),
    ),
}

RULES: dict[str, Any] = {
    "missing": _l("This entry is missing."),
    "too_long": _l("This entry is too long."),
    "choice": _l("Choose one of the possibilities."),
    "range": _l("This value is not possible."),
    "path": _l("A file’s name cannot lead to another folder: leave out / and \\."),
    "hidden": _l("The file’s name contains characters that cannot be seen. Rename the file and try again."),
    "check_digit": _l("The national number is not correct. Check all 13 digits."),
}
"""Sentences for the rules of InvalidField; every other rule has the general one."""

INVITATION_REASONS: dict[str, Any] = {
    "accepted": _l("This invitation has been accepted already."),
    "refused": _l("This invitation has been refused. If that was a mistake, ask for a new one."),
    "withdrawn": _l("This invitation has been withdrawn by those who sent it."),
    "expired": _l("This invitation has run out. Ask those who sent it to send it again."),
    "space_deleted": _l("The space that you were invited to has been deleted."),
}
"""Sentences for the reasons of InvitationOver."""

_BY_REASON: dict[type[PlatformError], tuple[dict[str, Any], str]] = {
    e.InvalidField: (RULES, "rule"),
    e.LoginRefused: (LOGIN_REASONS, "reason"),
    e.InvitationOver: (INVITATION_REASONS, "reason"),
    d.DocumentRefused: (DOCUMENT_REASONS, "reason"),
    e.ServiceUnavailable: (PARTS_AWAY, "service"),
}
"""Where one detail of an error chooses the sentence; without one for it the class's own is said."""

UNEXPECTED = PROBLEMS[e.InternalError]


def problem_of(error: PlatformError) -> Problem:
    """The row of the error's class, else of its nearest ancestor."""
    return next(PROBLEMS[cls] for cls in type(error).__mro__ if cls in PROBLEMS)


def sentence_of(error: PlatformError) -> str:
    """What to tell the reader, in his language."""
    by_reason, which = _BY_REASON.get(type(error), ({}, ""))
    reason = error.details.get(which)
    if reason in by_reason:
        return str(by_reason[reason])
    text = str(problem_of(error).sentence)
    return text % _said(error) if "%(" in text else text


def _said(error: PlatformError) -> dict[str, str]:
    """The details as a sentence uses them: `seconds` as a person says it in `wait`, `free` in `room`."""
    details = error.details
    for name, said, words in (("seconds", "wait", duration), ("free", "room", file_size)):
        if name in details:
            details |= {said: words(int(details[name]))}
    return details


def duration(seconds: int) -> str:
    """`40 seconds`, `9 minutes`: in the largest unit that fits; up to an hour never less than it is."""
    whole = seconds if seconds < 90 else ceil(seconds / 60) * 60
    return str(format_timedelta(timedelta(seconds=whole), threshold=1.5))


def type_of(error: PlatformError) -> str:
    """The problem type (RFC 9457) as a path: `/problems/slot-taken`."""
    return type_named(type(error))


def type_named(kind: type[PlatformError]) -> str:
    """The same of a class of errors."""
    return "/problems/" + re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()
