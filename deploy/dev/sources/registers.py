"""The rows of `registers.toml`, and how a register writes one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]

FIELDS = {"insured-persons": "national_number", "employers": "company_id"}
"""Registers by the name in their address, with what a row is looked up by."""
_TABLES = {"insured-persons": "insured_person", "employers": "employer"}
_NIGHTLY = time(4, tzinfo=UTC)


def answer(register: str, number: str, now: datetime) -> dict[str, Any]:
    """What is sent for the number: the row or null, and as of when."""
    row = rows(register).get(number, {})
    record = {name: _plain(value) for name, value in row.items() if name != "days_old"}
    as_of = _last_night(now) - timedelta(days=row.get("days_old", 0))
    return {"as_of": as_of.isoformat(), "record": record or None}


@cache
def rows(register: str) -> dict[str, Row]:
    """All rows of one register, by number."""
    content = tomllib.loads(Path(__file__).with_name("registers.toml").read_text())
    return {row[FIELDS[register]]: row for row in content[_TABLES[register]]}


def _last_night(now: datetime) -> datetime:
    tonight = datetime.combine(now.astimezone(UTC).date(), _NIGHTLY)
    return tonight if tonight <= now else tonight - timedelta(days=1)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
