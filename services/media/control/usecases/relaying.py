"""Leave to be relayed: the same admission as for the call itself."""

from __future__ import annotations

from services.contracts.relay import GrantRelay, RelayGrant
from services.media.control.domain.admission import Action
from services.media.control.usecases.media import Media, found, require, who_is


def grant_relay(media: Media, request: GrantRelay) -> RelayGrant:
    """Credentials that are good until the call would end by itself, a few hours at most."""
    room, who, now = found(media, request.room_id), who_is(request.participant), media.now()
    require(room, who, Action.CONNECT, now, media.rules)
    assert room.ends_at is not None, "nobody connects to a draft"
    left = room.ends_at + media.rules.may_last - now
    return media.relay.grant(room.room_id, who.participant_id, min(left, media.rules.relay_for))
