"""What is left of a room in the stores, looked at with an operator's rights."""

from __future__ import annotations

from dataclasses import dataclass

import redis
from pymongo import MongoClient

from deploy.dev.platform import Running
from services.chassis.outbox import PENDING
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, ObjectSettings
from services.media.control.domain.document import object_prefix
from tests.service_process import PATIENCE, eventually


@dataclass(frozen=True)
class Traces:
    """Counts of what could still be read."""

    objects: int
    keys: int
    log_entries: int
    documents: int
    messages: int

    @property
    def nothing(self) -> bool:
        return self == Traces(0, 0, 0, 0, 0)


class Stores:
    """The media service's stores."""

    def __init__(self, platform: Running) -> None:
        env = platform.env("media-control")
        self._mongo: MongoClient[dict[str, object]] = MongoClient(platform.urls["mongo"])
        self._rooms = self._mongo[env["MONGO_DATABASE"]]["rooms"]
        self._keys = self._mongo[env["KEYS_MONGO_DATABASE"]]["room_keys"]
        self._claims = self._mongo[platform.env("booking")["MONGO_DATABASE"]]["claims"]
        self._redis = redis.Redis.from_url(platform.urls["redis"])
        self._objects = Objects(load(ObjectSettings, env))

    def of(self, room_id: str) -> Traces:
        room = self._rooms.find_one({"_id": room_id}) or {}
        return Traces(
            objects=len(list(self._objects.names(object_prefix(room_id)))),
            keys=self._keys.count_documents({"_id": room_id}),
            log_entries=self._log_entries(room_id),
            documents=_length(room.get("documents")),
            messages=_length(room.get("message_ids")),
        )

    def wait_until_gone(self, room_id: str, seconds: float = PATIENCE) -> Traces:
        """Look until nothing is left; fails when something still is after `seconds`."""
        eventually(lambda: self.of(room_id).nothing, seconds)
        return self.of(room_id)

    def appointments_of(self, email: str) -> int:
        """How many appointments this address has booked."""
        return self._claims.count_documents({"details.applicant.email": email})

    def appointment_of(self, email: str) -> str:
        """Id of the one appointment that this address has booked."""
        (claim,) = self._claims.find({"details.applicant.email": email}, {"appointment_id": 1})
        return str(claim["appointment_id"])

    def booking_has_told_everything(self) -> bool:
        """Whether the broker has confirmed every event of every appointment."""
        return self._claims.find_one(PENDING) is None

    def close(self) -> None:
        self._mongo.close()
        self._redis.close()
        self._objects.close()

    def _log_entries(self, room_id: str) -> int:
        """Entries with content; a last one without any stays for a minute for those who follow it."""
        entries = self._redis.xrange(f"room:{room_id}:log")
        return sum(1 for _, fields in entries if fields.get(b"sealed"))


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else 0
