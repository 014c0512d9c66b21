"""Procedures in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from services.contracts.procedures import DISCARDED
from services.spaces.domain.procedure import Procedure

_NEVER = datetime.min.replace(tzinfo=UTC)


class FakeProcedures:
    """`before_change` lets somebody else come between."""

    def __init__(self) -> None:
        self.kept: dict[str, Procedure] = {}
        self.before_change: list[Callable[[], object]] = []

    def add(self, procedure: Procedure) -> bool:
        self._let_others()
        if procedure.procedure_id in self.kept or procedure.place in self.places(
            procedure.space_id, procedure.begun_by
        ):
            return False
        self.kept[procedure.procedure_id] = procedure
        return True

    def get(self, procedure_id: str) -> Procedure | None:
        return self.kept.get(procedure_id)

    def change(self, before: Procedure, after: Procedure) -> Procedure | None:
        self._let_others()
        if not self._is_as_read(before):
            return None
        following = replace(after, version=before.version + 1)
        self.kept[before.procedure_id] = following
        return following

    def remove(self, before: Procedure) -> None:
        if self._is_as_read(before):
            del self.kept[before.procedure_id]

    def of_space(self, space_id: str, most: int) -> list[Procedure]:
        here = [one for one in self.kept.values() if one.space_id == space_id]
        drafts = sorted((one for one in here if one.is_draft), key=lambda one: one.changed_at, reverse=True)
        others = [one for one in here if not one.is_draft and one.state != DISCARDED]
        others.sort(key=lambda one: one.starts_at or _NEVER, reverse=True)
        return drafts[:most] + others[:most]

    def places(self, space_id: str, person_id: str) -> set[int]:
        mine = self._drafts_of(space_id, person_id)
        return {one.place for one in mine}

    def of_person(self, person_id: str) -> list[Procedure]:
        return [one for one in self.kept.values() if person_id in (one.begun_by, one.changed_by)]

    def due(self, now: datetime) -> list[Procedure]:
        return [one for one in self.kept.values() if (due_at := one.due_at()) and due_at <= now]

    def erase(self, space_id: str) -> None:
        self.kept = {key: one for key, one in self.kept.items() if one.space_id != space_id}

    def _drafts_of(self, space_id: str, person_id: str) -> Iterator[Procedure]:
        for one in self.kept.values():
            if one.is_draft and (one.space_id, one.begun_by) == (space_id, person_id):
                yield one

    def _is_as_read(self, before: Procedure) -> bool:
        stored = self.kept.get(before.procedure_id)
        return stored is not None and stored.version == before.version

    def _let_others(self) -> None:
        if self.before_change:
            self.before_change.pop()()
