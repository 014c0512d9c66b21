"""Fifty citizens on one day's slots: each looks for a start, holds and confirms it, and begins again."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from services.chassis.ids import new_id
from services.contracts.national_number import check_digits
from tests.load.booking.http import Http

CITIZENS = 50
_NUMBER = "19850412201" + check_digits("19850412201")
_APPLICANT = {
    "first_name": "Léa",
    "last_name": "Muster",
    "national_number": _NUMBER,
    "phone": "+352 621 123 456",
    "street": "1, rue de l'Exemple",
    "postal_code": "L-1234",
    "city": "Luxembourg",
    "country": "LU",
}


@dataclass
class Crowd:
    """What all of them were answered."""

    confirmed: list[dict[str, Any]] = field(default_factory=list)
    taken: int = 0
    """Answers that somebody else was quicker."""
    other: list[str] = field(default_factory=list)
    """Any other answer, by its code: there should be none."""
    repeated: int = 0


@contextmanager
def connections(port: int, token: str) -> Iterator[list[Http]]:
    """One kept connection for each citizen."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    opened = [Http(port, headers) for _ in range(CITIZENS)]
    yield opened
    for http in opened:
        http.close()


def all_at_once(people: list[Http], seconds: float, once: Callable[[Http], Any]) -> float:
    """Let everybody do it again and again; what was begun is finished.  Answers with the seconds it took."""
    began = time.monotonic()

    def repeat(http: Http) -> None:
        while time.monotonic() < began + seconds:
            once(http)

    with ThreadPoolExecutor(len(people)) as crowd:
        list(crowd.map(repeat, people))
    return time.monotonic() - began


class Surge:
    """Books one day; a start that is refused is not asked for again."""

    def __init__(self, starts: list[str]) -> None:
        self.crowd, self._starts = Crowd(), list(starts)
        self._lock = threading.Lock()
        self._number = 0

    def book_one(self, http: Http) -> None:
        start, wanted = self._wanted()
        repeated = http.repeated
        key = {"Idempotency-Key": new_id()}
        status, answer = http.ask("POST", "/api/v1/appointments", wanted, **key)
        with self._lock:
            self.crowd.repeated += http.repeated - repeated
            self._note(status, answer, start)

    def _wanted(self) -> tuple[str, dict[str, Any]]:
        with self._lock:
            self._number += 1
            number = self._number
            start = random.choice(self._starts)
        return start, {
            "subject": "bench",
            "kind": "surge",
            "language": "fr",
            "starts_at": start,
            "consent": True,
            "applicant": _APPLICANT | {"email": f"citizen-{number}@example.org"},
            "mail_language": "fr",
        }

    def _note(self, status: int, answer: Any, start: str) -> None:
        if status == 201:
            self.crowd.confirmed.append(answer)
        elif answer["code"] == "SlotTaken":
            self.crowd.taken += 1
            if start in self._starts and len(self._starts) > 1:
                self._starts.remove(start)
        else:
            self.crowd.other.append(answer["code"])
