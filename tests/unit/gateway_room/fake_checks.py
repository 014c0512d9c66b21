"""Device checks as `media` would answer them."""

from __future__ import annotations

from typing import Any

from services.contracts import device_check as c
from services.contracts.errors import PlatformError
from services.contracts.media import AGENT
from services.contracts.relay import RelayGrant
from services.contracts.sfu import Answer, SlotHolder
from tests.unit.gateway_room.fake_room import STARTS_AT

FOUND = c.Findings(
    camera="works",
    microphone="silent",
    speaker="heard",
    network="measured",
    path="relay_tcp",
    up_kbps=1_400,
    down_kbps=1_250,
    lost_up_permille=3,
    round_trip_ms=42,
    browser="Firefox",
    system="Android",
)


def check(role: str = "citizen", rating: str = "good", **found: Any) -> c.DeviceCheck:
    return c.DeviceCheck(
        participant_id=role,
        role=role,
        checked_at=STARTS_AT,
        findings=c.Findings(**found) if found else FOUND,
        rating=rating,
    )


class FakeChecks:
    """Keeps what was told; `fault` is raised by whatever changes something."""

    def __init__(self) -> None:
        self.kept: tuple[c.DeviceCheck, ...] = ()
        self.relays: tuple[str, ...] = ("turn:relay.example",)
        self.offers: list[c.ConnectToLine] = []
        self.told: list[c.RecordCheck] = []
        self.fault: PlatformError | None = None

    def open_line(self, request: c.OpenLine) -> c.Line:
        self._stumble()
        grant = RelayGrant(urls=self.relays, username="1:whose", credential="made", until=STARTS_AT)
        return c.Line(check_id="check-1", relay=grant, seconds=30)

    def connect_to_line(self, request: c.ConnectToLine) -> Answer:
        self._stumble()
        self.offers.append(request)
        return Answer(answer_sdp="v=0", slot=1, slots=(SlotHolder(slot=1, participant_id=request.side),))

    def record_check(self, request: c.RecordCheck) -> c.DeviceCheck:
        self._stumble()
        self.told.append(request)
        return check()

    def list_checks(self, request: c.ListChecks) -> c.DeviceChecks:
        self._stumble()
        is_agent = request.participant.role == AGENT
        return c.DeviceChecks(checks=self.kept if is_agent else self.kept[:1])

    def _stumble(self) -> None:
        if self.fault is not None:
            raise self.fault
