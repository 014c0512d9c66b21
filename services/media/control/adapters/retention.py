"""When what media keeps goes by itself: its timer tends rooms, here they are counted."""

from __future__ import annotations

from services.chassis.retention import Rule, after
from services.media.control.domain.schedule import Lane

RULES = (
    Rule("rooms", after(Lane.CALLS.value), removes=False),
    Rule("rooms: forgetting", after(Lane.FORGETTING.value), removes=False),
    Rule("rooms: tidying", after(Lane.TIDYING.value), removes=False),
)
