"""What of a room's log still holds for a page that opens now, apart from what was said and shared."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.blueprints.room.log import RoomEntry

_OF_ONE = ("detail", "sound_only", "sending", "unseen")
"""Said of one participant until something else is; `unseen` of two."""
_OF_ALL = ("screen", "speaker")
"""One in the whole room, or nobody."""
_ANEW = ("connected", "disconnected", "left")
"""With another connection nothing is known of a participant."""
_FOR_ALL = ("reconnect", "sent_back", "ended", "moved")
"""With these nobody has a connection any more; but who alone is to reconnect is named."""


def standing(entries: Iterable[RoomEntry]) -> tuple[RoomEntry, ...]:
    """Who shows a paper, shares, speaks, is muted or not seen, in the order in which it was said."""
    held: dict[tuple[str, ...], RoomEntry] = {}
    for entry in entries:
        alone = entry.type == "reconnect" and entry.by
        if entry.type in _FOR_ALL and not alone:
            held.clear()
        elif entry.type in _ANEW or alone:
            held = {key: kept for key, kept in held.items() if entry.by not in (kept.by, kept.data.get("of"))}
        elif entry.type in (*_OF_ONE, *_OF_ALL):
            held.pop(_matter(entry), None)
            if _holds(entry):
                held[_matter(entry)] = entry
    return tuple(held.values())


def _matter(entry: RoomEntry) -> tuple[str, ...]:
    """What an entry is about: a later one of the same takes its place."""
    if entry.type in _OF_ALL:
        return (entry.type,)
    return (entry.type, entry.by, str(entry.data.get("of", "")))


def _holds(entry: RoomEntry) -> bool:
    """Whether it says anything else than what is taken for granted."""
    if entry.type in _OF_ALL:
        return bool(entry.by)
    if entry.type == "sending":
        return not (entry.data.get("microphone") and entry.data.get("camera"))
    return entry.type == "unseen" or bool(entry.data.get("on"))
