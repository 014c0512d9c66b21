"""Who acts in a room, who has joined it, and who is in it now.  Immutable, like the room that holds them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who acts: an opaque id and a role."""

    participant_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Somebody who has joined."""

    participant_id: str
    role: str
    joined_at: datetime
    here_since: datetime | None
    """None while away."""
    away_since: datetime | None = None
    """None while here."""
    page: str = ""
    """Which of his pages has the call, by its own name; empty until one has."""

    @property
    def who(self) -> Who:
        return Who(participant_id=self.participant_id, role=self.role)


Presences = tuple[Presence, ...]


def presence_of(presences: Presences, who: Who) -> Presence | None:
    return next((presence for presence in presences if presence.who == who), None)


def come(presences: Presences, who: Who, now: datetime) -> Presences:
    """`who` is here from now on, in the last place; the very same where he was here already."""
    before = presence_of(presences, who)
    if before is not None and before.here_since is not None:
        return presences
    if before is None:
        here = Presence(participant_id=who.participant_id, role=who.role, joined_at=now, here_since=now)
    else:
        here = replace(before, here_since=now, away_since=None)
    return (*_but(presences, who), here)


def gone(presences: Presences, who: Who, now: datetime) -> Presences:
    """`who` is away for now; the very same where he was not here."""
    before = presence_of(presences, who)
    if before is None or before.here_since is None:
        return presences
    return (*_but(presences, who), replace(before, here_since=None, away_since=now))


def seen_at(presences: Presences, who: Who, page: str) -> Presences:
    """This page of his has the call."""
    return tuple(replace(one, page=page) if one.who == who else one for one in presences)


def _but(presences: Presences, who: Who) -> Presences:
    return tuple(presence for presence in presences if presence.who != who)
