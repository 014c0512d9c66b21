"""Whoever has not changed his means of logging in himself learns of it."""

from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from services.chassis.clock import ManualClock
from services.contracts.credentials import (
    AddressChanged,
    CredentialRegistered,
    CredentialReinstated,
    CredentialRevoked,
)
from services.contracts.errors import ServiceTimeout
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.domain.delivery import (
    ADDRESS_CHANGED,
    ADDRESS_LEFT,
    CREDENTIAL_LINKED,
    CREDENTIAL_REGISTERED,
    CREDENTIAL_REINSTATED,
    CREDENTIAL_REVOKED,
    CREDENTIAL_REVOKED_BY_CNS,
    FAILED,
    NO_ADDRESS,
    NOTICES,
    PENDING,
    SENT,
    Delivery,
    Message,
)
from services.notify.notices import Notices
from services.notify.ports import NeverSent
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import Deliveries, World
from tests.unit.notify.mails import COMPOSER, arrived, text_of
from tests.unit.notify.samples import NOW, notice

HAPPENED = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
ABOUT = {"occurred_at": HAPPENED, "person_id": "person-1", "credential_id": "credential-1"}


@pytest.fixture
def notices(notifier: Notifier) -> Notices:
    return Notices(notifier)


def revoked(event_id: str = "event-1", by: str = "helpdesk") -> CredentialRevoked:
    return CredentialRevoked(event_id=event_id, by=by, **ABOUT)  # type: ignore[arg-type]


def deliveries(kept: Deliveries) -> list[Delivery]:
    return list(kept.kept.values())


def test_event_that_comes_often_makes_one_notice(notices: Notices, world: World) -> None:
    for _ in range(50):
        notices.revoked(revoked())
    assert len(world.sent) == 1


def test_each_revocation_of_the_same_means_is_told(notices: Notices, world: World) -> None:
    notices.revoked(revoked("event-1"))
    notices.reinstated(CredentialReinstated(event_id="event-2", **ABOUT))  # type: ignore[arg-type]
    notices.revoked(revoked("event-3"))
    assert len(world.sent) == 3


def test_each_happening_has_words_of_its_own(notices: Notices, kept: Deliveries) -> None:
    for linked in (False, True):
        notices.registered(
            CredentialRegistered(event_id=f"registered-{linked}", linked=linked, **ABOUT)  # type: ignore[arg-type]
        )
    notices.revoked(revoked("event-3", "person"))
    notices.revoked(revoked("event-4", "helpdesk"))
    notices.reinstated(CredentialReinstated(event_id="event-5", **ABOUT))  # type: ignore[arg-type]
    assert [delivery.message.kind for delivery in deliveries(kept)] == [
        CREDENTIAL_REGISTERED,
        CREDENTIAL_LINKED,
        CREDENTIAL_REVOKED,
        CREDENTIAL_REVOKED_BY_CNS,
        CREDENTIAL_REINSTATED,
    ]


def test_a_changed_address_is_told_to_both(notices: Notices, world: World, kept: Deliveries) -> None:
    changed = AddressChanged(event_id="event-1", change_id="change-1", **ABOUT)  # type: ignore[arg-type]
    for _ in range(3):
        notices.address_changed(changed)
    assert [delivery.message.kind for delivery in deliveries(kept)] == [ADDRESS_LEFT, ADDRESS_CHANGED]
    assert (len(world.sent), world.changes) == (2, ["change-1", ""])


def test_the_back_office_sees_how_far_they_are(notices: Notices, world: World) -> None:
    notices.revoked(revoked("event-1"))
    world.account = None
    notices.reinstated(CredentialReinstated(event_id="event-2", **ABOUT))  # type: ignore[arg-type]
    listed = notices.notifier.list_notices(["credential-1", "credential-2"]).deliveries
    assert [(one.kind, one.state) for one in listed] == [
        (CREDENTIAL_REVOKED_BY_CNS, SENT),
        (CREDENTIAL_REINSTATED, FAILED),
    ]
    assert notices.notifier.list_notices(["credential-2"]).deliveries == ()


def test_identity_that_does_not_answer_delays_the_notice(
    notices: Notices, kept: Deliveries, real: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(World, "notice", lambda *_: (_ for _ in ()).throw(ServiceTimeout("identity")))
        notices.revoked(revoked())
    assert deliveries(kept)[0].state == PENDING
    real.advance(seconds=5)
    notices.notifier.retry_due()
    assert deliveries(kept)[0].state == SENT


@pytest.mark.parametrize(("address", "state"), [("", NO_ADDRESS), ("jonas@mail.example", SENT)])
def test_who_has_proved_no_address_gets_none(
    notices: Notices, world: World, kept: Deliveries, address: str, state: str
) -> None:
    world.account = notice(address=address)
    notices.revoked(revoked())
    assert deliveries(kept)[0].state == state


def test_means_that_is_forgotten_is_not_told_of(notices: Notices, world: World, kept: Deliveries) -> None:
    world.account = None
    notices.revoked(revoked())
    assert (deliveries(kept)[0].state, world.sent) == (FAILED, [])


def test_nothing_about_the_person_is_kept(notices: Notices, kept: Deliveries) -> None:
    notices.revoked(revoked())
    assert "jonas" not in repr(kept.kept)
    assert "1234" not in repr(kept.kept)


# --- the mail itself ---


def compose(kind: str, event_id: str = "event-1", **changes: str) -> EmailMessage:
    """The mail as it arrives: written, sent as bytes, read again."""
    message = Message(kind, "", 0, event_id, "credential-1", HAPPENED)
    return arrived(COMPOSER.compose_notice(message, notice(**changes), NOW))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", NOTICES)
def test_notice_says_whom_to_call_and_leads_nowhere(kind: str, language: str) -> None:
    mail = compose(kind, language=language)
    for subtype in ("plain", "html"):
        assert "+352 000" in text_of(mail, subtype)
        assert "1234" in text_of(mail, subtype)
        assert "://" not in text_of(mail, subtype)
        assert "href" not in text_of(mail, subtype)
    assert mail["Content-Language"] == language


def test_notice_says_what_happened_when_and_to_which_means() -> None:
    mail = compose(CREDENTIAL_REVOKED_BY_CNS)
    assert "Der Helpdesk hat ein Anmeldemittel widerrufen" in mail["Subject"]
    for said in (
        "Anmeldemittel: LuxTrust-Zertifikat",
        "Nummer endet auf: 1234",
        "Wann: Montag, 23. November 2026, 09:30 Uhr (Luxemburger Zeit)",
    ):
        assert said in text_of(mail)


def test_means_without_a_number_is_told_of_without_one() -> None:
    assert "Nummer" not in text_of(compose(CREDENTIAL_LINKED, number_end="", method="portal"))


def test_notice_that_is_tried_again_has_the_same_message_id() -> None:
    first, again = compose(CREDENTIAL_REVOKED), compose(CREDENTIAL_REVOKED)
    other = compose(CREDENTIAL_REVOKED, "event-2")
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert "credential-1" not in first["Message-ID"]


def test_address_that_is_none_is_never_sent_to() -> None:
    with pytest.raises(NeverSent):
        compose(CREDENTIAL_LINKED, address="a@b.example\r\nBcc: victim@c.example")
