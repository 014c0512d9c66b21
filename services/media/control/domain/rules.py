"""The numbers that the rules of a room lean on; all of them are configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Durations and limits.  T0 is the start of the slot, T1 its stored end."""

    opens_before: timedelta = timedelta(minutes=15)
    """The waiting room opens that long before T0."""
    may_last: timedelta = timedelta(minutes=30)
    """After T1; then the call ends by itself."""
    missing_after: timedelta = timedelta(minutes=5)
    """After T0: a room without an agent raises an alarm."""
    wrap_up: timedelta = timedelta(minutes=1)
    """What an agent needs between two calls."""
    invitation_lasts: timedelta = timedelta(minutes=30)
    """A guest has to be let in within it."""
    estimates_wait: bool = True
    """Whether citizens are told when they can be taken."""
    kept_for: timedelta = timedelta(hours=24)
    """Documents and messages, after the end."""
    draft_kept_for: timedelta = timedelta(hours=24)
    """A draft of which nothing more was heard: the net under the events of `booking`."""
    upload_kept_for: timedelta = timedelta(minutes=30)
    """An upload that was begun and never finished."""
    swept_again_after: timedelta = timedelta(minutes=30)
    """After forgetting: what a slow upload may have written meanwhile is removed too."""
    tombstone_kept_for: timedelta = timedelta(days=365)
    """What is left of a forgotten room: times and outcome, so that a link can say so."""
    compared_every: timedelta = timedelta(hours=6)
    """Object store, keys and rooms; not at all where it is nothing."""
    grant_for: timedelta = timedelta(minutes=1)
    """A grant to upload, download or follow the log."""
    filing_for: timedelta | None = None
    """In which a document has to be with the case file, in real time; None: there is no case file."""
    log_grant_for: timedelta = timedelta(minutes=15)
    relay_for: timedelta = timedelta(hours=4)
    """Credentials for the relay, at most; they end with the call."""
    check_lasts: timedelta = timedelta(seconds=30)
    """A line for a device check, in real time."""
    max_checks: int = 20
    """At the same time, on the whole platform."""
    check_leaves: int = 10
    """Places on a node that a device check leaves to calls."""
    capacity: int = 6
    """People in a room at the same time."""
    max_documents: int = 20
    max_identity_copies: int = 6
    """Of a draft: those of the two who may speak, and earlier ones that were replaced but are still there."""
    max_document_bytes: int = 20 * 1024 * 1024
    max_name_chars: int = 200
    max_message_chars: int = 2000
    max_messages: int = 500
