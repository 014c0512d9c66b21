"""The agents, as booking's calendars know them: who they are called, and to whom a room can be given."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.backends import ask
from services.contracts.calendars import AgentEntry, GetCatalogue


@dataclass(frozen=True)
class Colleagues:
    agents: tuple[AgentEntry, ...]

    def name(self, agent_id: str) -> str:
        """Empty for somebody who is in no calendar any more."""
        return next((agent.name for agent in self.agents if agent.agent_id == agent_id), "")

    def others(self, agent_id: str) -> dict[str, str]:
        """Names of all who take appointments, but this one, by id and in order of name."""
        found = [agent for agent in self.agents if agent.active and agent.agent_id != agent_id]
        return {agent.agent_id: agent.name for agent in sorted(found, key=lambda agent: agent.name)}


def colleagues() -> Colleagues:
    """Asked for anew each time: an agent who comes or goes counts at once."""
    return Colleagues(ask(GetCatalogue()).agents)
