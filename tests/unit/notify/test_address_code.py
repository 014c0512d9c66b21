"""The code that proves an address: mailed at once, once for each key, five times an hour."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.contracts.notify import SendAddressCode
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.ports import NeverSent, NotSent
from services.notify.usecases import Notifier
from tests.unit.notify.test_delivery import World, notifier, real, world
from tests.unit.notify.test_mail import composer, text_of

__all__ = ["composer", "notifier", "real", "world"]


def request(key: str = "1", address: str = "a@mail.example", code: str = "012345") -> SendAddressCode:
    return SendAddressCode(address=address, code=code, language="fr", request_key=key)


def test_a_repeated_request_sends_one_mail(notifier: Notifier, world: World) -> None:
    notifier.send_address_code(request())
    notifier.send_address_code(request())
    assert world.sent == ["a@mail.example 012345 fr"]


def test_five_codes_an_hour_for_an_address_however_it_is_written(
    notifier: Notifier, world: World, real: ManualClock
) -> None:
    for number in range(5):
        notifier.send_address_code(request(str(number)))
    with pytest.raises(MailedTooOften):
        notifier.send_address_code(request("5", address=" A@Mail.Example "))
    notifier.send_address_code(request("5", address="b@mail.example"))
    real.advance(hours=1)
    notifier.send_address_code(request("6"))
    assert len(world.sent) == 7


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345x", "١٢٣٤٥٦", "12345\n"])
def test_what_is_no_code_is_not_sent(notifier: Notifier, world: World, code: str) -> None:
    with pytest.raises(InvalidField, match="code"):
        notifier.send_address_code(request(code=code))
    assert world.sent == []


def test_an_address_that_is_none_or_refused_is_told(notifier: Notifier, world: World) -> None:
    with pytest.raises(InvalidField, match="address"):
        notifier.send_address_code(request(address="nobody"))
    world.faults = [NeverSent()]
    with pytest.raises(InvalidField, match="address"):
        notifier.send_address_code(request())


def test_a_mail_server_that_is_away_is_told(notifier: Notifier, world: World) -> None:
    world.faults = [NotSent()]
    with pytest.raises(ServiceUnavailable):
        notifier.send_address_code(request())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_brings_the_code_and_says_how_long_it_holds(composer: MailComposer, language: str) -> None:
    written = composer.compose_code("a@mail.example", "012345", language, "key", datetime.now(UTC))
    mail: EmailMessage = message_from_bytes(written.as_bytes(), policy=default)
    text, html = text_of(mail), text_of(mail, "html")
    assert "012345" in mail["Subject"]
    assert "012345" in text
    assert "10 " in text
    assert "012345" in html
    assert mail["To"] == "a@mail.example"
