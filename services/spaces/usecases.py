"""The private space: one per person, with its data, deleted and restored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts import professional
from services.contracts import spaces as contract
from services.contracts.errors import StaleVersion
from services.contracts.space_access import ACTIVE, SpaceCard
from services.spaces import views
from services.spaces.domain.private_space import PrivateSpace, opened
from services.spaces.domain.rules import present
from services.spaces.domain.space import Note
from services.spaces.doors import Doors, Own, OwnDecision, note_of
from services.spaces.ports import Spaces
from services.spaces.tending import Tending

ZONE = ZoneInfo("Europe/Luxembourg")


@dataclass(frozen=True, slots=True)
class PrivateSpaces:
    """The use cases with what they need."""

    clock: Clock
    spaces: Spaces
    doors: Doors
    tending: Tending

    def open(self, request: contract.OpenPrivateSpace) -> contract.PrivateSpace:
        """Errors: InvalidField, StaleVersion(space)."""
        now, person_id = self.clock.now(), present("actor", request.actor.person_id)
        found = self._kept(person_id, now)
        if found is not None:
            return found.shown()
        note = note_of(request.actor, now)
        space = opened(person_id, request.data, request.consent_version, _day(now), note)
        if self.spaces.add(space, _opened(space, now)):
            return space.shown()
        return self._opened_meanwhile(person_id, now).shown()

    def get(self, request: contract.GetPrivateSpace) -> contract.PrivateSpace:
        """Errors: NotFound(space), NotAllowed."""
        return self.doors.enter_own(request, self.clock.now()).space.shown()

    def save(self, request: contract.SavePersonalData) -> contract.PrivateSpace:
        """Errors: NotFound(space), NotAllowed, StaleVersion(space), InvalidField."""
        now = self.clock.now()

        def decide(own: Own) -> OwnDecision:
            return own.space.saved(request.version, request.data, _day(now), own.note), ()

        return self.doors.change_own(request, now, decide).space.shown()

    def changes(self, request: contract.ListDataChanges) -> contract.DataChanges:
        """Errors: NotFound(space), NotAllowed."""
        return views.data_changes(self.doors.enter_own(request, self.clock.now()).space)

    def card(self, person_id: str) -> SpaceCard | None:
        """As it stands in the overview."""
        found = self.spaces.get(person_id)
        return views.own_card(found) if found and not found.is_gone(self.clock.now()) else None

    def delete(self, request: professional.DeleteSpace) -> SpaceCard:
        """Errors: NotFound(space), StaleVersion(space)."""
        return views.own_card(self.doors.change_own(request, self.clock.now(), _delete).space)

    def restore(self, request: professional.RestoreSpace) -> SpaceCard:
        """Errors: NotFound(space), StaleVersion(space)."""
        return views.own_card(self.doors.change_own(request, self.clock.now(), _restore).space)

    def join(self, person_id: str, former_id: str) -> None:
        """Bring what the former person's space knows into the person's, and empty the former one; repeatable.

        Only a space from before credentials were registered can be there: nobody opens it any more.
        Errors: StaleVersion(space) where a save came between: told again, it goes on.
        """
        now = self.clock.now()
        former = self.spaces.get(former_id)
        if former is None or former.state != ACTIVE:
            return
        self._take_over(person_id, former, Note(now, "platform", "", ""))
        if not self.tending.empty(former, now):
            raise StaleVersion("space")

    def _take_over(self, person_id: str, former: PrivateSpace, note: Note) -> None:
        """Errors: StaleVersion(space)."""
        own = self._kept(person_id, note.at)
        if own is None:
            moved = replace(former, person_id=person_id, data_version=1, version=1)
            done = self.spaces.add(moved, _opened(moved, note.at))
        else:
            after = own.taking_over(former, note)
            done = after is own or self.spaces.change(own, after)
        if not done:
            raise StaleVersion("space")

    def _kept(self, person_id: str, now: datetime) -> PrivateSpace | None:
        """The one that there is; where its grace is over, it makes room for another.

        Errors: StaleVersion(space) as long as it has not yet.
        """
        found = self.spaces.get(person_id)
        if found is None or not found.is_gone(now):
            return found
        if self.tending.end_own(found, now):
            self.spaces.drop_gone()
        if self.spaces.get(person_id) is not None:
            raise StaleVersion("space")
        return None

    def _opened_meanwhile(self, person_id: str, now: datetime) -> PrivateSpace:
        """By another request at the same moment.  Errors: StaleVersion(space)."""
        found = self.spaces.get(person_id)
        if found is None or found.is_gone(now):
            raise StaleVersion("space")
        return found


def _delete(own: Own) -> OwnDecision:
    after = own.space.deleted(own.note)
    return after, (views.deleted(after.person_id, after.gone_at, own.note.at),)


def _restore(own: Own) -> OwnDecision:
    return own.space.restored(own.note), (views.restored(own.space.person_id, own.note.at),)


def _opened(space: PrivateSpace, now: datetime) -> contract.PrivateSpaceOpened:
    return contract.PrivateSpaceOpened(event_id=new_id(), occurred_at=now, person_id=space.person_id)


def _day(now: datetime) -> date:
    return now.astimezone(ZONE).date()
