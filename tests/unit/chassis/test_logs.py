"""Logs: one JSON object a line, and no way for personal data to get into it."""

import json
import logging
import sys
from typing import Any

import pytest

from services.chassis import context
from services.chassis.logs import JsonFormatter

PERSON = "Anna Example anna@example.org"


def logged(message: object, *args: object, extra: dict[str, Any] | None = None, error: bool = False) -> dict:
    record = logging.getLogger("services.sample").makeRecord(
        "services.sample",
        logging.INFO,
        "f.py",
        1,
        message,
        args,
        sys.exc_info() if error else None,
        extra=extra,
    )
    line = JsonFormatter("sample").format(record)
    assert "\n" not in line
    return json.loads(line)


def test_a_line_says_when_where_and_what() -> None:
    line = logged("slot held")
    assert (line["level"], line["service"], line["message"]) == ("INFO", "sample", "slot held")
    assert line["at"].endswith("+00:00")


def test_the_correlation_id_comes_with_the_work() -> None:
    with context.use(context.begin(correlation_id="c-12345678")):
        assert logged("slot held")["correlation_id"] == "c-12345678"


def test_ids_and_numbers_are_kept() -> None:
    line = logged("slot held", extra={"hold_id": "h_1-x", "seconds": 0.25, "count": 3})
    assert (line["hold_id"], line["seconds"], line["count"]) == ("h_1-x", 0.25, 3)


@pytest.mark.parametrize("name", ["email", "person", "text", "first_name"])
def test_a_name_that_is_not_listed_is_dropped(name: str) -> None:
    assert name not in logged("slot held", extra={name: "x"})


@pytest.mark.parametrize("value", [PERSON, "anna@example.org", "two words", {"a": 1}, ["x"], "x" * 200, None])
def test_a_value_that_is_no_plain_id_is_dropped(value: object) -> None:
    assert "hold_id" not in logged("slot held", extra={"hold_id": value})


def test_values_are_not_filled_into_the_message() -> None:
    line = logged("mail to %s failed", PERSON)
    assert PERSON not in json.dumps(line)
    assert line["message"] == "mail to %s failed"


def quote(person: str) -> None:
    raise KeyError(person)


def fail(person: str, *, tell_why: bool) -> None:
    try:
        quote(person)
    except KeyError as cause:
        raise ValueError(person) from (cause if tell_why else None)


def outline_of_failure(*, tell_why: bool) -> dict[str, Any]:
    try:
        fail(PERSON, tell_why=tell_why)
    except ValueError:
        return logged("failed", error=True)
    raise AssertionError


def test_an_exception_keeps_types_and_places_and_loses_its_texts() -> None:
    line = outline_of_failure(tell_why=True)
    assert [e["type"] for e in line["exception"]] == ["ValueError", "KeyError"]
    assert "test_logs.py" in line["exception"][0]["frames"][-1]
    assert PERSON not in json.dumps(line)


def test_a_suppressed_cause_is_not_told() -> None:
    line = outline_of_failure(tell_why=False)
    assert [e["type"] for e in line["exception"]] == ["ValueError"]
