"""When what spaces keeps goes by itself."""

from __future__ import annotations

from datetime import timedelta

from services.chassis.retention import Rule, after
from services.spaces.domain.consent import KEPT

ENDINGS_KEPT = timedelta(days=30)

RULES = (
    Rule("private_spaces", after("due_at"), removes=False),
    Rule("spaces", after("due_at"), removes=False),
    Rule("space_limits", after("due_at"), removes=False),
    Rule("consents", after("noted_at", KEPT), removes=False),
    Rule("procedures", after("due_at"), removes=False),
    Rule("shelves", after("due_at"), removes=False),
    Rule("ended_shelves", after("at", ENDINGS_KEPT)),
)
