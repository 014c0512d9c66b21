"""What authorities hold on the owner of a space: asked for, compared with who asks, shown, and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.chassis.clock import Clock
from services.contracts import sources as contract
from services.contracts.errors import InvalidField
from services.contracts.national_number import fault
from services.contracts.space_access import PRIVATE
from services.spaces.domain.sources import Record, SourceAway, SourcePaused
from services.spaces.doors import Admitted, Doors
from services.spaces.ports import AuthenticSource


@dataclass(frozen=True, slots=True)
class Sources:
    """`connected`: the sources that are asked for each kind of space."""

    clock: Clock
    doors: Doors
    connected: Mapping[str, Sequence[AuthenticSource]]

    def look_up(self, request: contract.LookUpSources) -> contract.SourceRecords:
        """Errors: NotFound(space), NotAllowed(sources:see), InvalidField(national_number)."""
        now = self.clock.now()
        admitted = self.doors.admit(request, now)
        number = _number(admitted, request.proved)
        asked = self.connected.get(admitted.kind, ())
        records = tuple(_answer(source, number, request.proved, now) for source in asked)
        return contract.SourceRecords(kind=admitted.kind, records=records)


def _number(admitted: Admitted, proved: contract.Proved) -> str:
    """By which the owner is known to authorities.  Errors: InvalidField(national_number)."""
    if admitted.kind != PRIVATE:
        return admitted.company_id
    rule = fault(proved.national_number) if proved.national_number else ""
    if rule:
        raise InvalidField("national_number", rule)
    return proved.national_number


def _answer(
    source: AuthenticSource, number: str, proved: contract.Proved, now: datetime
) -> contract.SourceRecord:
    state, again_at, record = contract.NO_NUMBER, None, None
    try:
        if number:
            record = source.look_up(number)
            state = contract.NOTHING
    except SourcePaused as paused:
        state, again_at = contract.PAUSED, now + paused.again_in
    except SourceAway:
        state = contract.AWAY
    if record is not None and record.is_for(proved):
        return _found(source, record, now)
    return contract.SourceRecord(source=source.code, state=state, asked_at=now, again_at=again_at)


def _found(source: AuthenticSource, record: Record, now: datetime) -> contract.SourceRecord:
    return contract.SourceRecord(
        source=source.code,
        state=contract.FOUND,
        asked_at=now,
        as_of=record.as_of,
        is_old=record.is_old(now),
        groups=record.groups,
    )
