"""What `notify` answers: the state of the messages that it sent."""

from __future__ import annotations

from datetime import datetime

from services.contracts.wire import Request, rpc, value


@value
class Delivery:
    """One message; its text is never stored."""

    kind: str
    """`confirmation`, `moved`, `cancelled`."""
    state: str
    """`pending`, `sent`, `failed`, or `superseded`: a later message made it needless."""
    attempts: int
    changed_at: datetime


@value
class Deliveries:
    deliveries: tuple[Delivery, ...]


@rpc("notify", reply=Deliveries, repeatable=True)
class ListDeliveries(Request[Deliveries]):
    """Messages about one appointment, the oldest first."""

    appointment_id: str
