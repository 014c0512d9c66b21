"""Booking, reading, moving and cancelling through the service API."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.contracts.booking import (
    Appointment,
    Appointments,
    CancelAppointment,
    ConfirmAppointment,
    GetAppointment,
    ListAppointments,
    MoveAppointment,
    RenewLink,
)
from services.contracts.errors import (
    AppointmentStarted,
    InvalidField,
    NotFound,
    ServiceTimeout,
    SlotTaken,
)
from services.contracts.notify import Deliveries, Delivery, ListDeliveries
from services.contracts.slots import (
    FindFreeDays,
    FindFreeSlots,
    FindNextFree,
    FreeDay,
    FreeDays,
    FreeSlots,
    HoldSlot,
    NextFree,
    Released,
    ReleaseHold,
    Slot,
)
from services.contracts.subjects import Kind, ListSubjects, Subject, Subjects
from tests.unit.booking.builders import FIRST_SLOT, LENGTH, PERSON
from tests.unit.gateway_api.conftest import Api, FakeBus, appointment, hold

KEY = {"Idempotency-Key": "booking-0001"}


def _body(**changes: Any) -> dict[str, Any]:
    applicant = {
        "first_name": PERSON.first_name,
        "last_name": PERSON.last_name,
        "national_number": PERSON.national_number,
        "email": PERSON.email,
        "phone": PERSON.phone,
        "street": PERSON.street,
        "postal_code": PERSON.postal_code,
        "city": PERSON.city,
        "country": PERSON.country,
    }
    body: dict[str, Any] = {
        "subject": "information-documents",
        "kind": "video",
        "language": "fr",
        "starts_at": "2026-01-12T08:30:00+01:00",
        "consent": True,
        "applicant": applicant,
        "mail_language": "fr",
    }
    return body | changes


def _bookable(bus: FakeBus) -> None:
    bus.answers |= {
        HoldSlot: hold(),
        ConfirmAppointment: appointment(),
        ReleaseHold: Released(appointment_id="appointment-1"),
    }


def test_one_request_books(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    answer = api("post", "/appointments", json=_body(), headers=KEY)
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/appointments/appointment-1"
    assert answer.json["applicant"]["first_name"] == PERSON.first_name
    assert answer.json["starts_at"] == "2026-01-12T07:30:00Z"


def test_the_client_holds_and_vouches_for_the_person(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    api("post", "/appointments", json=_body(), headers=KEY)
    (held,), (confirmed,) = bus.of(HoldSlot), bus.of(ConfirmAppointment)
    assert (held.holder, held.hold_key) == ("client:demo", "booking-0001")
    assert held.starts_at == FIRST_SLOT
    assert confirmed.assurance.method == "back-office"
    assert confirmed.applicant == PERSON


def test_what_only_the_platform_needs_is_not_shown(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    shown = api("post", "/appointments", json=_body(), headers=KEY).json
    assert {"person_id", "identity_copy_id", "insured_copy_id"}.isdisjoint(shown)


def test_a_booking_without_a_key_is_refused(api: Api, bus: FakeBus) -> None:
    answer = api("post", "/appointments", json=_body())
    assert answer.status_code == 422
    assert answer.json["details"] == {"field": "Idempotency-Key", "rule": "missing"}
    assert bus.of(HoldSlot) == []


def test_a_key_used_with_other_data_is_refused_and_its_booking_stays(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    bus.answers[HoldSlot] = InvalidField("hold_key", "reused")
    answer = api("post", "/appointments", json=_body(), headers=KEY)
    assert answer.status_code == 422
    assert answer.json["details"] == {"field": "Idempotency-Key", "rule": "reused"}
    assert bus.of(ReleaseHold) == []


def test_a_repeated_booking_that_was_moved_meanwhile_is_answered_as_it_is_now(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    bus.answers |= {
        HoldSlot: hold(starts_at=FIRST_SLOT + LENGTH),
        ConfirmAppointment: appointment(starts_at=FIRST_SLOT + LENGTH, version=2),
    }
    answer = api("post", "/appointments", json=_body(), headers=KEY)
    assert (answer.status_code, answer.json["version"]) == (201, 2)
    assert answer.json["starts_at"] == "2026-01-12T07:50:00Z"


def _fingerprint(api: Api, bus: FakeBus, body: dict[str, Any], key: str = "booking-0001") -> str:
    _bookable(bus)
    assert api("post", "/appointments", json=body, headers={"Idempotency-Key": key}).status_code == 201
    return str(bus.of(HoldSlot)[-1].fingerprint)


def test_the_same_data_have_one_fingerprint_however_they_are_written(api: Api, bus: FakeBus) -> None:
    otherwise = dict(reversed(_body(starts_at="2026-01-12T07:30:00Z", topic="").items()))
    assert _fingerprint(api, bus, _body()) == _fingerprint(api, bus, otherwise)


@pytest.mark.parametrize(
    "changes",
    [
        {"applicant": _body()["applicant"] | {"email": "somebody.else@example.org"}},
        {"insured": {"first_name": "Child", "last_name": "Demo", "national_number": PERSON.national_number}},
        {"starts_at": "2026-01-12T08:50:00+01:00"},
        {"mail_language": "de"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_other_data_have_another_fingerprint(api: Api, bus: FakeBus, changes: dict[str, Any]) -> None:
    assert _fingerprint(api, bus, _body()) != _fingerprint(api, bus, _body(**changes))


def test_fingerprints_of_two_keys_cannot_be_compared(api: Api, bus: FakeBus) -> None:
    assert _fingerprint(api, bus, _body()) != _fingerprint(api, bus, _body(), key="booking-0002")


def test_a_hold_whose_data_are_refused_is_given_back(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    bus.answers[ConfirmAppointment] = InvalidField("applicant.national_number", "check_digit")
    answer = api("post", "/appointments", json=_body(), headers=KEY)
    assert answer.status_code == 422
    assert answer.json["details"] == {"field": "applicant.national_number", "rule": "check_digit"}
    assert len(bus.of(ReleaseHold)) == 1


def test_a_hold_is_kept_when_the_same_request_may_yet_succeed(api: Api, bus: FakeBus) -> None:
    _bookable(bus)
    bus.answers[ConfirmAppointment] = ServiceTimeout("booking")
    assert api("post", "/appointments", json=_body(), headers=KEY).status_code == 504
    assert bus.of(ReleaseHold) == []


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"starts_at": "2026-01-12T08:30:00"}, "starts_at", "format"),
        ({"starts_at": "soon"}, "starts_at", "format"),
        ({"language": "xx"}, "language", "choice"),
        ({"consent": "perhaps"}, "consent", "type"),
        ({"colour": "red"}, "colour", "unknown"),
        ({"applicant": None}, "applicant", "type"),
        ({"kind": "../x"}, "kind", "format"),
        ({"topic": "x" * 61}, "topic", "too_long"),
    ],
)
def test_a_malformed_body_is_refused_at_the_field(
    api: Api, bus: FakeBus, changes: dict[str, Any], field: str, rule: str
) -> None:
    answer = api("post", "/appointments", json=_body(**changes), headers=KEY)
    assert (answer.status_code, answer.json["details"]) == (422, {"field": field, "rule": rule})
    assert bus.of(HoldSlot) == []


def test_what_is_no_json_is_refused(api: Api) -> None:
    answer = api("post", "/appointments", data="no json", headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "InvalidField")


@pytest.mark.parametrize(
    ("error", "status"), [(SlotTaken(), 409), (AppointmentStarted(), 409), (NotFound("appointment"), 404)]
)
def test_errors_are_problem_documents(api: Api, bus: FakeBus, error: Exception, status: int) -> None:
    bus.answers[MoveAppointment] = error
    answer = api("post", "/appointments/appointment-1/move", json={"starts_at": "2026-01-12T09:00:00Z"})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["code"] == type(error).__name__


def test_a_client_moves_in_its_own_name(api: Api, bus: FakeBus) -> None:
    bus.answers[MoveAppointment] = appointment(version=2)
    answer = api("post", "/appointments/appointment-1/move", json={"starts_at": "2026-01-12T07:50:00Z"})
    assert answer.json["version"] == 2
    (asked,) = bus.of(MoveAppointment)
    assert (asked.actor, asked.starts_at) == ("client:demo", FIRST_SLOT + LENGTH)


def test_a_client_cancels_in_its_own_name(api: Api, bus: FakeBus) -> None:
    bus.answers[CancelAppointment] = appointment(version=2, state="cancelled")
    assert api("post", "/appointments/appointment-1/cancel").json["state"] == "cancelled"
    assert bus.of(CancelAppointment)[0].actor == "client:demo"


def test_a_client_renews_a_link_and_what_the_old_one_opened_is_closed(
    api: Api, bus: FakeBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted: list[Appointment] = []
    monkeypatch.setattr("gateway.link_generation.note", noted.append)
    bus.answers[RenewLink] = appointment(version=2, link_generation=2)
    answer = api("post", "/appointments/appointment-1/link", json={"generation": 1})
    assert (answer.status_code, answer.json["link_generation"]) == (200, 2)
    (asked,) = bus.of(RenewLink)
    assert (asked.generation, asked.actor) == (1, "client:demo")
    assert [one.link_generation for one in noted] == [2]


@pytest.mark.parametrize("generation", [0, -1, 2**31 + 1, "1", None])
def test_no_link_is_renewed_without_its_generation(api: Api, bus: FakeBus, generation: Any) -> None:
    answer = api("post", "/appointments/appointment-1/link", json={"generation": generation})
    assert answer.status_code == 422
    assert bus.of(RenewLink) == []


def test_one_appointment_is_read_by_its_id(api: Api, bus: FakeBus) -> None:
    bus.answers[GetAppointment] = appointment()
    assert api("get", "/appointments/appointment-1").json["agent_name"] == "Anna Demo"


def test_what_was_mailed_about_an_appointment_is_read_without_its_text(api: Api, bus: FakeBus) -> None:
    sent_at = datetime(2026, 1, 12, 7, tzinfo=UTC)
    sent = Delivery(kind="reminder_day", state="no_address", attempts=1, changed_at=sent_at)
    bus.answers[GetAppointment] = appointment()
    bus.answers[ListDeliveries] = Deliveries(deliveries=(sent,))
    assert api("get", "/appointments/appointment-1/messages").json == {
        "messages": [
            {
                "kind": "reminder_day",
                "state": "no_address",
                "attempts": 1,
                "changed_at": "2026-01-12T07:00:00Z",
            }
        ]
    }


def test_nothing_is_said_of_mails_about_what_is_unknown(api: Api, bus: FakeBus) -> None:
    bus.answers[GetAppointment] = NotFound("appointment")
    assert api("get", "/appointments/appointment-1/messages").status_code == 404
    assert bus.of(ListDeliveries) == []


def test_an_id_that_cannot_be_one_is_refused(api: Api) -> None:
    assert api("get", "/appointments/a%20b").status_code == 422


def test_todays_appointments_are_those_of_the_day_in_luxembourg(api: Api, bus: FakeBus) -> None:
    bus.answers[ListAppointments] = Appointments(appointments=(appointment(),))
    assert len(api("get", "/appointments").json["appointments"]) == 1
    api("get", "/appointments?day=2026-01-13&agent_id=agent-a")
    first, second = bus.of(ListAppointments)
    assert (first.day, first.agent_id) == (date(2026, 1, 12), "")
    assert (second.day, second.agent_id) == (date(2026, 1, 13), "agent-a")


def test_subjects_days_and_slots_are_shown(api: Api, bus: FakeBus) -> None:
    names = {"fr": "Consultation", "de": "Sprechstunde"}
    kind = Kind(code="video", channel="video", minutes=20, languages=("fr",), names=names)
    subject = Subject(
        code="information-documents",
        by_video=True,
        topics=("maternity",),
        kinds=(kind,),
        names=names,
        topic_names={"maternity": names},
    )
    bus.answers |= {
        ListSubjects: Subjects(subjects=(subject,)),
        FindFreeDays: FreeDays(days=(FreeDay(day=date(2026, 1, 12), free=18),)),
        FindFreeSlots: FreeSlots(slots=(Slot(starts_at=FIRST_SLOT, ends_at=FIRST_SLOT + LENGTH),)),
    }
    (seen,) = api("get", "/subjects").json["subjects"]
    assert seen["kinds"][0]["minutes"] == 20
    assert (seen["names"], seen["topic_names"], seen["hints"]) == (names, {"maternity": names}, {})
    assert seen["kinds"][0]["names"] == names
    days = api("get", "/days?kind=video&language=fr&first=2026-01-12&last=2026-01-13").json
    assert days == {"days": [{"day": "2026-01-12", "free": 18}]}
    slots = api("get", "/slots?kind=video&language=fr&day=2026-01-12").json["slots"]
    assert slots == [{"starts_at": "2026-01-12T07:30:00Z", "ends_at": "2026-01-12T07:50:00Z"}]


def test_the_next_free_slot_is_looked_for_by_part_of_day_and_instant(api: Api, bus: FakeBus) -> None:
    slot = Slot(starts_at=FIRST_SLOT, ends_at=FIRST_SLOT + LENGTH)
    bus.answers[FindNextFree] = NextFree(slot=slot)
    wanted = "kind=video&language=fr&part_of_day=morning&not_before=2026-01-12T08:30:00%2B01:00"
    found = api("get", f"/slots/next?{wanted}").json
    assert found == {"slot": {"starts_at": "2026-01-12T07:30:00Z", "ends_at": "2026-01-12T07:50:00Z"}}
    asked = FindNextFree(kind="video", language="fr", part_of_day="morning", not_before=FIRST_SLOT)
    assert bus.asked[-1] == asked
    bus.answers[FindNextFree] = NextFree(slot=None)
    assert api("get", "/slots/next?kind=video&language=fr").json == {"slot": None}
    refused = api("get", "/slots/next?kind=video&language=fr&part_of_day=night")
    assert (refused.status_code, refused.json["details"]["field"]) == (422, "part_of_day")


def test_a_query_is_validated(api: Api) -> None:
    answer = api("get", "/slots?kind=video&language=fr&day=tomorrow")
    assert answer.json["details"] == {"field": "day", "rule": "format"}
    assert api("get", "/slots?kind=video&language=fr").json["details"]["rule"] == "missing"


def test_no_form_token_is_asked_of_a_machine(api: Api, bus: FakeBus) -> None:
    bus.answers[CancelAppointment] = appointment()
    assert api("post", "/appointments/appointment-1/cancel").status_code == 200
