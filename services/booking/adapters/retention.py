"""When what booking keeps goes by itself."""

from __future__ import annotations

from datetime import timedelta

from services.booking.adapters import marks
from services.booking.domain.keeping import KEPT
from services.chassis.retention import TOLD, Rule, after

ABSENCES_KEPT = timedelta(days=30)
PASSED_KEPT = timedelta(days=1)

RULES = (
    Rule("claims", lambda now: {"marks": marks.due_by(now)}, removes=False),
    Rule("wishes", after("before"), removes=False),
    Rule("tickets", after("look_at"), removes=False),
    Rule("attendances", after("garbage_at"), only=TOLD),
    Rule("audit", after("trail.at", KEPT)),
    Rule("passed", after("until", PASSED_KEPT)),
    Rule("joins", after("garbage_at"), in_real_time=True),
    Rule("catalogue_changes", after("at", KEPT), only={"closed": True}),
    Rule("absences", after("until", ABSENCES_KEPT)),
)
