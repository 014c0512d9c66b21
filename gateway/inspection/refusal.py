"""The one way for a check to say no."""

from __future__ import annotations


class Refused(Exception):
    """`reason` is one of REFUSALS in `services.contracts.document_rules`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
