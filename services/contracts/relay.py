"""What `media` answers on relays (TURN, RFC 8656), for networks that let no UDP through to the SFU."""

from __future__ import annotations

from datetime import datetime

from services.contracts import media_errors as m
from services.contracts.media import AT_THIS_TIME, Participant
from services.contracts.wire import Request, rpc, value


@value
class RelayGrant:
    """What a browser needs to be relayed to the SFU and to nobody else, until `until`."""

    urls: tuple[str, ...]
    """`turn:` and `turns:` addresses (RFC 7065); empty where the platform runs without a relay."""
    username: str
    credential: str
    until: datetime
    """Real time, not the platform's: the relay has the host's clock."""


@rpc("media", reply=RelayGrant, repeatable=True, errors=(m.NotAdmitted, *AT_THIS_TIME, m.RoomClosed))
class GrantRelay(Request[RelayGrant]):
    """Leave to be relayed in this call, for who may connect to it now; it ends with the call.

    Errors: NotAdmitted, RoomClosed, TooEarly(opens_at), TooLate, RoomForgotten, NotFound(room).
    """

    room_id: str
    participant: Participant
