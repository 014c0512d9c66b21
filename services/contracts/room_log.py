"""What `media` answers of a room's log: messages and everything else that happens, in order."""

from __future__ import annotations

from datetime import datetime

from services.contracts import errors as e
from services.contracts import media_errors as m
from services.contracts.media import AT_THIS_TIME, IN_TIME, Done, Participant
from services.contracts.wire import Request, rpc, value

LOG_KEY = "room:{room_id}:log"
"""The Redis stream of a room.  Each entry has the fields `type` (one of `room_entries.ENTRIES`), `at`
(ISO-8601), `by` (participant id, may be empty), and `sealed`: a JSON object sealed with the room's log key,
empty for `{}`.  Entry ids are `<number>-0`, numbered from 1 without gaps.  When the room is forgotten the
stream is deleted and a last entry without content (`forgotten` or `cancelled`) stays for a minute."""

LONGEST_LOG = 20_000
"""Entries kept and read: more than even somebody who uses up every limit makes of an hour's call, so that
nothing that was said is pushed out by who speaks, shows papers or connects anew."""

LOG_CONTEXT = "room log {room_id} {entry_id} {type} {by}"
"""What `sealed` is bound to (the context of the vault's `unseal`); `entry_id` is the stream's, `7-0`."""


@value
class LogGrant:
    """What the gateway's events process needs to follow one room for one participant."""

    stream: str
    log_key: str
    """Base64; unseals the entries; opens nothing else."""
    until: datetime
    """Ask again after that."""


@rpc("media", reply=LogGrant, repeatable=True, errors=(*AT_THIS_TIME, e.NotAllowed))
class GrantLog(Request[LogGrant]):
    """Errors: NotAllowed(log) for an agent who has not joined, and those of JoinRoom.

    He follows a room in which nothing was said or shared so far, and no call that is on.
    """

    room_id: str
    participant: Participant


@value
class MessagePosted:
    message_id: str


@rpc("media", reply=MessagePosted, repeatable=True, errors=(m.NotAdmitted, m.MessageTooLong, *IN_TIME))
class PostMessage(Request[MessagePosted]):
    """Say something in the room; the same `message_key` is said once.

    Errors: NotAdmitted, MessageTooLong(limit), InvalidField (`text`: missing, too_many), and those of
    JoinRoom.
    """

    room_id: str
    participant: Participant
    message_key: str
    text: str


@rpc("media", reply=Done, repeatable=True, errors=(m.NotAdmitted, *IN_TIME))
class TellDetail(Request[Done]):
    """Tell the others in the call that this camera shows a paper from now on, or no more.

    Kept nowhere but in the log: who connects anew is told again by the page that shows it.
    Errors: NotAdmitted, and those of JoinRoom.
    """

    room_id: str
    participant: Participant
    on: bool
