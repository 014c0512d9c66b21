"""What is taken by calendar and day, as known a moment ago: to search and choose by, never to claim by.

One document a day, derived from the claims and never the truth.  Its `rev` is new with every write, and who
writes read the claims *after* the revision that he replaces: so a change of a claim that is followed by a
refresh cannot be overwritten by somebody who looked before.  Refreshes run before a change is told (what a
dead process left is in the outbox still), and a slow round over all days mends what slipped through.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from services.booking.domain.claim import CANCELLED, HOLD, Claim
from services.booking.domain.taken import Claimed, Key, TakenDay
from services.booking.ports import DayStore, Place, StoredDay
from services.chassis.ids import new_id

_log = logging.getLogger(__name__)

_FRESH_SECONDS = 0.2
"""What was read so long ago is used without asking whether others have changed it."""
_OWN_SECONDS = 5.0
"""A change of this process is in the document long before; if not, the document is right."""
_ATTEMPTS = 8
_BUILD_SECONDS = 0.5
"""So long a round makes days that are missing, before it lets others have their turn."""
_SHARE = 200
"""Comparing days with their claims takes at most one part in so many of the time.

A full day is half a thousand claims and more, and a search that meets their reading waits: so few do that
even the slowest in a hundred is not one of them.
"""


@dataclass(slots=True)
class _Day:
    """What this process knows of one day."""

    stored: StoredDay | None = None
    asked_at: float = float("-inf")
    own: dict[Key, tuple[Claimed | None, float]] = field(default_factory=dict)
    """Changes of this process that may not be in the document yet, the oldest first."""
    view: TakenDay = field(default_factory=TakenDay)
    """Both together."""
    building: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_known(self) -> bool:
        return self.stored is not None and self.stored.taken is not None

    def keep(self, stored: StoredDay | None, at: float) -> None:
        self.stored, self.asked_at = stored, at
        self.combine()

    def combine(self) -> None:
        taken = (self.stored and self.stored.taken) or TakenDay()
        self.view = taken.changed({key: claimed for key, (claimed, _) in self.own.items()})


class Days:
    """This replica's part of the read model."""

    def __init__(self, store: DayStore, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._store, self._monotonic = store, monotonic
        self._days: dict[Place, _Day] = {}
        self._rounds: dict[str, _Round] = {}

    # --- reading ------------------------------------------------------------

    def of(self, calendar: str, days: Sequence[date]) -> dict[date, TakenDay]:
        """What is taken on these days, own changes included."""
        known = {day: self._day(Place(calendar, day)) for day in days}
        now = self._monotonic()
        stale = [day for day, it in known.items() if not it.is_known or now >= it.asked_at + _FRESH_SECONDS]
        if stale:
            self._look_again(calendar, stale, now)
        for it in known.values():
            self._drop_old(it, now)
        return {day: it.view for day, it in known.items()}

    def _look_again(self, calendar: str, days: Sequence[date], now: float) -> None:
        before = {day: self._day(Place(calendar, day)).stored for day in days}
        for day in days:
            # Before asking, so that others go on with what is known meanwhile.
            self._day(Place(calendar, day)).asked_at = now
        revs = self._store.revisions(calendar, min(days), max(days))
        changed = [day for day, stored in before.items() if revs.get(day) != (stored and stored.rev)]
        found = self._store.read(calendar, [day for day in changed if day in revs])
        for day in changed:
            it = self._day(Place(calendar, day))
            if it.stored is before[day]:  # Else a refresh of our own came between, and knows more.
                it.keep(found.get(day), now)
        for day in days:
            if not self._day(Place(calendar, day)).is_known:
                self._build(Place(calendar, day))

    def _day(self, place: Place) -> _Day:
        return self._days.setdefault(place, _Day())

    def _drop_old(self, it: _Day, now: float) -> None:
        old = [key for key, (_, at) in it.own.items() if now >= at + _OWN_SECONDS]
        for key in old:
            del it.own[key]
        if old:
            it.combine()

    # --- changing -----------------------------------------------------------

    def took(self, claim: Claim) -> None:
        """This process has just claimed it: its own searches know at once."""
        if claim.state != CANCELLED:
            held_until = claim.held_until if claim.state == HOLD else None
            self._note(claim, Claimed(claim.agent_id, claim.slot, held_until))

    def gave_up(self, claim: Claim) -> None:
        """This process has just made it vacant; that is told, so the document follows."""
        self._note(claim, None)

    def removed(self, claims: Iterable[Claim], highest: Claim) -> None:
        """Lower versions were deleted, which nobody is told of: their time is free unless others have it."""
        timed = [claim for claim in claims if claim.state != CANCELLED]
        for claim in timed:
            self.gave_up(claim)
            self._bring_up(_place(claim), {_key(claim): None}, None, {})
        if highest.supersedes and not timed:
            self._removed_before(highest)

    def _removed_before(self, highest: Claim) -> None:
        """Somebody died after the deletion: only the name of what was there is left, and not its day."""
        agent_id, _, start = highest.supersedes.rpartition("|") if highest.supersedes else ("", "", "")
        starts_at = datetime.fromisoformat(start)
        for shift in (-1, 0, 1):
            place = Place(highest.calendar, starts_at.date() + timedelta(days=shift))
            self._bring_up(place, {(agent_id, starts_at): None}, None, {})

    def _note(self, claim: Claim, claimed: Claimed | None) -> None:
        it, key, now = self._day(_place(claim)), _key(claim), self._monotonic()
        self._drop_old(it, now)
        it.own.pop(key, None)
        it.own[key] = (claimed, now)
        it.view = it.view.changed({key: claimed})

    def refresh(self, claim_ids: Iterable[str]) -> None:
        """Bring the documents up to the present state of these claims; not of those that are gone."""
        before = {place: (it.stored, dict(it.own)) for place, it in self._days.items()}
        by_place: dict[Place, dict[Key, Claimed | None]] = defaultdict(dict)
        for place, key, claimed in self._store.claims(claim_ids):
            by_place[place][key] = claimed
        for place, claims in by_place.items():
            stored, own = before.get(place, (None, {}))
            self._bring_up(place, claims, stored, own)

    def _bring_up(
        self,
        place: Place,
        claims: Mapping[Key, Claimed | None],
        stored: StoredDay | None,
        own: Mapping[Key, object],
    ) -> None:
        """`claims` were read after `stored`; if somebody came between, both are read again, in that order."""
        it = self._day(place)
        for _ in range(_ATTEMPTS):
            if stored is None:
                own = dict(it.own)
                stored = self._store.read(place.calendar, [place.day]).get(place.day)
                if stored is None:
                    return  # Who makes it reads the claims as they are.
                claims = self._store.claimed_at(place, claims)
            after = self._swap(place, stored, stored.taken and stored.taken.changed(claims))
            if after is not None:
                self._forget_own(it, claims, own)
                return it.keep(after, self._monotonic())
            stored = None
        _log.warning("too many change one day at once: whoever asks next makes it anew")
        self._store.forget(place)

    def _swap(self, place: Place, stored: StoredDay, taken: TakenDay | None) -> StoredDay | None:
        # Written also where it says the same: who has read the claims before must fail.
        after = StoredDay(new_id(), taken)
        return after if self._store.swap(place, stored.rev, after) else None

    @staticmethod
    def _forget_own(it: _Day, keys: Iterable[Key], before: Mapping[Key, object]) -> None:
        for key in keys:
            if key in before and it.own.get(key) is before[key]:
                del it.own[key]

    # --- making and mending -------------------------------------------------

    def _build(self, place: Place) -> None:
        it = self._day(place)
        with it.building:
            if not it.is_known:
                it.keep(self._built(place), self._monotonic())

    def _built(self, place: Place) -> StoredDay:
        for _ in range(_ATTEMPTS):
            stored = self._store.read(place.calendar, [place.day]).get(place.day)
            if stored is None:
                stored = self._store.begin(place, new_id())
            if stored is not None and stored.taken is not None:
                return stored
            after = stored and self._swap(place, stored, TakenDay.of(self._store.claimed(place)))
            if after:
                return after
        # Not kept: good for this once, and tried again by the next who asks.
        return StoredDay("", TakenDay.of(self._store.claimed(place)))

    def keep(self, calendar: str, first: date, last: date) -> None:
        """Make what is missing of these days, and compare one with its claims: a little at each call."""
        began = self._monotonic()
        revs = self._store.revisions(calendar, first, last)
        for day in [day for day in _days(first, last) if day not in revs]:
            self._mend(Place(calendar, day))
            if self._monotonic() > began + _BUILD_SECONDS:
                return
        turn = self._rounds.setdefault(calendar, _Round(first))
        if self._monotonic() >= turn.next_at:
            self._compare_next(calendar, turn, first, last)

    def _compare_next(self, calendar: str, turn: _Round, first: date, last: date) -> None:
        began = self._monotonic()
        if not first <= turn.day <= last:
            turn.day = first
            self._forget_before(calendar, first)
        self._mend(Place(calendar, turn.day))
        turn.day += timedelta(days=1)
        turn.next_at = self._monotonic() + _SHARE * (self._monotonic() - began)

    def _mend(self, place: Place) -> None:
        stored = self._store.read(place.calendar, [place.day]).get(place.day)
        if stored is None or stored.taken is None:
            self._day(place).keep(None, self._monotonic())
            return self._build(place)
        honest = TakenDay.of(self._store.claimed(place))
        if honest != stored.taken and self._swap(place, stored, honest):
            _log.info("a day that did not say what is claimed was mended")

    def _forget_before(self, calendar: str, first: date) -> None:
        before = first - timedelta(days=1)  # Of grace: calendars differ in their zones.
        self._store.forget_before(calendar, before)
        for place in [place for place in self._days if place.calendar == calendar and place.day < before]:
            del self._days[place]


@dataclass(slots=True)
class _Round:
    """Where comparing days with their claims has come to."""

    day: date
    next_at: float = float("-inf")


def _place(claim: Claim) -> Place:
    return Place(claim.calendar, claim.day)


def _key(claim: Claim) -> Key:
    return claim.agent_id, claim.starts_at


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
