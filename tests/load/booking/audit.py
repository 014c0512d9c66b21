"""What the store says afterwards, against what was answered."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from pymongo.database import Database

from services.chassis.outbox import PENDING

_LOOK_SECONDS = 0.1
_RECIPIENT = b"\nTo: "


@dataclass(frozen=True)
class Audit:
    duplicates: int
    """Times of one agent that were sold more than once, or to two who overlap."""
    lost: int
    """Confirmations answered that the store does not know as they were answered."""
    orphaned_holds: int
    """Holds that nobody will confirm any more."""


def audit(database: Database[dict[str, Any]], confirmed: list[dict[str, Any]]) -> Audit:
    """Compare every confirmation with its document."""
    day = database["claims"].find({"calendar": "surge"}).sort([("agent_id", 1), ("starts_at", 1)])
    claims = list(day)
    booked = [claim for claim in claims if claim["state"] == "booked"]
    known = {claim["appointment_id"]: claim["_id"] for claim in booked}
    answered = Counter(_time_id(answer) for answer in confirmed)
    return Audit(
        duplicates=sum(answered.values()) - len(answered) + _overlaps(booked),
        lost=sum(known.get(answer["appointment_id"]) != _time_id(answer) for answer in confirmed),
        orphaned_holds=len(claims) - len(booked),
    )


def _time_id(answer: dict[str, Any]) -> str:
    return f"{answer['agent_id']}|{answer['starts_at']}"


def _overlaps(booked: list[dict[str, Any]]) -> int:
    in_order = [list(claims) for _, claims in groupby(booked, key=lambda claim: claim["agent_id"])]
    return sum(a["ends_at"] > b["starts_at"] for claims in in_order for a, b in pairwise(claims))


def drained(
    database: Database[dict[str, Any]],
    mails: Path,
    confirmed: int,
    say: Callable[[str], None],
    most: float,
) -> float:
    """Seconds until every event is told and every citizen has his mail.  Raises TimeoutError after `most`."""
    began, said = time.monotonic(), 0.0
    while True:
        passed = time.monotonic() - began
        untold, sent = database["claims"].count_documents(PENDING), len(list(mails.glob("*.eml")))
        if not untold and sent >= confirmed and _recipients(mails) >= confirmed:
            return passed
        if passed > most:
            raise TimeoutError(f"{untold} events and {confirmed - sent} mails are still missing")
        if passed >= said + 5:
            said = passed
            say(f"  {sent} of {confirmed} mails, {untold} events to tell")
        time.sleep(_LOOK_SECONDS)


def _recipients(mails: Path) -> int:
    """How many different citizens have a mail."""
    return len({_recipient(file.read_bytes()) for file in mails.glob("*.eml")})


def _recipient(mail: bytes) -> bytes:
    return mail.partition(_RECIPIENT)[2].partition(b"\n")[0].strip()
