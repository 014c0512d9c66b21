"""When what notify keeps goes by itself."""

from __future__ import annotations

from services.chassis.retention import Rule, after

RULES = (
    Rule("deliveries", after("garbage_at")),
    Rule("schedules", after("garbage_at")),
    Rule("allowances", after("garbage_at"), in_real_time=True),
)
