"""What somebody does in a space is kept there: drafts, and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.contracts import booking_events as events
from services.contracts import procedures as contract
from services.contracts.errors import NotFound, StaleVersion, TooManyDrafts
from services.contracts.space_access import Actor
from services.spaces.domain.procedure import (
    FORGOTTEN,
    Content,
    Procedure,
    Who,
    checked_content,
    checked_id,
    checked_kind,
)
from services.spaces.doors import Doors
from services.spaces.ports import ProcedureStore

ENDED = ("held", "no_show", "technical_failure")
"""States of an appointment that is over."""
_ATTEMPTS = 5
Happened = Callable[[Procedure], Procedure]


@dataclass(frozen=True, slots=True)
class Procedures:
    """The use cases with what they need."""

    clock: Clock
    store: ProcedureStore
    doors: Doors

    def list(self, request: contract.ListProcedures) -> contract.Procedures:
        """Errors: NotFound(space), NotAllowed."""
        admitted = self.doors.admit(request, self.clock.now())
        return self._listed(admitted.space_id, request.actor)

    def get(self, request: contract.GetProcedure) -> contract.Procedure:
        """Errors: NotFound(space | procedure), NotAllowed."""
        admitted = self.doors.admit(request, self.clock.now())
        return _shown(self._found(admitted.space_id, request.procedure_id), request.actor)

    def save(self, request: contract.SaveDraft) -> contract.Procedure:
        """Errors: NotFound, NotAllowed, StaleVersion, TooManyDrafts, ProcedureOver, InvalidField."""
        now = self.clock.now()
        space_id = self.doors.admit(request, now).space_id
        procedure_id, kind = checked_id(request.procedure_id), checked_kind(request.kind)
        content, by = checked_content(request.step, request.about, request.content), _who(request.actor)
        for _attempt in range(_ATTEMPTS):
            if request.version == 0 and self.store.get(procedure_id) is None:
                done = self._begun(_new(procedure_id, space_id, kind, content, by, now))
            else:
                before = self._found(space_id, procedure_id)
                done = self._changed(before, before.saved(request.version, content, by, now))
            if done:
                return _shown(done, request.actor)
        raise StaleVersion("procedure")

    def discard(self, request: contract.DiscardDraft) -> contract.Procedures:
        """Errors: NotFound(space | procedure), NotAllowed, ProcedureOver, StaleVersion."""
        now = self.clock.now()
        space_id = self.doors.admit(request, now).space_id
        for _attempt in range(_ATTEMPTS):
            before = self._found(space_id, request.procedure_id)
            if self._changed(before, before.discarded(now)):
                return self._listed(space_id, request.actor)
        raise StaleVersion("procedure")

    # --- what booking tells; errors: StaleVersion, to be told again ---

    def booked(self, event: events.AppointmentBooked | events.AppointmentMoved) -> None:
        """It was booked, or moved."""
        self._happened(
            event.procedure_id,
            lambda one: one.booked(
                event.appointment_id, event.appointment_version, event.starts_at, event.occurred_at
            ),
        )

    def cancelled(self, event: events.AppointmentCancelled) -> None:
        self._happened(event.procedure_id, lambda one: one.cancelled(event.appointment_id, event.occurred_at))

    def progressed(self, event: events.AppointmentProgressed) -> None:
        """It is over, or only goes on, which is nothing new here."""
        if event.state in ENDED:
            self._happened(event.procedure_id, lambda one: one.done(event.appointment_id, event.occurred_at))

    # --- time, spaces and people that go ---

    def sweep(self) -> None:
        """Any replica may do it at any moment, twice too."""
        now = self.clock.now()
        for before in self.store.due(now):
            after = before.tended(now)
            if after is None:
                self.store.remove(before)
            elif after != before:
                self.store.change(before, after)

    def erase(self, space_id: str) -> None:
        """The space is gone; repeatable."""
        self.store.erase(space_id)

    def forget_person(self, person_id: str) -> None:
        """What he did in a space of others stays there without him; repeatable.  Errors: StaleVersion."""
        for before in self.store.of_person(person_id):
            self._changed_or_stale(before, before.without(person_id))

    def _happened(self, procedure_id: str, happened: Happened) -> None:
        for _attempt in range(_ATTEMPTS if procedure_id else 0):
            before = self.store.get(procedure_id)
            if before is None or self._changed(before, happened(before)):
                return
        if procedure_id:
            raise StaleVersion("procedure")

    def _begun(self, fresh: Procedure) -> Procedure | None:
        """In the first free place: its insertion there is the claim.  None where another one came first.

        Errors: TooManyDrafts.
        """
        taken = self.store.places(fresh.space_id, fresh.begun_by)
        free = [place for place in range(1, contract.MOST_DRAFTS + 1) if place not in taken]
        if not free:
            raise TooManyDrafts(str(contract.MOST_DRAFTS))
        placed = fresh.at_place(free[0])
        return placed if self.store.add(placed) else None

    def _changed(self, before: Procedure, after: Procedure) -> Procedure | None:
        """The procedure afterwards; None where another change came between."""
        if after == before:
            return before
        return self.store.change(before, after)

    def _changed_or_stale(self, before: Procedure, after: Procedure) -> None:
        """Errors: StaleVersion(procedure)."""
        if not self._changed(before, after):
            raise StaleVersion("procedure")

    def _found(self, space_id: str, procedure_id: str) -> Procedure:
        """Errors: NotFound(procedure)."""
        found = self.store.get(procedure_id)
        if found is None or found.space_id != space_id:
            raise NotFound("procedure")
        return found

    def _listed(self, space_id: str, actor: Actor) -> contract.Procedures:
        found = self.store.of_space(space_id, contract.MOST_LISTED)
        return contract.Procedures(procedures=tuple(_shown(one, actor, in_list=True) for one in found))


def _who(actor: Actor) -> Who:
    return Who(actor.person_id, actor.name)


def _new(procedure_id: str, space_id: str, kind: str, content: Content, by: Who, now: datetime) -> Procedure:
    return Procedure(
        procedure_id=procedure_id,
        space_id=space_id,
        kind=kind,
        begun_by=by.person_id,
        begun_at=now,
        changed_by=by.person_id,
        changer=by.name,
        changed_at=now,
        content=content,
    )


def _shown(one: Procedure, actor: Actor, *, in_list: bool = False) -> contract.Procedure:
    return contract.Procedure(
        procedure_id=one.procedure_id,
        kind=one.kind,
        state=one.state,
        version=one.version,
        about=one.content.about,
        step=one.content.step,
        begun_at=one.begun_at,
        changed_at=one.changed_at,
        changed_by=one.changer,
        is_own=one.begun_by == actor.person_id,
        content="" if in_list else one.content.text,
        appointment_id="" if one.appointment_id == FORGOTTEN else one.appointment_id,
        starts_at=one.starts_at,
    )
