"""Authorities' registers, asked by HTTPS: JSON, mutual TLS, bounds, a circuit breaker.

`POST <address>/v1/<register>/lookup` with the number in the body: addresses are written into logs on the way.
A lookup changes nothing there, so that one whose connection broke is sent once more.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import httpx
from prometheus_client import Gauge, Histogram
from pydantic import ValidationError

from services.chassis.breaker import Breaker, Paused
from services.chassis.https import Bounds, HttpsClient, TooLarge, Unreachable
from services.chassis.mutual_tls import mutual_tls
from services.contracts.sources import EMPLOYERS, INSURED_PERSONS
from services.contracts.space_access import PRIVATE, PROFESSIONAL
from services.spaces.adapters.source_answers import Answer, Employer, InsuredPerson
from services.spaces.domain.sources import Record, SourceAway, SourcePaused
from services.spaces.settings import SourceSettings

_log = logging.getLogger(__name__)

CALLS = Histogram(
    "spaces_source_seconds",
    "Questions to authorities, by source and outcome: found, none, paused, or what went wrong.",
    ("source", "outcome"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0),
)
OPEN = Gauge(
    "spaces_source_paused", "1 while the circuit breaker keeps questions from a source.", ("source",)
)
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Register:
    """How one register is asked, and what it answers."""

    code: str
    path: str
    field: str
    """Of the number, in question and answer."""
    answer: type[Answer[InsuredPerson]] | type[Answer[Employer]]


REGISTERS = {
    INSURED_PERSONS: Register(
        INSURED_PERSONS, "/v1/insured-persons/lookup", "national_number", Answer[InsuredPerson]
    ),
    EMPLOYERS: Register(EMPLOYERS, "/v1/employers/lookup", "company_id", Answer[Employer]),
}


class UnusableAnswer(Exception):
    """The source works, but this answer cannot be used: `refused` by its status, or `faulty` in itself."""


class HttpSource:
    """One register behind one address."""

    def __init__(self, register: Register, client: HttpsClient, address: str, breaker: Breaker) -> None:
        self.code = register.code
        self._register, self._client, self._breaker = register, client, breaker
        self._url = address.rstrip("/") + register.path
        OPEN.labels(self.code).set_function(lambda: float(not breaker.is_closed))

    def look_up(self, number: str) -> Record | None:
        """What is held under the number.  Errors: SourceAway, SourcePaused."""
        began, outcome = time.perf_counter(), "defect"
        try:
            record = self._breaker.ask(lambda: self._ask(number))
            outcome = "found" if record else "none"
        except UnusableAnswer as unusable:
            outcome = str(unusable)
            raise SourceAway(outcome) from None
        except Paused as paused:
            outcome = "paused"
            raise SourcePaused(paused.again_in) from None
        except SourceAway as away:
            outcome = str(away)
            raise
        finally:
            self._note(outcome, time.perf_counter() - began)
        return record

    def _ask(self, number: str) -> Record | None:
        try:
            reply = self._client.send(
                "POST", self._url, changes_nothing=True, json={self._register.field: number}
            )
        except Unreachable:
            raise SourceAway("unreachable") from None
        except TooLarge:
            raise UnusableAnswer("faulty") from None
        if reply.status >= httpx.codes.INTERNAL_SERVER_ERROR or reply.status == TOO_MANY:
            raise SourceAway("failing")
        if reply.status != httpx.codes.OK:
            raise UnusableAnswer("refused")
        return self._read(reply.body, number)

    def _read(self, body: bytes, number: str) -> Record | None:
        """What stands there, if it is about whom was asked."""
        try:
            answer = self._register.answer.model_validate_json(body)
        except ValidationError:
            raise UnusableAnswer("faulty") from None
        if answer.record is None:
            return None
        if answer.record.number != number:
            raise UnusableAnswer("faulty")
        return answer.record.held(answer.as_of)

    def _note(self, outcome: str, seconds: float) -> None:
        """No word about whom was asked; whether there was a record is in the figures alone."""
        CALLS.labels(self.code, outcome).observe(seconds)
        if outcome not in ("found", "none", "paused"):
            _log.warning("a source gave no usable answer", extra={"source": self.code, "outcome": outcome})


def connected(settings: SourceSettings) -> dict[str, tuple[HttpSource, ...]]:
    """The sources for each kind of space; none without an address.  Raises OSError for unfit files."""
    if not settings.sources_url:
        return {}
    seconds = settings.sources_seconds
    bounds = Bounds(seconds=seconds, wait=seconds, connect=min(seconds, 2.0), largest=64 * 1024)
    client = HttpsClient(mutual_tls(*settings.source_files), bounds)

    def source(code: str) -> HttpSource:
        breaker = Breaker(settings.sources_failures, settings.sources_pause_seconds, SourceAway)
        return HttpSource(REGISTERS[code], client, settings.sources_url, breaker)

    return {PRIVATE: (source(INSURED_PERSONS),), PROFESSIONAL: (source(EMPLOYERS),)}
