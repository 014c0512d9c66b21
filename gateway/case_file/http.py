"""A case file that is reached by HTTPS: mutual TLS, bounds, a circuit breaker; as `docs/service-api.md` says.

`PUT <address>/v1/documents/<document id>`: the same id again is the same document.  Each is sent over a
connection of its own, so that it is always known whether anything of it has left.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLContext, SSLError
from threading import BoundedSemaphore, Timer
from urllib.parse import quote, urlsplit

from prometheus_client import Gauge, Histogram
from pydantic import ValidationError

from gateway.case_file.body import Body
from gateway.case_file.port import NotKept, Paper, Refused, Silent
from gateway.case_file.receipt import Receipt
from services.chassis.breaker import Breaker, Paused

_log = logging.getLogger(__name__)

CONNECT_SECONDS = 3.0
WAIT_SECONDS = 15.0
"""For each single wait within the time of the whole."""
AT_ONCE = 4
"""Documents on their way from one process: a slow case file must not take all its threads."""
_LARGEST = 16 * 1024
_KEPT = (HTTPStatus.OK, HTTPStatus.CREATED)
_LATER = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""Nothing was kept, and nothing is wrong with the document."""
_UNCERTAIN = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT)
"""Of an earlier attempt nothing can be said yet."""

SENDINGS = Histogram(
    "gateway_case_file_seconds",
    "Documents sent to the case file, by outcome: kept, refused, away, busy, broken off, silent, faulty.",
    ("outcome",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0),
)
OPEN = Gauge("gateway_case_file_paused", "1 while the circuit breaker keeps documents from the case file.")


class Away(Exception):
    """It does not answer, or not in a way that can be believed: what the breaker counts."""

    def __init__(self, outcome: str, error: Exception) -> None:
        super().__init__(outcome)
        self.outcome, self.error = outcome, error


class HttpCaseFile:
    """One case file behind one https address."""

    def __init__(self, address: str, tls: SSLContext, breaker: Breaker) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port or 443
        self._path = parts.path.rstrip("/") + "/v1/documents/"
        self._tls, self._breaker, self._places = tls, breaker, BoundedSemaphore(AT_ONCE)
        OPEN.set_function(lambda: float(self.is_away()))

    def is_away(self) -> bool:
        return self._breaker.is_open

    def put(self, paper: Paper, chunks: Iterator[bytes], seconds: float) -> str:
        """See `CaseFile.put`."""
        began, outcome = time.perf_counter(), "broken off"
        try:
            with self._place():
                receipt = self._breaker.ask(lambda: self._send(paper, Body(paper, chunks), seconds))
            outcome = "kept"
        except Away as away:
            outcome = away.outcome
            raise away.error from None
        except (Paused, _Busy):
            outcome = "busy"
            raise NotKept from None
        except Refused:
            outcome = "refused"
            raise
        finally:
            self._note(outcome, time.perf_counter() - began)
        return receipt

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise _Busy
        try:
            yield
        finally:
            self._places.release()

    def _send(self, paper: Paper, body: Body, seconds: float) -> str:
        """Raises Away, Refused, and what the document's own bytes raise."""
        with self._connection(seconds) as connection:
            try:
                _ask(connection, self._path + quote(paper.document_id, safe=""), body)
                response = connection.getresponse()
                answer = response.read(_LARGEST + 1)
            except (OSError, HTTPException) as error:
                let_in = not (isinstance(error, SSLError) and "ALERT" in (error.reason or ""))
                raise Away("silent", Silent() if body.is_whole and let_in else NotKept()) from None
        return _receipt(response, answer, paper, body)

    @contextmanager
    def _connection(self, seconds: float) -> Iterator[HTTPSConnection]:
        """One that is cut when the time of the whole is over, whatever it waits for.  Raises Away."""
        connection = HTTPSConnection(self._host, self._port, context=self._tls, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError:
            connection.close()
            raise Away("away", NotKept()) from None
        connection.sock.settimeout(min(WAIT_SECONDS, seconds))
        watch = Timer(seconds, _cut, (connection.sock,))
        watch.daemon = True
        watch.start()
        try:
            yield connection
        finally:
            watch.cancel()
            connection.close()

    def _note(self, outcome: str, seconds: float) -> None:
        """No word about what was sent."""
        SENDINGS.labels(outcome).observe(seconds)
        if outcome != "kept":
            _log.warning("a document was not taken by the case file", extra={"outcome": outcome})


class _Busy(Exception):
    """As many documents are on their way as may be."""


def _ask(connection: HTTPSConnection, path: str, body: Body) -> None:
    """Send the whole; a case file that has heard enough may answer before."""
    headers = {"Content-Type": body.content_type, "Content-Length": str(body.length)}
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("PUT", path, body=body.pieces(), headers=headers)


def _cut(connected: socket.socket) -> None:
    with suppress(OSError):  # it has ended by itself
        socket.socket.shutdown(connected, socket.SHUT_RDWR)  # below TLS, whose state another thread uses


def _receipt(response: HTTPResponse, answer: bytes, paper: Paper, body: Body) -> str:
    """The number, if the answer speaks of this document and of its very bytes."""
    status = response.status
    if status in _LATER:
        raise Away("away", NotKept())
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _UNCERTAIN:
        raise Away("silent", Silent())
    if status not in _KEPT:
        raise Refused
    try:
        receipt = Receipt.model_validate_json(answer[:_LARGEST])
    except ValidationError:
        raise Away("faulty", Silent()) from None
    if (receipt.document_id, receipt.sha256) != (paper.document_id, body.sha256):
        raise Away("faulty", Silent())
    return receipt.receipt
