"""A form post with a document, read as it comes in, whoever's it is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TypeVar

from flask import request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.wrappers import Response
from wtforms import ValidationError

from gateway.backends import ask
from gateway.blueprints.files.checks import checks
from gateway.blueprints.files.multipart import FileUpload, MultipartError
from gateway.blueprints.files.transfer import GrantT, Place, Store, receive
from gateway.error_pages import wants_json
from gateway.limits.beside import Beside
from gateway.receiving import MOST_AT_ONCE, STEP_BYTES, Pace, paced
from services.contracts.document_errors import SentTooSlowly
from services.contracts.errors import InvalidField, PlatformError, ServiceUnavailable, TooManyRequests

MOST_READ_AWAY = 64 * 1024 * 1024
"""Bytes of a refused body that are read so that the browser can hear why."""

_COMING = Beside(4, in_all=MOST_AT_ONCE)
"""Of one person: who sends slowly keeps a thread here as long. Pages send one after the other."""
_LEAVING = Beside(1)
"""Of those who have no place: what they send is read away for a moment, so that the browser hears why."""
_LEAVING_SECONDS, _STALL_SECONDS = 5.0, 1.0

ShownT = TypeVar("ShownT")
PlaceOf = Callable[[FileUpload], Place[GrantT, ShownT]]
"""The fields before the file may say where it goes; what they say may be refused."""
Answer = Callable[[ShownT], Response]
Refusal = Callable[[PlatformError], Response]


def take(
    whom: str, place_of: PlaceOf[GrantT, ShownT], store: Store, answer: Answer[ShownT], refuse: Refusal
) -> Response:
    """Scripts get problem documents, pages their own form again; a forged post stores nothing.

    The view has to be exempt from the usual check of the token, which would spool the body to look for it.
    Raises TooManyRequests where `whom` sends too much at the same time, ServiceUnavailable where all do,
    SentTooSlowly for a script; of none of these anything is kept.
    """
    with ExitStack() as place:
        try:
            place.enter_context(_COMING.of(whom))
        except (TooManyRequests, ServiceUnavailable):
            _let_go(whom)
            raise
        place.enter_context(paced(request.environ["wsgi.input"], Pace()))
        return _taken(place_of, store, answer, refuse)


def _taken(
    place_of: PlaceOf[GrantT, ShownT], store: Store, answer: Answer[ShownT], refuse: Refusal
) -> Response:
    request.max_content_length = sys.maxsize  # the limit is on the document, and its owner names it
    upload = _begin()
    try:
        _check_token(upload)
        document = receive(upload, place_of(upload), ask, store, checks())
    except PlatformError as error:
        _read_away(upload)
        if wants_json():
            raise
        return refuse(error)
    except MultipartError:
        raise InvalidField("document", "format") from None
    return answer(document)


def _begin() -> FileUpload:
    try:
        return FileUpload(request.stream, request.content_type or "", request.content_length)
    except MultipartError:
        raise InvalidField("document", "format") from None


def _check_token(upload: FileUpload) -> None:
    """The form's token comes before the file, so nothing is stored for a forged post."""
    try:
        validate_csrf(request.headers.get("X-CSRF-Token") or upload.fields.get("csrf_token", ""))
    except ValidationError as fault:
        _read_away(upload)
        raise CSRFError(str(fault)) from None


def _read_away(upload: FileUpload) -> None:
    with suppress(SentTooSlowly):
        upload.drain(MOST_READ_AWAY)


def _let_go(whom: str) -> None:
    body, pace = request.environ["wsgi.input"], Pace(_STALL_SECONDS, _LEAVING_SECONDS)
    with suppress(TooManyRequests, SentTooSlowly), _LEAVING.of(whom), paced(body, pace):
        while body.read(STEP_BYTES):
            pass
