"""Golden samples of all events: what was once on the bus can be read for ever, and is still written so."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from services.chassis.codec import from_wire, to_wire
from services.contracts.wire import EVENTS, Event

CONTRACTS = Path(__file__).parents[2] / "services" / "contracts"
SAMPLES = CONTRACTS / "samples"
for _path in CONTRACTS.glob("*.py"):
    importlib.import_module(f"services.contracts.{_path.stem}")
DECLARED = [e for e in EVENTS.values() if e.__module__.startswith("services.contracts.")]


def sample_path(event_class: type[Event]) -> Path:
    return SAMPLES / f"{event_class.source}.{event_class.type}.json"


def sample(event_class: type[Event]) -> dict[str, Any]:
    return dict(json.loads(sample_path(event_class).read_text()))


def named(event_class: type[Event]) -> str:
    return f"{event_class.source}.{event_class.type}"


@pytest.mark.parametrize("event_class", DECLARED, ids=named)
def test_a_sample_of_each_event_can_be_read(event_class: type[Event]) -> None:
    assert isinstance(from_wire(event_class, sample(event_class)), event_class)


@pytest.mark.parametrize("event_class", DECLARED, ids=named)
def test_what_is_written_today_says_all_that_the_sample_says(event_class: type[Event]) -> None:
    golden = sample(event_class)
    written = to_wire(from_wire(event_class, golden))
    assert {key: written[key] for key in golden} == golden


@pytest.mark.parametrize("event_class", DECLARED, ids=named)
def test_a_reader_of_tomorrow_may_add_fields(event_class: type[Event]) -> None:
    assert from_wire(event_class, {**sample(event_class), "added_tomorrow": {"x": [1]}})


def test_each_sample_belongs_to_an_event() -> None:
    assert {path.name for path in SAMPLES.glob("*.json")} == {sample_path(e).name for e in DECLARED}
