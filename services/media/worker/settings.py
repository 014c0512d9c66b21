"""What a node is told at start."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from services.chassis.settings import ProcessSettings, Secret, SettingsError

_NODE_ID = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class WorkerSettings(ProcessSettings):
    """One SFU worker: one process, one core, one UDP port."""

    amqp_url: Secret
    node_id: str
    """Names the node's queue on the bus; unique among running nodes."""
    udp_host: str
    """Address to listen on."""
    udp_port: int
    """0 takes a free one."""
    announced_address: str
    """IP address under which browsers reach `udp_port`."""
    capacity: int = 120
    """Participants at most; each room counts for two or more."""
    drain_seconds: float = 0.0
    """After the first signal to stop, that calls may go on here until they end by themselves."""
    move_seconds: float = 8.0
    """After that, until those that are left are connected elsewhere."""

    def __post_init__(self) -> None:
        if not _NODE_ID.fullmatch(self.node_id):
            raise SettingsError("NODE_ID is invalid")
        for name, address in (
            ("UDP_HOST", self.udp_host),
            ("ANNOUNCED_ADDRESS", self.announced_address),
        ):
            _require_ip(name, address)


def _require_ip(name: str, address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise SettingsError(f"{name} is no IP address") from None
