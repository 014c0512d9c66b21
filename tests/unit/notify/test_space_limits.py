"""Who has asked for more professional spaces gets the helpdesk's answer by mail, once, to his own address."""

from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from services.contracts.errors import ServiceTimeout
from services.contracts.professional import SpaceLimitDecided
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.domain.delivery import NO_ADDRESS, PENDING, SENT, SPACE_LIMITS, Message
from services.notify.space_limits import SpaceLimits
from services.notify.usecases import Notifier
from tests.unit.notify.fakes import Deliveries, World
from tests.unit.notify.mails import COMPOSER, arrived, text_of
from tests.unit.notify.samples import NOW, notice

DECIDED = SpaceLimitDecided(
    event_id="event-1",
    occurred_at=datetime(2026, 11, 23, 8, 30, tzinfo=UTC),
    person_id="person-1",
    limit=12,
    raised=True,
    credential_id="credential-1",
)


@pytest.fixture
def limits(notifier: Notifier) -> SpaceLimits:
    return SpaceLimits(notifier)


def states(kept: Deliveries) -> list[str]:
    return [delivery.state for delivery in kept.kept.values()]


def test_an_answer_that_is_told_often_is_one_mail(
    limits: SpaceLimits, world: World, kept: Deliveries
) -> None:
    for _ in range(50):
        limits.decided(DECIDED)
    assert world.sent == ["credential-1|space_limit_raised|12|event-1"]
    assert states(kept) == [SENT]


def test_each_answer_is_a_mail_of_its_own(limits: SpaceLimits, world: World) -> None:
    limits.decided(replace(DECIDED, raised=False, limit=10))
    limits.decided(replace(DECIDED, event_id="event-2"))
    assert [sent.split("|")[1] for sent in world.sent] == list(reversed(SPACE_LIMITS))


def test_identity_that_does_not_answer_delays_the_mail(
    limits: SpaceLimits, world: World, kept: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_credential_id: str, _change_id: str = "") -> None:
        raise ServiceTimeout("identity")

    monkeypatch.setattr(world, "notice", away)
    limits.decided(DECIDED)
    assert (world.sent, states(kept)) == ([], [PENDING])


def test_who_has_proved_no_address_reads_the_answer_in_the_overview_alone(
    limits: SpaceLimits, world: World, kept: Deliveries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "notice", lambda *_ids: replace(notice(), address=""))
    limits.decided(DECIDED)
    assert (world.sent, states(kept)) == ([], [NO_ADDRESS])


def test_a_wish_from_before_it_was_known_who_asked_is_not_mailed(limits: SpaceLimits, world: World) -> None:
    limits.decided(replace(DECIDED, credential_id=""))
    assert world.sent == []


def answer(kind: str, language: str) -> EmailMessage:
    message = Message(kind, "", 12, "event-1", "credential-1", happened_at=DECIDED.occurred_at)
    return arrived(COMPOSER.compose_notice(message, replace(notice(), language=language), NOW))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", SPACE_LIMITS)
def test_the_answer_says_how_many_and_leads_nowhere(kind: str, language: str) -> None:
    mail = answer(kind, language)
    text = text_of(mail)
    assert ": 12" in text
    assert "09:30" in text
    assert "http" not in text
    assert mail["Content-Language"] == language


def test_a_refusal_does_not_read_as_a_yes() -> None:
    texts = [text_of(answer(kind, "en")) for kind in SPACE_LIMITS]
    assert "you may create more professional spaces" in texts[0]
    assert "the number of spaces stays as it is" in texts[1]
    assert "you may create more professional spaces" not in texts[1]
