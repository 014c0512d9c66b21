"""An appointment to write about."""

from datetime import UTC, date, datetime

from services.contracts.booking import Appointment, Assurance, Person
from services.contracts.credentials import Notice

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STARTS = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def appointment(**changes: object) -> Appointment:
    """A booked appointment, with what is said differently."""
    standard: dict[str, object] = {
        "appointment_id": "appointment-1",
        "version": 1,
        "state": "booked",
        "subject": "information",
        "topic": "",
        "kind": "video-20",
        "language": "fr",
        "starts_at": STARTS,
        "ends_at": STARTS.replace(minute=50),
        "agent_id": "agent-anna",
        "agent_name": "Anna Demo",
        "applicant": person(),
        "insured": None,
        "assurance": Assurance(method="none"),
        "person_id": "",
        "mail_language": "de",
        "link_generation": 1,
        "identity_copy_id": "copy-1",
    }
    return Appointment(**standard | changes)  # type: ignore[arg-type]


def person(**changes: str) -> Person:
    standard: dict[str, object] = {
        "first_name": "Jonas",
        "last_name": "Muster",
        "birth_date": date(1990, 7, 21),
        "birth_place": "Trier",
        "email": "jonas.muster@mail.example",
        "phone": "+4965100000",
        "street": "Musterstraße 1",
        "postal_code": "54290",
        "city": "Trier",
        "country": "DE",
    }
    return Person(**standard | changes)  # type: ignore[arg-type]


def notice(**changes: str) -> Notice:
    """Whom to tell of what befell a LuxTrust certificate."""
    standard = {
        "address": "jonas.muster@mail.example",
        "language": "de",
        "method": "luxtrust",
        "number_end": "1234",
    }
    return Notice(**standard | changes)
