"""What gunicorn itself has to say, in the form of all our logs.

Its own messages hold addresses of clients, paths with a personal link's token,
and texts of exceptions; none of them may be written down.
"""

from __future__ import annotations

from typing import Any

from gunicorn.config import Config
from gunicorn.glogging import Logger

from services.chassis.logs import JsonFormatter


class ServerLog(Logger):  # type: ignore[misc]
    """One JSON object a line, messages as they stand in gunicorn's code, never filled in."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter(cfg.proc_name))

    def warning(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """A request that breaks HTTP is the one message that gunicorn fills in before it logs it."""
        broken = str(msg).startswith("Invalid request from ip=")
        super().warning("a request that breaks HTTP" if broken else msg, *args, **kwargs)

    def exception(self, msg: object, *args: Any, **kwargs: Any) -> None:
        """An exception as the message would be its text."""
        super().exception(msg if isinstance(msg, str) else "the worker failed", *args, **kwargs)
