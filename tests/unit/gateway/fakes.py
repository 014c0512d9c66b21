"""Ten-line services and a Redis of dictionaries, for unit tests of the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from limits.storage import MemoryStorage

from services.contracts import media as m
from services.contracts import notify as n
from services.contracts import room_documents
from services.contracts.device_check import DeviceCheck, DeviceChecks, ListChecks
from services.contracts.errors import MailedTooOften
from services.contracts.wire import Request

NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class FakeBus:
    """Hands a request to the first service that has a method of its name."""

    def __init__(self, *services: Any) -> None:
        self.media = FakeMedia()
        self.notify = FakeNotify()
        self.services: list[Any] = [*services, self.media, self.notify]
        self.asked: list[Request[Any]] = []
        self.fault: Exception | None = None
        """Raised instead of every answer while it is set."""
        self.fault_of: dict[str, Exception] = {}
        """Raised instead of one method's answer."""

    def call(self, request: Any) -> Any:
        self.asked.append(request)
        fault = self.fault or self.fault_of.get(request.method)
        if fault is not None:
            raise fault
        handler = next(getattr(s, request.method) for s in self.services if hasattr(s, request.method))
        return handler(request)

    def times(self, kind: type[Request[Any]]) -> int:
        """How often such a request was made."""
        return sum(isinstance(request, kind) for request in self.asked)


class FakeRedis:
    """The few commands that sessions use."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.scores: dict[str, dict[str, float]] = {}
        self.maps: dict[str, dict[str, bytes]] = {}
        self.over_at: dict[str, float] = {}
        """When each of the values goes, by `seconds`."""
        self.seconds = 0.0
        """Its clock; it moves a little whenever somebody looks at it."""

    def time(self) -> tuple[int, int]:
        self.pass_by(0.000_001)
        return int(self.seconds), round(self.seconds % 1 * 1_000_000)

    def pass_by(self, seconds: float) -> None:
        """Let time pass; what is over goes."""
        self.seconds += seconds
        for name in [name for name, at in self.over_at.items() if at <= self.seconds]:
            self.delete(name)

    def ttl(self, name: str) -> int:
        return round(self.over_at[name] - self.seconds) if name in self.values else -2

    def hset(self, name: str, field: str, value: bytes) -> None:
        self.maps.setdefault(name, {})[field] = value

    def hvals(self, name: str) -> list[bytes]:
        return list(self.maps.get(name, {}).values())

    def hdel(self, name: str, field: str) -> None:
        self.maps.get(name, {}).pop(field, None)

    def get(self, name: str) -> bytes | None:
        return self.values.get(name)

    def getex(self, name: str, ex: int) -> bytes | None:
        if name in self.values:
            self.over_at[name] = self.seconds + ex
        return self.values.get(name)

    def getdel(self, name: str) -> bytes | None:
        return self.values.pop(name, None)

    def set(self, name: str, value: bytes | str, ex: int, xx: bool = False, nx: bool = False) -> bool:
        if (xx and name not in self.values) or (nx and name in self.values):
            return False
        self.values[name] = value.encode() if isinstance(value, str) else value
        self.over_at[name] = self.seconds + ex
        return True

    def delete(self, name: str) -> None:
        self.values.pop(name, None)
        self.over_at.pop(name, None)

    @contextmanager
    def pipeline(self, transaction: bool) -> Iterator[FakeRedis]:
        yield self

    def execute(self) -> None:
        """Every command was carried out when it was given."""

    def zadd(self, name: str, members: dict[str, float], gt: bool) -> None:
        scores = self.scores.setdefault(name, {})
        for member, score in members.items():
            scores[member] = max(score, scores.get(member, score)) if gt else score

    def zremrangebyscore(self, name: str, least: str, most: float) -> None:
        scores = self.scores.get(name, {})
        self.scores[name] = {member: score for member, score in scores.items() if score > most}

    def expire(self, name: str, seconds: int) -> None:
        """Sets and maps stay as long as a test lasts."""

    def zmscore(self, name: str, members: list[str]) -> list[float | None]:
        return [self.scores.get(name, {}).get(member) for member in members]


class EndlessWindows(MemoryStorage):
    """Counts for limits; no window ever passes."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        fits = self.counts[key] + amount <= limit
        self.counts[key] += amount * fits
        return fits

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        return 0, 0.0, self.counts[key], 2.0 * expiry


class FakeMedia:
    """Rooms of which one knows only whether somebody has joined."""

    def __init__(self) -> None:
        self.phase = "early"
        self.joined: list[m.JoinRoom] = []
        self.checks: tuple[DeviceCheck, ...] = ()

    def list_checks(self, request: ListChecks) -> DeviceChecks:
        return DeviceChecks(checks=self.checks)

    def look_at_room(self, request: m.LookAtRoom) -> m.RoomView:
        return m.RoomView(
            room_id=request.room_id,
            phase=self.phase,
            seen_at=NEVER,
            opens_at=NEVER,
            starts_at=NEVER,
            ends_at=NEVER,
            closes_at=NEVER,
            forget_at=None,
            citizen_waiting_since=None,
            agents_present=(),
            admitted=False,
        )

    def join_room(self, request: m.JoinRoom) -> m.RoomView:
        self.joined.append(request)
        return self.look_at_room(m.LookAtRoom(room_id=request.room_id, participant=request.participant))

    def open_draft_room(self, request: m.OpenDraftRoom) -> m.Done:
        return m.Done()

    def remove_document(self, request: room_documents.RemoveDocument) -> m.Done:
        return m.Done()


class FakeNotify:
    """Three mails again for each appointment, five codes for each address."""

    def __init__(self) -> None:
        self.again: dict[str, set[str]] = {}
        self.codes: dict[str, list[str]] = {}
        self.invitation_mails = "sent"

    def list_invitation_mails(self, request: n.ListInvitationMails) -> n.InvitationMails:
        return n.InvitationMails(states=dict.fromkeys(request.sendings, self.invitation_mails))

    def send_address_code(self, request: n.SendAddressCode) -> n.Accepted:
        codes = self.codes.setdefault(request.address, [])
        if len(codes) == 5:
            raise MailedTooOften("5")
        codes.append(request.code)
        return n.Accepted()

    def send_again(self, request: n.SendAgain) -> n.Accepted:
        keys = self.again.setdefault(request.appointment_id, set())
        if len(keys | {request.request_key}) > 3:
            raise MailedTooOften("3")
        keys.add(request.request_key)
        return n.Accepted()
