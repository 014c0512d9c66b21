"""One correlation id per request, from the browser's side to the last service, and one log line."""

from __future__ import annotations

import logging
import time

from flask import Flask, g, request
from flask.wrappers import Response
from prometheus_client import Histogram

from gateway.i18n import language
from gateway.origin import origin
from services.chassis import context

_log = logging.getLogger(__name__)

REQUESTS = Histogram(
    "http_request_seconds",
    "Requests answered, by route, method and status.",
    ("route", "method", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_tell)
    app.teardown_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    begun = context.begin(
        correlation_id=request.headers.get("X-Request-ID"), language=language(), origin=origin()
    )
    g.work = context.use(begun)
    g.work.__enter__()


def _tell(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    route = str(request.url_rule or "none")
    method = request.method if request.url_rule else "any"
    REQUESTS.labels(route, method, str(response.status_code)).observe(seconds)
    response.headers["X-Request-ID"] = context.current().correlation_id
    _log.info(
        "request",
        extra={
            "route": route,
            "method": method,
            "status": response.status_code,
            "seconds": round(seconds, 4),
        },
    )
    return response


def _end(_error: BaseException | None) -> None:
    work = g.pop("work", None)
    if work is not None:
        work.__exit__(None, None, None)
