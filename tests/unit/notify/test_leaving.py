"""A person leaves the platform: one last mail, then nothing tells what was sent to him."""

from __future__ import annotations

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.contracts.rights import AppointmentErased, PersonGone, SendFarewell
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.domain.delivery import CONFIRMATION, KEPT, PERSON_LEAVING, SENT, Message
from services.notify.domain.reminders import Schedule
from services.notify.keys import KeyedHash
from services.notify.leaving import Leaving
from services.notify.ports import NotSent
from services.notify.post import Post
from tests.unit.notify.fakes import Allowances, Deliveries, Schedules
from tests.unit.notify.samples import NOW

ASKED = SendFarewell(address="lea@mail.example", language="de", request_key="person-1 2026-12-23")


class Mailer:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_away = False

    def send(self, mail: object) -> None:
        if self.is_away:
            raise NotSent
        self.sent.append(str(mail["To"]))  # type: ignore[index]

    def let_go(self) -> None:
        """There is nothing to part from."""


@pytest.fixture
def mailer() -> Mailer:
    return Mailer()


@pytest.fixture
def leaving(composer: MailComposer, mailer: Mailer, kept: Deliveries) -> Leaving:
    clock = ManualClock(NOW)
    return Leaving(clock, kept, Schedules(), composer, Post(clock, Allowances(), mailer), KeyedHash(b"key"))


def test_the_last_mail_is_sent_once_for_each_key(leaving: Leaving, mailer: Mailer) -> None:
    for _ in range(3):
        leaving.say_farewell(ASKED)
    assert mailer.sent == ["lea@mail.example"]


def test_it_is_sent_when_the_mail_server_is_there_again(leaving: Leaving, mailer: Mailer) -> None:
    mailer.is_away = True
    with pytest.raises(ServiceUnavailable):
        leaving.say_farewell(ASKED)
    mailer.is_away = False
    leaving.say_farewell(ASKED)
    assert mailer.sent == ["lea@mail.example"]


def test_nobody_is_written_to_without_end(leaving: Leaving) -> None:
    for number in range(3):
        leaving.say_farewell(SendFarewell(address="a@b.example", language="fr", request_key=str(number)))
    with pytest.raises(MailedTooOften):
        leaving.say_farewell(SendFarewell(address="a@b.example", language="fr", request_key="more"))


def test_an_address_that_is_none_is_refused_however_often_it_is_asked_for(leaving: Leaving) -> None:
    for number in range(4):
        with pytest.raises(InvalidField, match="address"):
            leaving.say_farewell(SendFarewell(address="none", language="fr", request_key=str(number)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_mail_speaks_each_language_and_leads_nowhere(composer: MailComposer, language: str) -> None:
    mail = composer.compose_farewell("lea@mail.example", language, "occasion", NOW)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Content-Language"] == language
    assert "http" not in text
    assert ("Your account" in text) == (language == "en")


def sent(kept: Deliveries, message: Message, to: str) -> None:
    leased = kept.begin(message, NOW, NOW + KEPT)
    assert leased is not None
    kept.finish(leased, SENT, NOW, to)


def test_what_was_sent_to_whoever_is_gone_is_forgotten_and_to_whom_as_well(
    leaving: Leaving, kept: Deliveries
) -> None:
    sent(kept, Message(PERSON_LEAVING, "", 0, "event", "card"), "hash of lea")
    sent(kept, Message(CONFIRMATION, "another", 1), "hash of lea")
    sent(kept, Message(CONFIRMATION, "others", 1), "hash of jonas")
    for _ in range(2):
        leaving.erase_person(
            PersonGone(event_id="gone", occurred_at=NOW, person_id="lea", credential_ids=("card",))
        )
    assert [one.message.appointment_id for one in kept.kept.values()] == ["another", "others"]
    assert sorted(filter(None, kept.hashes.values())) == ["hash of jonas"]


def test_of_an_appointment_without_its_person_nothing_is_known(leaving: Leaving, kept: Deliveries) -> None:
    sent(kept, Message(CONFIRMATION, "appointment-1", 1), "hash of lea")
    leaving.schedules.put(Schedule("appointment-1", 1, None, None), NOW)
    erased = AppointmentErased(
        event_id="erased", occurred_at=NOW, appointment_id="appointment-1", appointment_version=1
    )
    for _ in range(2):
        leaving.erase_appointment(erased)
    assert kept.kept == {}
    assert leaving.schedules.kept == {}  # type: ignore[attr-defined]
