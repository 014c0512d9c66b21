"""Whatever somebody may put in a field instead of what belongs there."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

MISSING = object()
Path = tuple[Any, ...]

WRONG_TYPES: tuple[Any, ...] = (None, True, 7, -1.5, "", [], {}, ["x"], {"x": "y"})
INTEGERS = (0, -1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**30)
DATES = (
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0000-01-01",
    "10000-01-01",
    "yesterday",
    "2026-01-12T08:00:00Z",
)
INSTANTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-12:00",
    "1900-01-01T00:00:00Z",
    "2999-12-31T23:59:59Z",
    "2026-01-12T08:00:00",
    "2026-01-12",
    "2026-01-12T25:00:00Z",
    "2026-01-12T07:30:00.000001Z",
    "now",
)
TEXTS = ("x" * 300, "x" * 70_000, "\x00", "a\nb", "\u202e", "'; --", "$where", "é" * 80, "../..", " ")


def of(value: Any) -> tuple[Any, ...]:
    """Bad ones in the place of a good value: all of another type, and those that look alike."""
    if isinstance(value, bool):
        alike: tuple[Any, ...] = ()
    elif isinstance(value, int):
        alike = INTEGERS
    elif isinstance(value, str):
        alike = (*TEXTS, *DATES, *INSTANTS)
    else:
        alike = ()
    return (MISSING, *WRONG_TYPES, *alike)


def ways_to_spoil(body: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """One field at a time, in each way, at any depth; see `spoilt`."""
    for path, value in leaves(body):
        for bad in of(value):
            if bad != value or type(bad) is not type(value):
                yield path, bad


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value with its path, the containers too."""
    if path:
        yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from leaves(part, (*path, key))


def spoilt(body: dict[str, Any], path: Path, bad: Any) -> dict[str, Any]:
    """The body with one value exchanged, or left out."""
    changed = copy.deepcopy(body)
    place: Any = changed
    for key in path[:-1]:
        place = place[key]
    if bad is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = bad
    return changed
