"""Logs: one JSON object a line on standard output, without personal data by construction.

* A message is written as it stands in the code, never filled in: `log.info("slot held")`.
* Values go into `extra`, and only under the names of `ALLOWED`, as numbers or plain identifiers.
* Of an exception the types and the places are kept, never the texts: a duplicate-key
  error, for instance, quotes the document.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import Any

from services.chassis import context

# fmt: off
ALLOWED = frozenset({
    "appointment_id", "attempt", "attempts", "bytes", "calls", "code", "collection", "component",
    "count", "document_id", "environment", "epoch", "error", "event", "event_id", "event_type",
    "hold_id", "interval", "key_id", "limit", "mail_id", "method", "node_id", "outcome", "packets",
    "participant_id", "peer", "pid", "port", "queue", "reason", "room_id", "route", "seconds",
    "session_hash", "signal", "size", "slot_id", "source", "space_id", "state", "status", "store",
    "streams", "task", "topic", "version",
})
# fmt: on
"""Names under which a value may be logged; ids, codes and numbers, nothing about a person."""

_PLAIN = re.compile(r"[\w.:/<>+-]{1,128}", re.ASCII)
_FRAMES = 12


def configure(service: str, level: str = "INFO") -> None:
    """Send all logging of the process to standard output as JSON lines; call it once, first."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter(service))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("services", "gateway"):
        logging.getLogger(ours).setLevel(level)
    # `kombu.mixins` tells of each lost connection with a traceback; the chassis says it in one line.
    logging.getLogger("kombu.mixins").setLevel(logging.ERROR)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


class JsonFormatter(logging.Formatter):
    """Time, level, service, correlation id, message, allowed extras, and an exception's outline."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "correlation_id": context.current().correlation_id,
            "message": str(record.msg),
        }
        line.update(_extras(record))
        if record.exc_info and record.exc_info[1]:
            line["exception"] = outline(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def outline(error: BaseException) -> list[dict[str, Any]]:
    """The chain of exceptions as types and `file:line function`, innermost cause last, without texts."""
    return [{"type": type(e).__qualname__, "frames": _frames(e.__traceback__)} for e in _chain(error)]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(tb: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(tb)[-_FRAMES:]
    return [f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames]


def _extras(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    for name in ALLOWED & record.__dict__.keys():
        value = record.__dict__[name]
        if isinstance(value, bool | int | float) or (isinstance(value, str) and _PLAIN.fullmatch(value)):
            yield name, value


def _log_uncaught(kind: type[BaseException], error: BaseException, tb: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("uncaught", exc_info=(kind, error, tb))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
