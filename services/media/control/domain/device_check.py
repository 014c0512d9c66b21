"""What was found on a participant's device before the call, and how good his network is for one."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime

MOST_KEPT = 12
"""Of one room: twice as many as it takes people."""

_POOR_KBPS, _FAIR_KBPS = 150, 500
"""Beneath the first hardly more than sound gets through, beneath the second no sharp picture."""
_POOR_LOSS, _FAIR_LOSS = 80, 20
"""Per mille: where VP8 and opus begin to be seen and heard to suffer."""
_POOR_DELAY, _FAIR_DELAY = 600, 300
"""Milliseconds there and back (ITU-T G.114 asks for 150 one way)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCheck:
    """The last check of one participant; the contract says what the fields mean."""

    participant_id: str
    role: str
    checked_at: datetime
    camera: str
    microphone: str
    speaker: str
    network: str
    path: str
    up_kbps: int
    down_kbps: int
    lost_up_permille: int
    lost_down_permille: int
    round_trip_ms: int
    browser: str
    system: str

    @property
    def rating(self) -> str:
        """How good the network is for a call, in one word of the contract."""
        if self.network != "measured":
            return "none" if self.network == "unreachable" else "untried"
        rate = min(self.up_kbps, self.down_kbps)
        loss = max(self.lost_up_permille, self.lost_down_permille)
        if rate < _POOR_KBPS or loss > _POOR_LOSS or self.round_trip_ms > _POOR_DELAY:
            return "poor"
        fair = rate < _FAIR_KBPS or loss > _FAIR_LOSS or self.round_trip_ms > _FAIR_DELAY
        return "fair" if fair else "good"


_UNTRIED = "untried"
_OF_THE_NETWORK = tuple(
    f.name for f in fields(DeviceCheck) if f.name == "path" or f.name.endswith(("kbps", "permille", "_ms"))
)


def with_check(checks: tuple[DeviceCheck, ...], new: DeviceCheck) -> tuple[DeviceCheck, ...]:
    """In place of the same participant's earlier one; the oldest go where there are too many."""
    others, former = [], None
    for check in checks:
        if (check.participant_id, check.role) == (new.participant_id, new.role):
            former = check
        else:
            others.append(check)
    return (*others, _after(former, new))[-MOST_KEPT:]


def _after(former: DeviceCheck | None, new: DeviceCheck) -> DeviceCheck:
    """What was not tried this time stands as it was found before, on the same device."""
    if former is None or (former.browser, former.system) != (new.browser, new.system):
        return new
    untried = [
        name for name in ("camera", "microphone", "speaker", "network") if getattr(new, name) == _UNTRIED
    ]
    if "network" in untried:
        untried.extend(_OF_THE_NETWORK)
    return replace(new, **{name: getattr(former, name) for name in untried})
