"""What the services say of a person who asks for his data, or leaves; beside the other fakes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.contracts import rights as r
from services.contracts.credentials import GetAccount
from services.contracts.errors import NotFound
from tests.unit.gateway.fake_credentials import FakeCredentials

GRACE = timedelta(days=30)


class FakeRights:
    """`held` are records by service and kind; each page has one of them."""

    def __init__(self, credentials: FakeCredentials) -> None:
        self.credentials = credentials
        self.noted: list[str] = []
        self.held: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        self.spaces = r.LeavingSpaces(handed_over_first=(), going_along=(), left=())
        self.gone: set[str] = set()
        self.grants: dict[str, Any] = {}
        """What is answered to a request for a file, by its method."""

    def note_export(self, request: r.NoteExport) -> r.ExportNoted:
        self.credentials._prove(request.person_id, request.proof)
        self.noted.append(request.person_id)
        return r.ExportNoted(at=self.credentials.clock.now())

    def leave(self, request: r.Leave) -> r.Departure:
        self.credentials._prove(request.person_id, request.proof)
        return self._set(request.person_id, self.credentials.clock.now() + GRACE)

    def stay(self, request: r.Stay) -> r.Departure:
        return self._set(request.person_id, None)

    def get_departure(self, request: r.GetDeparture) -> r.Departure:
        return r.Departure(person_id=request.person_id, gone_at=self._account(request.person_id).gone_at)

    def get_leaving_spaces(self, request: r.GetLeavingSpaces) -> r.LeavingSpaces:
        return self.spaces

    def export_account(self, request: r.ExportAccount) -> r.HeldPage:
        return self._page("identity", request.after)

    def export_bookings(self, request: r.ExportBookings) -> r.HeldPage:
        return self._page("booking", request.after)

    def export_spaces(self, request: r.ExportSpaces) -> r.HeldPage:
        return self._page("spaces", request.after)

    def export_mails(self, request: r.ExportMails) -> r.HeldPage:
        return self._page("notify", request.after)

    def export_rooms(self, request: r.ExportRooms) -> r.HeldPage:
        return self._page("media", request.after)

    def __getattr__(self, name: str) -> Any:
        if name in self.__dict__.get("grants", {}):
            return lambda _request: self.grants[name]
        raise AttributeError(name)

    def _page(self, service: str, after: str) -> r.HeldPage:
        """One record, in pieces of a few signs."""
        place, found = int(after or 0), self.held.get(service, [])
        if place >= len(found):
            return r.HeldPage(records=(), after="")
        kind, record = found[place]
        text = json.dumps(record)
        parts = tuple(text[start : start + 7] for start in range(0, len(text), 7))
        following = str(place + 1) if place + 1 < len(found) else ""
        return r.HeldPage(records=(r.Held(kind=kind, parts=parts),), after=following)

    def _set(self, person_id: str, gone_at: Any) -> r.Departure:
        self.credentials.accounts[person_id] = replace(self._account(person_id), gone_at=gone_at)
        return r.Departure(person_id=person_id, gone_at=gone_at)

    def _account(self, person_id: str) -> Any:
        if person_id in self.gone:
            raise NotFound("person")
        return self.credentials.get_account(GetAccount(person_id=person_id))
