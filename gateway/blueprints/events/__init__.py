"""Room events over Server-Sent Events, from a process of their own."""

from gateway.blueprints.events.routes import register

__all__ = ["register"]
