"""What of a room's log still holds for a page that opens now, apart from what was said and shared."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.blueprints.room.log import RoomEntry

_SWITCHED = ("detail", "sound_only")
"""Said of one participant, `{"on"}`, until it is taken back."""
_ANEW = ("connected", "disconnected", "left")
"""With another connection nothing is known of a participant."""
_FOR_ALL = ("reconnect", "sent_back", "ended", "moved")
"""With these nobody has a connection any more; but who alone is to reconnect is named."""


def standing(entries: Iterable[RoomEntry]) -> tuple[RoomEntry, ...]:
    """Who shows a paper, who shares his screen, to whom pictures pause; in the order in which it was said."""
    held: dict[tuple[str, str], RoomEntry] = {}
    for entry in entries:
        alone = entry.type == "reconnect" and entry.by
        if entry.type in _FOR_ALL and not alone:
            held.clear()
        elif entry.type in _ANEW or alone:
            held = {key: kept for key, kept in held.items() if kept.by != entry.by}
        elif entry.type in (*_SWITCHED, "screen"):
            whose = entry.by if entry.type in _SWITCHED else ""  # a room has one shared screen
            held.pop((entry.type, whose), None)
            if _holds(entry):
                held[entry.type, whose] = entry
    return tuple(held.values())


def _holds(entry: RoomEntry) -> bool:
    return bool(entry.by if entry.type == "screen" else entry.data.get("on"))
