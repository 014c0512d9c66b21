"""The wire: strict in both directions, bounded, and growing by addition only."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest

from services.chassis.codec import MAX_ITEMS, MAX_TEXT, from_wire, to_wire
from services.contracts.errors import InvalidField
from services.contracts.wire import Event, Request, event, rpc, value


@value
class Part:
    name: str
    at: datetime


@rpc("sample", reply=tuple[Part, ...], errors=())
class Ask(Request[tuple[Part, ...]]):
    title: str
    count: int = 1
    day: date | None = None
    share: float = 0.0
    open: bool = False
    kind: Literal["a", "b"] = "a"
    parts: tuple[Part, ...] = ()
    labels: dict[str, str] | None = None


@event("sample")
class PartMade(Event):
    part: Part


T0 = datetime(2026, 3, 29, 0, 59, 30, 125000, tzinfo=UTC)
WIRE = {
    "title": "x",
    "count": 2,
    "day": "2026-03-29",
    "share": 0.5,
    "open": True,
    "kind": "b",
    "parts": [{"name": "p", "at": "2026-03-29T00:59:30.125000Z"}],
    "labels": {"k": "v"},
}


def ask(**changes: Any) -> Ask:
    return from_wire(Ask, {**WIRE, **changes})


def refused(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(InvalidField) as caught:
        ask(**changes)
    return caught.value.args


def test_a_request_survives_the_wire() -> None:
    request = ask()
    assert request.parts == (Part(name="p", at=T0),)
    assert to_wire(request) == WIRE


def test_an_event_survives_the_wire() -> None:
    made = PartMade(event_id="e-1", occurred_at=T0, part=Part(name="p", at=T0))
    assert from_wire(PartMade, to_wire(made)) == made


def test_a_reply_is_encoded_by_its_declared_type() -> None:
    assert to_wire((Part(name="p", at=T0),), Ask.reply) == WIRE["parts"]
    assert from_wire(Ask.reply, WIRE["parts"]) == (Part(name="p", at=T0),)


def test_nothing_is_a_reply_too() -> None:
    assert to_wire(None, None) is None
    assert from_wire(type(None), None) is None


def test_defaults_fill_what_an_older_caller_does_not_send() -> None:
    assert from_wire(Ask, {"title": "x"}) == Ask(title="x")


def test_fields_of_a_newer_caller_are_ignored() -> None:
    assert ask(added_later=[1, 2]) == ask()


def test_instants_arrive_in_utc_whatever_their_zone() -> None:
    zone = timezone(timedelta(hours=2))
    sent = to_wire(Part(name="p", at=T0.astimezone(zone)))
    assert sent["at"] == "2026-03-29T00:59:30.125000Z"
    assert from_wire(Part, {"name": "p", "at": "2026-03-29T02:59:30.125+02:00"}).at.tzinfo is UTC


def test_an_instant_without_a_zone_is_not_sent() -> None:
    with pytest.raises(Exception, match="without a time zone"):
        to_wire(Part(name="p", at=T0.replace(tzinfo=None)))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": 3}, ("title", "type")),
        ({"title": None}, ("title", "type")),
        ({"title": "x" * (MAX_TEXT + 1)}, ("title", "too_long")),
        ({"count": "3"}, ("count", "type")),
        ({"count": True}, ("count", "type")),
        ({"count": 3.5}, ("count", "type")),
        ({"count": 2**63}, ("count", "range")),
        ({"parts": [{"name": "p", "at": "0001-01-01T00:00:00+14:00"}]}, ("parts.0.at", "range")),
        ({"parts": [{"name": "p", "at": "9999-12-31T23:59:59-12:00"}]}, ("parts.0.at", "range")),
        ({"share": "0.5"}, ("share", "type")),
        ({"open": 1}, ("open", "type")),
        ({"open": "true"}, ("open", "type")),
        ({"kind": "c"}, ("kind", "choice")),
        ({"day": "yesterday"}, ("day", "format")),
        ({"parts": [{"name": "p"}]}, ("parts.0.at", "missing")),
        ({"parts": [{"name": "p", "at": "2026-03-29T00:59:30"}]}, ("parts.0.at", "format")),
        ({"parts": [{"name": "p", "at": "now"}]}, ("parts.0.at", "format")),
        ({"parts": {"0": 1}}, ("parts", "type")),
        ({"labels": {"k": 1}}, ("labels.k", "type")),
        ({"labels": {str(i): "v" for i in range(MAX_ITEMS + 1)}}, ("labels", "too_long")),
    ],
)
def test_a_broken_field_is_named_with_its_rule(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert refused(**changes) == expected


@pytest.mark.parametrize("data", [None, [], "text", 3])
def test_what_is_no_map_at_all_is_refused(data: Any) -> None:
    with pytest.raises(InvalidField):
        from_wire(Ask, data)


def test_a_megabyte_is_refused_as_a_whole() -> None:
    labels = {str(i): "v" * 1000 for i in range(1100)}
    assert refused(labels=labels) == ("message", "too_long")


def test_numbers_without_a_value_are_refused() -> None:
    assert refused(share=float("nan"))[0] in ("share", "message")


def test_the_refusal_does_not_quote_the_value() -> None:
    with pytest.raises(InvalidField) as caught:
        ask(title=12345)
    assert "12345" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_bytes_have_no_place_in_a_contract() -> None:
    @value
    class Raw:
        body: bytes

    with pytest.raises(TypeError, match="bytes"):
        to_wire(Raw(body=b""))
