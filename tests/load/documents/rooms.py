"""Rooms of appointments that go on now, and a citizen's browser in each of them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import URLSafeTimedSerializer
from redis import Redis

from deploy.dev.platform import Platform
from gateway.room_access import RECIPIENT
from gateway.sessions import IDLE_SECONDS, SealedStore, new_secret_id
from services.chassis.amqp import EventPublisher
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.contracts.booking_events import AppointmentBooked
from services.contracts.errors import NotFound
from services.contracts.media import CITIZEN, JoinRoom, Participant

_CITIZEN = Participant(participant_id=RECIPIENT, role=CITIZEN)
_PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Seat:
    """A citizen in a room: what his browser sends along."""

    room_id: str
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return f"/files/rooms/{self.room_id}"


class Rooms:
    """Opens rooms as `booking` and the pages do it, without their forms."""

    def __init__(self, platform: Platform) -> None:
        variables = platform.env("gateway-files")
        self._cookie = f"__Host-{variables['SESSION_COOKIE']}"
        self._tokens = URLSafeTimedSerializer(variables["FORM_KEY"], salt="wtf-csrf-token")
        self._redis = Redis.from_url(platform.urls["redis"])
        self._sessions = SealedStore(self._redis, "session", IDLE_SECONDS)
        self._rpc = RpcClient(platform.urls["amqp"], "gateway")
        self._booking = EventPublisher(platform.urls["amqp"], "booking")

    def close(self) -> None:
        self._booking.close()
        self._rpc.close()
        self._redis.close()

    def seat(self) -> Seat:
        """In a new room, which has begun."""
        room_id = new_id()
        self._booking.publish(_booked(room_id))
        self._join(room_id)
        return Seat(room_id, self._session_of(room_id))

    def _join(self, room_id: str) -> None:
        limit = time.monotonic() + _PATIENCE_SECONDS
        while not self._joined(room_id):
            if time.monotonic() > limit:
                raise TimeoutError("a room did not open")
            time.sleep(0.05)  # the news of its booking is under way

    def _joined(self, room_id: str) -> bool:
        try:
            self._rpc.call(JoinRoom(room_id=room_id, participant=_CITIZEN))
        except NotFound:
            return False
        return True

    def _session_of(self, room_id: str) -> dict[str, str]:
        """A browser that has come by this room's link, and has its form's token."""
        room = {"room_id": room_id, "recipient": RECIPIENT, "person_id": "", "generation": 1}
        session_id, token = new_secret_id(), secrets.token_hex(20)
        content = {"room": room, "csrf_token": token}
        self._sessions.save(session_id, {"born_at": time.time(), "content": content}, new=True)
        return {
            "Cookie": f"{self._cookie}={session_id}",
            "X-CSRF-Token": str(self._tokens.dumps(token)),
            "X-Forwarded-Proto": "https",
            "Accept": "application/json",
        }


@contextmanager
def rooms(platform: Platform) -> Iterator[Rooms]:
    """For as long as a measurement takes."""
    opened = Rooms(platform)
    try:
        yield opened
    finally:
        opened.close()


def _booked(room_id: str) -> AppointmentBooked:
    now = datetime.now(UTC)
    return AppointmentBooked(
        event_id=new_id(), occurred_at=now, appointment_id=room_id, appointment_version=1,
        kind="video", language="de", agent_id="bench", starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(minutes=55), assurance_method="none", person_id="",
    )  # fmt: skip
