"""Which of the free agents gets an appointment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.booking.domain.catalogue import Agent


def in_order_of_choice(free: Iterable[Agent], load: Mapping[str, int]) -> list[Agent]:
    """The agent with the fewest appointments that day first.

    Among equals the one who speaks fewer languages, so that a rare language
    stays free for who needs it; then by id, so that the order is always the same.
    """
    return sorted(free, key=lambda agent: (load.get(agent.agent_id, 0), len(agent.languages), agent.agent_id))
