"""When what media keeps goes by itself: its timer tends rooms, here they are counted."""

from __future__ import annotations

from services.chassis.retention import Rule, after

RULES = (Rule("rooms", after("due_at"), removes=False),)
