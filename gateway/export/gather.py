"""All records that the services and the sessions hold on one person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.actors import LUXTRUST
from gateway.backends import ask
from gateway.own_sessions import own_sessions
from gateway.principals import LoggedIn
from services.contracts.errors import InternalError
from services.contracts.rights import (
    MOST_IDS,
    ExportAccount,
    ExportBookings,
    ExportMails,
    ExportRooms,
    ExportSpaces,
    HeldPage,
)
from services.contracts.wire import Request

_MOST_PAGES = 1000
"""Of one service: more would be a defect, and must not go on for ever."""
_SESSION = ("begun_at", "seen_at")
_LOGIN = ("provider", "method", "level", "browser", "system")

IdT = TypeVar("IdT")


@dataclass
class Part:
    """What one service says: records by kind."""

    service: str
    records: dict[str, list[Any]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Any]:
        return self.records.get(kind, [])


def gather(who: LoggedIn) -> list[Part]:
    """Every service is asked before anything is handed out.  Errors: those of the requests."""
    person_id = who.subject_id
    identity = _read("identity", lambda after: ExportAccount(person_id=person_id, after=after))
    booking = _read("booking", lambda after: ExportBookings(person_id=person_id, after=after))
    credentials = identity.of("credentials")
    numbers = [one["number"] for one in credentials if one["method"] == LUXTRUST][:MOST_IDS]
    spaces = _read(
        "spaces",
        lambda after: ExportSpaces(person_id=person_id, numbers=tuple(numbers), after=after),
    )
    appointments = list(dict.fromkeys(one["appointment_id"] for one in booking.of("appointments")))
    return [
        identity,
        booking,
        spaces,
        _mails(appointments, [one["credential_id"] for one in credentials]),
        _rooms(appointments),
        Part("sessions", {"sessions": _sessions()}),
    ]


def _mails(appointments: Sequence[str], credentials: Sequence[str]) -> Part:
    notify = Part("notify")
    asked = [(some, ()) for some in _some(appointments)] + [((), some) for some in _some(credentials)]
    for appointment_ids, credential_ids in asked:
        _add(
            notify,
            lambda after, a=appointment_ids, c=credential_ids: ExportMails(  # type: ignore[misc]
                appointment_ids=a, credential_ids=c, after=after
            ),
        )
    return notify


def _rooms(appointments: Sequence[str]) -> Part:
    media = Part("media")
    for some in _some(appointments):
        _add(media, lambda after, ids=some: ExportRooms(appointment_ids=ids, after=after))  # type: ignore[misc]
    return media


def _sessions() -> list[Any]:
    return [
        {name: getattr(one, name).isoformat() for name in _SESSION}
        | {name: one.login.get(name, "") for name in _LOGIN}
        for one in own_sessions("citizen")
    ]


def _read(service: str, page: Callable[[str], Request[HeldPage]]) -> Part:
    part = Part(service)
    _add(part, page)
    return part


def _add(part: Part, page: Callable[[str], Request[HeldPage]]) -> None:
    for held in _records(part.service, page):
        for record in held.records:
            part.records.setdefault(record.kind, []).append(json.loads("".join(record.parts)))


def _records(service: str, page: Callable[[str], Request[HeldPage]]) -> Iterator[HeldPage]:
    after = ""
    for _number in range(_MOST_PAGES):
        held = ask(page(after))
        yield held
        if not held.after:
            return
        after = held.after
    raise InternalError(service)


def _some(ids: Sequence[IdT]) -> Iterable[tuple[IdT, ...]]:
    return (tuple(ids[start : start + MOST_IDS]) for start in range(0, len(ids), MOST_IDS))
