"""Calendars through the service API."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contracts.booking import Appointments
from services.contracts.calendars import (
    Absence,
    AgentEntry,
    Applied,
    ApplyChange,
    CalendarEntry,
    Catalogue,
    Change,
    ChangeMade,
    ChangesMade,
    GetCatalogue,
    Hurt,
    Impact,
    KindEntry,
    ListChanges,
    ListDisplaced,
    PreviewChange,
    SubjectEntry,
)
from services.contracts.errors import ChangeTooLarge, ImpactChanged, InvalidField, NotFound, StaleVersion
from tests.unit.booking.builders import FIRST_SLOT, LENGTH
from tests.unit.gateway_api.conftest import Api, FakeBus, appointment

KEY = {"Idempotency-Key": "change-0001"}
OFFICE = ("08:30-11:30", "13:00-16:00")
CALENDAR = CalendarEntry(
    code="cns",
    zone="Europe/Luxembourg",
    hours=(OFFICE,) * 5 + ((), ()),
    minutes=20,
    pause_minutes=0,
    notice_minutes=60,
    horizon_days=42,
    closures=(date(2026, 12, 24),),
    holidays_of="LU",
)
AGENT = AgentEntry(agent_id="agent-a", name="Anna Demo", calendar="cns", languages=("fr", "de"))
NAMES = {"lb": "Rechnungen", "fr": "Factures", "de": "Rechnungen", "en": "Bills"}
KIND = KindEntry(code="video", channel="video", calendar="cns", names=NAMES)
SUBJECT = SubjectEntry(
    code="bills",
    position=3,
    by_video=False,
    topics=("abroad",),
    kinds=(),
    names=NAMES,
    hints=NAMES,
    topic_names={"abroad": NAMES, "former": NAMES},
)
ABSENCE = Absence(
    absence_id="absence-1",
    agent_id="agent-a",
    starts_at=datetime(2026, 1, 12, 7, 0, tzinfo=UTC),
    until=datetime(2026, 1, 12, 16, 0, tzinfo=UTC),
)
KNOWN = Catalogue(
    revision=7,
    calendars=(CALENDAR,),
    agents=(AGENT,),
    kinds=(KIND,),
    subjects=(SUBJECT,),
    absences=(ABSENCE,),
)
DIGEST = "d" * 64
AWAY = {
    "absence": {
        "absence_id": "absence-1",
        "agent_id": "agent-a",
        "starts_at": "2026-01-12T08:00:00+01:00",
        "until": "2026-01-12T17:00:00+01:00",
    }
}


def apply(api: Api, change: Any = AWAY, headers: dict[str, str] = KEY) -> Any:
    body = {"change": change, "revision": 7, "impact_digest": DIGEST}
    return api("post", "/calendars/changes", json=body, headers=headers)


def test_what_is_read_can_be_sent_back_as_a_change(api: Api, bus: FakeBus) -> None:
    bus.answers |= {GetCatalogue: KNOWN, PreviewChange: Impact(revision=7, digest=DIGEST, hurt=())}
    seen = api("get", "/calendars").json
    assert seen["revision"] == 7
    for name, entries in (("calendar", "calendars"), ("agent", "agents"), ("kind", "kinds"),
                          ("subject", "subjects"), ("absence", "absences")):  # fmt: skip
        assert api("post", "/calendars/preview", json={"change": {name: seen[entries][0]}}).status_code == 200
    asked = [request.change for request in bus.of(PreviewChange)]
    assert asked == [
        Change(calendar=CALENDAR),
        Change(agent=AGENT),
        Change(kind=KIND),
        Change(subject=SUBJECT),
        Change(absence=ABSENCE),
    ]


def test_a_preview_lists_who_is_hurt(api: Api, bus: FakeBus) -> None:
    hurt = Hurt(
        appointment_id="appointment-1",
        starts_at=FIRST_SLOT,
        ends_at=FIRST_SLOT + LENGTH,
        language="fr",
        agent_id="agent-a",
        remedy="reassign",
        colleague_id="agent-b",
    )
    bus.answers[PreviewChange] = Impact(revision=7, digest=DIGEST, hurt=(hurt,))
    answer = api("post", "/calendars/preview", json={"change": AWAY}).json
    assert answer["digest"] == DIGEST
    assert answer["hurt"][0]["remedy"] == "reassign"
    assert answer["hurt"][0]["starts_at"] == "2026-01-12T07:30:00Z"
    assert bus.of(PreviewChange)[0].change == Change(absence=ABSENCE)


def test_a_change_is_made_in_the_name_of_the_client(api: Api, bus: FakeBus) -> None:
    bus.answers[ApplyChange] = Applied(revision=8, reassigned=17, displaced=1)
    answer = apply(api)
    assert (answer.status_code, answer.json) == (200, {"revision": 8, "reassigned": 17, "displaced": 1})
    (asked,) = bus.of(ApplyChange)
    assert (asked.actor, asked.revision, asked.impact_digest) == ("client:demo", 7, DIGEST)
    assert asked.change == Change(absence=ABSENCE)
    apply(api)
    apply(api, headers={"Idempotency-Key": "change-0002"})
    keys = [request.change_key for request in bus.of(ApplyChange)]
    assert keys[0] == keys[1] != keys[2]


def test_an_absence_is_taken_back_by_its_id(api: Api, bus: FakeBus) -> None:
    bus.answers[ApplyChange] = Applied(revision=8, reassigned=0, displaced=0)
    apply(api, {"end_absence": "absence-1"})
    assert bus.of(ApplyChange)[0].change == Change(end_absence="absence-1")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (StaleVersion("catalogue"), 409, "StaleVersion"),
        (ImpactChanged(), 409, "ImpactChanged"),
        (ChangeTooLarge("2000"), 422, "ChangeTooLarge"),
        (NotFound("agent"), 404, "NotFound"),
        (InvalidField("change.absence.until", "range"), 422, "InvalidField"),
    ],
)
def test_what_booking_refuses_is_said(
    api: Api, bus: FakeBus, error: Exception, status: int, code: str
) -> None:
    bus.answers[ApplyChange] = error
    answer = apply(api)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_key_with_another_change_is_refused_by_its_own_name(api: Api, bus: FakeBus) -> None:
    bus.answers[ApplyChange] = InvalidField("change_key", "reused")
    assert apply(api).json["details"] == {"field": "Idempotency-Key", "rule": "reused"}


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"absence": AWAY["absence"] | {"until": "tomorrow"}}, "change.absence.until", "format"),
        ({"absence": AWAY["absence"] | {"until": "2026-01-12T17:00:00"}}, "change.absence.until", "format"),
        ({"absence": AWAY["absence"] | {"reason": "x"}}, "change.absence.reason", "unknown"),
        ({"agent": {"agent_id": "a", "name": "x" * 301}}, "change.agent.name", "too_long"),
        ({"kind": {"code": "video", "channel": "video"}}, "change.kind.calendar", "missing"),
        ({"end_absence": 7}, "change.end_absence", "type"),
        ({"nothing": {}}, "change.nothing", "unknown"),
        ("text", "change", "type"),
    ],
)
def test_what_cannot_be_read_is_refused_before_booking_is_asked(
    api: Api, bus: FakeBus, change: Any, field: str, rule: str
) -> None:
    answer = api("post", "/calendars/preview", json={"change": change})
    assert answer.status_code == 422
    assert answer.json["details"] == {"field": field, "rule": rule}
    assert bus.of(PreviewChange) == []


def test_a_change_needs_a_key(api: Api, bus: FakeBus) -> None:
    assert apply(api, headers={}).status_code == 422
    assert bus.of(ApplyChange) == []


def test_who_changed_what_is_listed(api: Api, bus: FakeBus) -> None:
    made = ChangeMade(
        revision=8,
        at=FIRST_SLOT,
        actor="client:demo",
        what="absence",
        code="agent-a",
        reassigned=17,
        displaced=1,
    )
    bus.answers[ListChanges] = ChangesMade(changes=(made,))
    (shown,) = api("get", "/calendars/changes").json["changes"]
    assert (shown["revision"], shown["at"], shown["code"]) == (8, "2026-01-12T07:30:00Z", "agent-a")


def test_the_displaced_are_listed_and_are_no_appointment_of_that_id(api: Api, bus: FakeBus) -> None:
    bus.answers[ListDisplaced] = Appointments(appointments=(appointment(displaced=True),))
    (shown,) = api("get", "/appointments/displaced").json["appointments"]
    assert shown["displaced"] is True


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "/calendars", "calendars:read"),
        ("post", "/calendars/preview", "calendars:read"),
        ("get", "/calendars/changes", "calendars:read"),
        ("post", "/calendars/changes", "calendars:write"),
        ("get", "/appointments/displaced", "appointments:read"),
    ],
)
def test_each_route_needs_its_scope(api: Api, bus: FakeBus, method: str, path: str, scope: str) -> None:
    bus.scopes = tuple({"calendars:read", "calendars:write", "appointments:read"} - {scope})
    assert api(method, path).status_code == 403
