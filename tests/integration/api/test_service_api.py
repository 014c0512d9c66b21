"""A back-office system's day: token, free time, book, move, cancel, today's list."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.contracts.national_number import check_digits

pytestmark = pytest.mark.integration

CROWD = 64
NUMBER = "19850412201" + check_digits("19850412201")


def free(machine: httpx.Client, day: date | None = None) -> list[str]:
    wanted = day or (datetime.now(UTC) + timedelta(days=2)).date()
    query = {"kind": "video-demo", "language": "fr", "day": wanted.isoformat()}
    slots = machine.get("/slots", params=query).raise_for_status().json()["slots"]
    return [slot["starts_at"] for slot in slots]


def wanted(starts_at: str, **applicant: Any) -> dict[str, Any]:
    person = {
        "first_name": "Léa",
        "last_name": "Muster",
        "national_number": NUMBER,
        "email": "lea.muster@example.org",
        "phone": "+352 621 123 456",
        "street": "1, rue de l'Exemple",
        "postal_code": "L-1234",
        "city": "Luxembourg",
        "country": "LU",
    }
    return {
        "subject": "information-documents",
        "topic": "maternity",
        "kind": "video-demo",
        "language": "fr",
        "starts_at": starts_at,
        "consent": True,
        "applicant": person | applicant,
        "mail_language": "fr",
    }


def _book(machine: httpx.Client, starts_at: str, key: str = "", **applicant: Any) -> httpx.Response:
    headers = {"Idempotency-Key": key or uuid4().hex}
    return machine.post("/appointments", json=wanted(starts_at, **applicant), headers=headers)


def test_a_machine_client_books_moves_and_cancels(machine: httpx.Client) -> None:
    starts = free(machine)
    booked = _book(machine, starts[0])
    assert booked.status_code == 201
    where = f"/appointments/{booked.json()['appointment_id']}"
    assert booked.headers["Location"] == f"/api/v1{where}"
    assert machine.get(where).json() == booked.json()
    moved = machine.post(f"{where}/move", json={"starts_at": starts[7]}).json()
    assert (moved["version"], moved["starts_at"]) == (2, starts[7])
    assert starts[0] in free(machine)
    cancelled = machine.post(f"{where}/cancel").json()
    assert (cancelled["version"], cancelled["state"]) == (3, "cancelled")
    assert machine.post(f"{where}/cancel").json() == cancelled


def test_a_repeated_booking_is_the_same_booking(machine: httpx.Client) -> None:
    start, key = free(machine)[1], uuid4().hex
    first, second = _book(machine, start, key), _book(machine, start, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_a_key_is_not_taken_for_another_persons_booking(machine: httpx.Client) -> None:
    start, key = free(machine)[2], uuid4().hex
    booked = _book(machine, start, key)
    refused = _book(machine, start, key, first_name="Somebody Else")
    assert (refused.status_code, refused.json()["code"]) == (422, "InvalidField")
    assert refused.json()["details"] == {"field": "Idempotency-Key", "rule": "reused"}
    assert _book(machine, start, key).json() == booked.json()


def test_a_booking_repeated_after_a_move_is_answered_as_it_is_now(machine: httpx.Client) -> None:
    starts, key = free(machine), uuid4().hex
    where = f"/appointments/{_book(machine, starts[10], key).json()['appointment_id']}"
    moved = machine.post(f"{where}/move", json={"starts_at": starts[17]}).json()
    repeated = _book(machine, starts[10], key)
    assert (repeated.status_code, repeated.json()) == (201, moved)


def test_todays_appointments_are_listed(machine: httpx.Client) -> None:
    day = (datetime.now(UTC) + timedelta(days=5)).date()
    starts = free(machine, day)
    booked = [_book(machine, start).json()["appointment_id"] for start in (starts[9], starts[3])]
    listed = machine.get("/appointments", params={"day": day.isoformat()}).json()["appointments"]
    assert [appointment["appointment_id"] for appointment in listed] == booked[::-1]


def test_sixty_four_at_once_for_one_slot_make_one_booking(machine: httpx.Client) -> None:
    start = free(machine)[20]
    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(lambda _: _book(machine, start), range(CROWD)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CROWD - 1}
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert codes == {"SlotTaken"}
    assert start not in free(machine)


def test_data_that_are_refused_leave_the_slot_free(machine: httpx.Client) -> None:
    start = free(machine)[30]
    refused = _book(machine, start, national_number=NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10))
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["details"] == {"field": "applicant.national_number", "rule": "check_digit"}
    assert start in free(machine)


def test_reimbursement_is_never_by_video(machine: httpx.Client) -> None:
    body = wanted(free(machine)[31]) | {"subject": "reimbursement-of-bills"}
    refused = machine.post("/appointments", json=body, headers={"Idempotency-Key": uuid4().hex})
    assert (refused.status_code, refused.json()["code"]) == (422, "NotByVideo")


def test_a_past_slot_cannot_be_booked(machine: httpx.Client) -> None:
    refused = _book(machine, "2026-01-12T08:00:00Z")
    assert (refused.status_code, refused.json()["code"]) == (422, "SlotPast")


def test_the_real_kind_is_offered_beside_the_demonstration(machine: httpx.Client) -> None:
    subjects = machine.get("/subjects").json()["subjects"]
    kinds = {subject["code"]: [kind["code"] for kind in subject["kinds"]] for subject in subjects}
    assert kinds["information-documents"] == ["video", "video-demo"]
    assert kinds["reimbursement-of-bills"] == []
    today = datetime.now(UTC).date()
    query = {
        "kind": "video",
        "language": "lb",
        "first": today.isoformat(),
        "last": str(today + timedelta(days=42)),
    }
    days = [date.fromisoformat(found["day"]) for found in machine.get("/days", params=query).json()["days"]]
    assert days
    assert all(day.weekday() < 5 for day in days)


def test_the_next_free_slot_is_the_first_of_its_day(machine: httpx.Client) -> None:
    day = (datetime.now(UTC) + timedelta(days=6)).date()
    query = {"kind": "video-demo", "language": "fr", "not_before": f"{day}T12:00:00Z"}
    found = machine.get("/slots/next", params=query).raise_for_status().json()["slot"]["starts_at"]
    assert found == next(start for start in free(machine, day) if start >= f"{day}T12:00:00")


def test_nobody_calls_without_a_token_or_its_scope(
    anonymous: httpx.Client, machine: httpx.Client, secret: str
) -> None:
    assert anonymous.get("/subjects").status_code == 401
    grant = {"grant_type": "client_credentials", "scope": "slots:read"}
    narrow = anonymous.post("/token", data=grant, auth=("demo-client", secret)).json()
    assert narrow["scope"] == "slots:read"
    bearer = {"Authorization": f"Bearer {narrow['access_token']}"}
    assert anonymous.get("/subjects", headers=bearer).status_code == 200
    assert anonymous.get("/appointments", headers=bearer).status_code == 403


def test_a_wrong_secret_gets_no_token(anonymous: httpx.Client) -> None:
    grant = {"grant_type": "client_credentials"}
    refused = anonymous.post("/token", data=grant, auth=("demo-client", "wrong"))
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
