"""What every store of consents must promise; over the fake and the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.spaces.domain.consent import Consent
from services.spaces.ports import ConsentStore

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def consent(number: int = 1, person_id: str = "p-1", at: datetime = NOW) -> Consent:
    return Consent(f"appointment-{number}", person_id, "2026-11", at)


class ConsentSuite:
    """Needs a fixture `consents`, an empty store."""

    def test_what_is_told_twice_is_noted_once(self, consents: ConsentStore) -> None:
        for at in (NOW, LATER):
            consents.note(consent(at=at))
        assert list(consents.of_person("p-1")) == [consent()]
        assert list(consents.of_person("p-2")) == []

    def test_the_latest_stands_first(self, consents: ConsentStore) -> None:
        consents.note(consent(1))
        consents.note(consent(2, at=LATER))
        assert [one.appointment_id for one in consents.of_person("p-1")] == ["appointment-2", "appointment-1"]

    def test_a_withdrawal_has_its_time_and_the_first_one_counts(self, consents: ConsentStore) -> None:
        consents.note(consent())
        for at in (LATER, LATER + timedelta(hours=1)):
            consents.withdraw("appointment-1", at)
        assert [one.withdrawn_at for one in consents.of_person("p-1")] == [LATER]

    def test_a_withdrawal_that_is_told_before_the_consent_holds_as_well(self, consents: ConsentStore) -> None:
        consents.withdraw("appointment-1", LATER)
        assert list(consents.of_person("p-1")) == []
        for _twice in range(2):
            consents.note(consent())
        found = consents.of_person("p-1")[0]
        assert (found.given_at, found.text_version, found.withdrawn_at) == (NOW, "2026-11", LATER)

    def test_of_two_who_are_one_the_consents_are_one_list(self, consents: ConsentStore) -> None:
        consents.note(consent(1, "former"))
        consents.note(consent(2))
        for _twice in range(2):
            consents.move("former", "p-1")
        assert len(consents.of_person("p-1")) == 2
        assert list(consents.of_person("former")) == []

    def test_of_who_is_erased_nothing_is_left_and_others_keep_theirs(self, consents: ConsentStore) -> None:
        consents.note(consent(1))
        consents.note(consent(2, "p-2"))
        for _twice in range(2):
            consents.erase("p-1")
        assert (len(consents.of_person("p-1")), len(consents.of_person("p-2"))) == (0, 1)

    def test_what_was_noted_until_then_is_forgotten_and_nothing_later(self, consents: ConsentStore) -> None:
        consents.note(consent(1))
        consents.note(consent(2, at=LATER))
        consents.forget(NOW)
        assert [one.appointment_id for one in consents.of_person("p-1")] == ["appointment-2"]
