"""When what identity keeps goes by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.chassis.retention import TOLD, Rule, after
from services.identity.credentials.credentials import (
    ADDRESS_KEPT,
    HOMELESS_KEPT,
    NEVER_REGISTERED_KEPT,
    TRAIL_KEPT,
    UNCONFIRMED_KEPT,
)
from services.identity.domain import machine


def _idle(now: datetime) -> dict[str, Any]:
    return {"registered_at": None, "last_login_at": {"$lte": now - NEVER_REGISTERED_KEPT}}


RULES = (
    Rule("persons: trail", after("trail.at", TRAIL_KEPT), removes=False),
    Rule("persons: replaced addresses", after("former_addresses.at", ADDRESS_KEPT), removes=False),
    Rule("persons: unconfirmed", after("pending.expires_at", UNCONFIRMED_KEPT), removes=False),
    Rule("persons: never registered", _idle, removes=False),
    Rule("persons: leaving", after("gone_at"), removes=False),
    Rule("persons: erased", after("erased_at", TRAIL_KEPT), only={**TOLD, "trail": []}),
    Rule("persons: joined", after("joined_at", TRAIL_KEPT), only=TOLD),
    Rule("credentials", after("homeless_since", HOMELESS_KEPT), removes=False),
    Rule("machines", after("oldest_step_at", machine.TRAIL_KEPT), removes=False),
    Rule("staff", after("seen_at", TRAIL_KEPT)),
    Rule("proofs", after("garbage_at"), in_real_time=True),
    Rule("logins", after("garbage_at"), in_real_time=True),
    Rule("spent", after("garbage_at"), in_real_time=True),
    Rule("tokens", after("garbage_at"), in_real_time=True),
)
