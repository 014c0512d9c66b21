"""How a consultation went."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """By itself or as the agent recorded it."""

    HELD = "held"
    NO_SHOW = "no_show"
    TECHNICAL_FAILURE = "technical_failure"
