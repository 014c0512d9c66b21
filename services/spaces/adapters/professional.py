"""The professional spaces: one document each, with its members, invitations, trail and outbox.

`place` ("person|n") is unique while the space has one: the insertion claims both, so of a hundred at once as
many are kept as there are places. A change expects the version that it was made from. The flat arrays
`persons`, `invited`, `bound` and `signed` are what is searched by; they say nothing that the rest does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.mongo import Document
from services.chassis.outbox import Outbox, entries, push
from services.contracts.members import OPEN
from services.contracts.wire import Event
from services.spaces.domain.people import Invitation, Member
from services.spaces.domain.space import GONE, Space, Step

_BATCH = 100
_PLAIN = tuple(
    field.name
    for field in fields(Space)
    if field.name not in ("space_id", "place", "members", "invitations", "steps", "closing_until", "version")
)

INDEXES = (
    IndexModel([("claim", ASCENDING)], unique=True, sparse=True),
    IndexModel([("maker", ASCENDING)]),
    IndexModel([("persons", ASCENDING)]),
    IndexModel([("invited", ASCENDING)]),
    IndexModel([("bound", ASCENDING)]),
    IndexModel([("signed", ASCENDING)]),
    IndexModel([("due_at", ASCENDING)], sparse=True),
    IndexModel([("state", ASCENDING)]),
)


class MongoProfessionalSpaces:
    """The collection `spaces`."""

    def __init__(self, database: Database[Document], outbox: Outbox) -> None:
        self._spaces, self._outbox = database["spaces"], outbox

    def prepare(self) -> None:
        """Make the indexes; repeatable."""
        self._spaces.create_indexes(list(INDEXES))

    def add(self, space: Space, *events: Event) -> bool:
        document = {"_id": space.space_id, **_to_document(space), "version": 1}
        try:
            self._spaces.insert_one(document | {"outbox": entries(*events)})
        except DuplicateKeyError:
            return False
        self._outbox.nudge(space.space_id)
        return True

    def get(self, space_id: str) -> Space | None:
        return next(iter(self._all({"_id": space_id})), None)

    def change(self, before: Space, after: Space, *events: Event) -> bool:
        expected = {"_id": before.space_id, "version": before.version}
        written: Document = {"$set": {**_to_document(after), "version": before.version + 1}}
        absent = [name for name in ("claim", "due_at") if name not in written["$set"]]
        written |= {"$unset": dict.fromkeys(absent, "")} if absent else {}
        written["$push"] = push(entries(*events))
        done = self._spaces.update_one(expected, written).modified_count == 1
        if done and events:
            self._outbox.nudge(before.space_id)
        return done

    def of_member(self, person_id: str) -> list[Space]:
        return self._all({"persons": person_id})

    def made_by(self, person_id: str) -> list[Space]:
        return [space for space in self._all({"maker": person_id}) if space.state != GONE]

    def inviting(self, number: str) -> list[Space]:
        return self._all({"invited": number})

    def bound_to(self, credential_id: str) -> list[Space]:
        return self._all({"bound": credential_id})

    def signed_by(self, person_id: str) -> list[Space]:
        return self._all({"signed": f"person:{person_id}"})

    def due(self, now: datetime) -> list[Space]:
        return [_from_document(found) for found in self._spaces.find({"due_at": {"$lte": now}}).limit(_BATCH)]

    def drop_gone(self) -> None:
        for found in self._spaces.find({"state": GONE}, {"outbox": 1}).limit(_BATCH):
            if not found["outbox"]:
                self._spaces.delete_one({"_id": found["_id"], "state": GONE, "outbox": []})

    def _all(self, query: Document) -> list[Space]:
        return [_from_document(found) for found in self._spaces.find(query)]


def _to_document(space: Space) -> Document:
    document = {name: getattr(space, name) for name in _PLAIN}
    document |= {"members": _plain(space.members), "invitations": _plain(space.invitations)}
    document |= {"steps": _plain(space.steps), "place": space.place, "closing_until": space.closing_until}
    document |= {
        "persons": sorted({member.person_id for member in space.members}),
        "invited": sorted({one.number for one in space.invitations if one.state == OPEN}),
        "signed": sorted(_named(space.steps)),
        "bound": sorted(
            {member.credential_id for member in space.members if member.is_bound_to(member.credential_id)}
        ),
    }
    due_at = space.due_at()
    # What is absent is in no sparse index: a space that is gone takes no place.
    document |= {"due_at": due_at} if due_at else {}
    return document | ({} if space.state == GONE else {"claim": f"{space.maker}|{space.place}"})


def _named(steps: Iterable[Step]) -> set[str]:
    """Who has done something there, or whom it was done to, as long as the trail says his name."""
    doers = {step.actor for step in steps if step.actor_name}
    return doers | {f"person:{step.about_id}" for step in steps if step.about and step.about_id}


def _plain(things: Iterable[Any]) -> list[Document]:
    return [asdict(thing) for thing in things]


def _from_document(found: Mapping[str, Any]) -> Space:
    return Space(
        space_id=found["_id"],
        place=found["place"],
        version=found["version"],
        members=tuple(Member(**member) for member in found["members"]),
        invitations=tuple(Invitation(**one) for one in found["invitations"]),
        steps=tuple(Step(**step) for step in found["steps"]),
        closing_until=found.get("closing_until"),
        **{name: found[name] for name in _PLAIN},
    )
