"""What a reader sees when something is wrong: a page with a way on, or a problem document (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, json, render_template, request
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from redis import RedisError
from werkzeug.exceptions import HTTPException

from gateway.backends import runtime
from gateway.errors import UNEXPECTED, problem_of, sentence_of, type_of
from services.chassis import context
from services.contracts.errors import PlatformError, ServiceUnavailable, TooManyRequests

_log = logging.getLogger(__name__)
_RETRY_AFTER_SECONDS = 5


def init_app(app: Flask) -> None:
    app.register_error_handler(PlatformError, answer_error)
    app.register_error_handler(RedisError, _store_error)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _defect)


def wants_json() -> bool:
    """True for the service API and for scripts; False where a person looks at a page."""
    if request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Dest") == "empty":
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def answer_error(error: PlatformError) -> Response:
    """What the one table says of an error of the contracts."""
    status = problem_of(error).status
    if status >= 500:
        _log.warning("answered with an error", extra={"code": type(error).__name__, "status": status})
    return answer(status, sentence_of(error), type_of(error), error)


def _store_error(error: RedisError) -> Response:
    _log.error("the session store does not answer", exc_info=error)
    return answer_error(ServiceUnavailable("sessions"))


def _stale_form(error: CSRFError) -> Response:
    sentence = _(
        "This page was open for too long, or was not sent from our site. Open it again and send it once more."
    )
    return answer(403, sentence, "/problems/stale-form")


def _http_error(error: HTTPException) -> Response:
    cause = getattr(error, "original_exception", None)
    if isinstance(cause, RedisError):
        return _store_error(cause)
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = answer(status, _sentence(status), f"/problems/http-{status}")
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _defect(error: Exception) -> Response:
    _log.error("a request failed", exc_info=error, extra={"route": str(request.url_rule)})
    return answer(500, str(UNEXPECTED.sentence), "/problems/internal-error")


def _sentence(status: int) -> str:
    sentences = {
        403: _("You may not open this page."),
        404: _("This page does not exist. The address may be incomplete or out of date."),
        405: _("This page cannot be used in this way."),
        413: _("What you have sent is too large. At most 20 MB are possible."),
        429: _("There were too many attempts. Wait a little, then try again."),
    }
    return sentences.get(status) or (
        _("We did not understand this request.") if status < 500 else str(UNEXPECTED.sentence)
    )


def answer(status: int, sentence: str, kind: str, error: PlatformError | None = None) -> Response:
    """One problem in the form that the caller reads: a page or JSON."""
    body, media_type = _json(status, sentence, kind, error) if wants_json() else _page(status, sentence)
    response = Response(body, status, mimetype=media_type)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    elif isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = error.details["seconds"]
    return response


def _json(status: int, sentence: str, kind: str, error: PlatformError | None) -> tuple[str, str]:
    document: dict[str, Any] = {"type": kind, "title": sentence, "status": status}
    if error is not None:
        document |= {"code": type(error).__name__, "details": error.details, "retryable": error.retryable}
    document["correlation_id"] = context.current().correlation_id
    return json.dumps(document), "application/problem+json"


def _page(status: int, sentence: str) -> tuple[str, str]:
    page = render_template(
        "error.html",
        status=status,
        sentence=sentence,
        again=_again() if status >= 500 or request.method == "POST" else "",
        reference=context.current().correlation_id,
    )
    return page, "text/html"


def _again() -> str:
    """Where to try once more: the same page, or for a form the one on which it stands; may be empty."""
    path = request.full_path.rstrip("?")
    if request.method != "GET":
        before, _own, path = (request.referrer or "").partition(runtime().settings.origin)
        path = "" if before else path
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else ""
