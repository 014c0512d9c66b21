"""Between contracts (plain dataclasses) and the wire (JSON types), strict in both directions.

Built once per type: pydantic's schema of the dataclass, tightened where a
contract says nothing: no number becomes a text, no instant is without a zone,
no text, list, number or instant is without a bound.  Unknown fields are ignored, since
contracts grow by adding.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from pydantic_core import (
    CoreSchema,
    PydanticCustomError,
    SchemaSerializer,
    SchemaValidator,
    ValidationError,
    core_schema,
)

from services.contracts.errors import InvalidField

T = TypeVar("T")

MAX_TEXT = 65_536
"""Characters in one text; a session description or a SAML response fits."""
MAX_ITEMS = 10_000
"""Entries in one list or map."""
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
"""Instants lie between: near the ends of the calendar no zone's clock and no interval could be reckoned."""
MAX_MESSAGE = 1_048_576
"""Characters in one message."""

_BOUNDS: dict[str, dict[str, Any]] = {
    "str": {"max_length": MAX_TEXT},
    "list": {"max_length": MAX_ITEMS},
    "tuple": {"max_length": MAX_ITEMS},
    "dict": {"max_length": MAX_ITEMS},
    "int": {"ge": -(2**63), "le": 2**63 - 1},
    "float": {"allow_inf_nan": False},
    "datetime": {"tz_constraint": "aware"},
}
_RULES = {"missing": "missing", "literal_error": "choice", "enum": "choice", "json_invalid": "format"}
_NOT_IN_NAMES = ("function-after", "tagged-union")


def to_wire(obj: Any, declared: Any = None) -> Any:
    """`obj` as JSON types; `declared` is its type where the class does not tell (`tuple[Slot, ...]`).

    Instants become ISO-8601 ending in `Z`.  Raises ValueError for an instant without a zone.
    """
    return _serializer(cast(Hashable, type(obj) if declared is None else declared)).to_python(
        obj, mode="json"
    )


def from_wire(declared: type[T], data: Any) -> T:
    """What `data` (JSON types) says, as the declared type.

    Raises InvalidField(field, rule); rules: `missing`, `type`, `too_long`, `range`, `choice`, `format`.
    """
    text = json.dumps(data)
    if len(text) > MAX_MESSAGE:
        raise InvalidField("message", "too_long")
    try:
        return cast(T, _validator(cast(Hashable, declared)).validate_json(text, strict=True))
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise InvalidField(_name(fault["loc"]), _rule(fault["type"])) from None


@cache
def _schema(declared: Any) -> CoreSchema:
    return cast(CoreSchema, _tighten(TypeAdapter(declared).core_schema))


@cache
def _validator(declared: Any) -> SchemaValidator:
    return SchemaValidator(_schema(declared))


@cache
def _serializer(declared: Any) -> SchemaSerializer:
    return SchemaSerializer(_schema(declared))


def _tighten(node: Any) -> Any:
    """A copy of a core schema with the bounds that the contract leaves open."""
    if isinstance(node, list):
        return [_tighten(item) for item in node]
    if not isinstance(node, dict):
        return node
    kind = node.get("type")
    if kind == "bytes":
        raise TypeError("bytes do not cross the bus")
    tight = {key: value if key == "metadata" else _tighten(value) for key, value in node.items()}
    if isinstance(kind, str):
        tight = _BOUNDS.get(kind, {}) | tight
    return _instant_schema(tight) if kind == "datetime" else tight


def _instant_schema(schema: Any) -> CoreSchema:
    return core_schema.no_info_after_validator_function(
        _in_utc, schema, serialization=core_schema.plain_serializer_function_ser_schema(_instant)
    )


def _in_utc(instant: datetime) -> datetime:
    if not EARLIEST <= instant < LATEST:
        raise PydanticCustomError("less_than_range", "an instant out of range")
    return instant.astimezone(UTC)


def _instant(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone")
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location if part not in _NOT_IN_NAMES) or "message"


def _rule(kind: str) -> str:
    if kind in _RULES:
        return _RULES[kind]
    if kind.endswith("too_long"):
        return "too_long"
    if kind.startswith(("greater_than", "less_than", "finite")) or kind == "int_parsing_size":
        return "range"
    return "type" if kind.endswith("_type") else "format"
