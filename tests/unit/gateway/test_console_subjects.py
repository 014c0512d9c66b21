"""Subjects and kinds at the desk: what readers see is written in each of their languages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from services.contracts.calendars import PreviewChange
from services.contracts.errors import InvalidField
from tests.unit.gateway import planning
from tests.unit.gateway.planning import DOCUMENTS, MATERNITY, SUBJECT, FakePlanning
from tests.unit.gateway.planning import plan as plan  # a fixture
from tests.unit.gateway.planning import planner as planner  # a fixture

NEW = {"lb": "Pensioun", "fr": "Pensions", "de": "Rente", "en": "Pensions"}
SUBJECTS = "/console/calendars/subject/"
OLD = f"{SUBJECTS}information-documents"


def typed(place: str, names: dict[str, str]) -> dict[str, str]:
    return {f"{place}-{language}": text for language, text in names.items()}


NEW_SUBJECT: dict[str, Any] = {
    "code": "pensions",
    "position": "4",
    "by_video": "yes",
    "kinds": ["video"],
    **typed("name", NEW),
    "topic-0-code": "old-age",
    **typed("topic-0", NEW),
    "topic-1-code": "",
}


def fields(page: str) -> dict[str, str]:
    """What the page's boxes of text hold, as a browser would send it."""
    boxes = re.findall(r"<input[^>]*>", page)
    found = {name: value for box in boxes for name, value in [_box(box)] if 'type="checkbox"' not in box}
    ticked = {name: value for box in boxes for name, value in [_box(box)] if " checked" in box}
    return found | ticked


def _box(box: str) -> tuple[str, str]:
    return tuple(next(iter(re.findall(rf' {part}="([^"]*)"', box)), "") for part in ("name", "value"))  # type: ignore[return-value]


def _apply(planner: Any) -> Any:
    page = planner.get("/console/calendars/preview").text
    return planner.post(
        "/console/calendars/apply", dict(re.findall(r'name="(key|revision|digest)" value="([^"]*)"', page))
    )


def test_a_subject_is_added_with_its_names_and_those_of_its_topics(plan: FakePlanning, planner: Any) -> None:
    planner.post(SUBJECTS, {**NEW_SUBJECT, **typed("hint", NEW)})
    _apply(planner)
    added = plan.applied[0].change.subject
    assert added == replace(
        SUBJECT,
        code="pensions",
        position=4,
        topics=("old-age",),
        names=NEW,
        hints=NEW,
        topic_names={"old-age": NEW},
    )


def test_a_kind_is_added_with_its_names(plan: FakePlanning, planner: Any) -> None:
    planner.post("/console/calendars/kind/", {"code": "long", "calendar": "cns", **typed("name", NEW)})
    _apply(planner)
    added = plan.applied[0].change.kind
    assert added == replace(planning.KIND, code="long", names=NEW)


def test_what_the_form_shows_and_sends_back_changes_nothing(plan: FakePlanning, planner: Any) -> None:
    page = planner.get(OLD).text
    assert page.count("New topic") == 3
    planner.post(OLD, fields(page))
    _apply(planner)
    assert plan.applied[0].change.subject == SUBJECT


def test_a_topic_that_is_taken_away_keeps_its_name_for_older_appointments(
    plan: FakePlanning, planner: Any
) -> None:
    planner.post(OLD, {**fields(planner.get(OLD).text), "topic-0-gone": "yes"})
    _apply(planner)
    assert plan.applied[0].change.subject == replace(SUBJECT, topics=(), topic_names={"maternity": MATERNITY})


def test_the_lists_say_names_in_the_readers_language(planner: Any) -> None:
    assert DOCUMENTS["de"] in planner.get("/console/calendars/?lang=de").text
    assert planning.VIDEO["fr"] in planner.get(f"{OLD}?lang=fr").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name-de": " "}, "name-de"),
        ({"topic-0-fr": ""}, "topic-0-fr"),
        ({"topic-0-code": ""}, "topic-0-code"),
        ({"topic-1-code": "old-age", **typed("topic-1", NEW)}, "topic-1-code"),
    ],
)
def test_a_text_that_is_missing_is_said_at_its_field(
    world: Any, plan: FakePlanning, planner: Any, wrong: dict[str, str], field: str
) -> None:
    refused = planner.post(SUBJECTS, {**NEW_SUBJECT, **wrong})
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert f'href="#{field}"' in refused.text
    assert world.bus.times(PreviewChange) == 0


@pytest.mark.parametrize(
    ("fault", "rule", "field"),
    [
        ("names.de", "too_long", "name-de"),
        ("hints.lb", "missing", "hint-lb"),
        ("topic_names.old-age.en", "format", "topic-0-en"),
        ("topics", "format", "topic-0-code"),
        ("code", "format", "code"),
    ],
)
def test_what_booking_refuses_is_said_at_the_field(
    plan: FakePlanning, planner: Any, fault: str, rule: str, field: str
) -> None:
    plan.fault = InvalidField(f"change.subject.{fault}", rule)
    refused = planner.post(SUBJECTS, NEW_SUBJECT)
    assert refused.status_code == 422
    assert f'id="{field}-error"' in refused.text
    assert f'href="#{field}"' in refused.text


def test_the_summary_says_where_something_is_missing(planner: Any) -> None:
    page = planner.post(SUBJECTS, {**NEW_SUBJECT, "name-de": "", "topic-0-code": "", "topic-0-fr": ""}).text
    summary = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page.partition("<h1")[0])
    assert summary == [
        ("name-de", "Name, German: This entry is missing."),
        ("topic-0-code", "Topics, Code: This entry is missing."),
        ("topic-0-fr", "Topics, French: This entry is missing."),
    ]


def test_rows_with_odd_numbers_are_no_rows(plan: FakePlanning, planner: Any) -> None:
    odd = {"topic-²-code": "x", "topic-99999999999-code": "x", "topic--code": "x", "topic-x-code": "x"}
    planner.post(SUBJECTS, {**NEW_SUBJECT, **odd})
    _apply(planner)
    added = plan.applied[0].change.subject
    assert added is not None
    assert added.topics == ("old-age",)


def test_markup_in_a_name_is_shown_as_it_was_typed(plan: FakePlanning, planner: Any) -> None:
    marked = replace(SUBJECT, names={**DOCUMENTS, "en": "<script>alert(1)</script>"})
    plan.catalogue = replace(plan.catalogue, subjects=(marked,))
    page = planner.get("/console/calendars/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
