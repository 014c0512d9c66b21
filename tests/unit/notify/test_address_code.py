"""The code that proves an address: mailed at once, once for each key, five times an hour."""

from dataclasses import replace

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.contracts.notify import BOOKING, REGISTRATION, SendAddressCode
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.codes import FOR_ONE_REQUESTER, TO_ONE_ADDRESS, AddressCodes
from services.notify.keys import KeyedHash
from services.notify.ports import NeverSent, NotSent
from services.notify.post import Post
from tests.unit.notify.fakes import World
from tests.unit.notify.mails import arrived, text_of
from tests.unit.notify.samples import NOW


@pytest.fixture
def codes(world: World, post: Post) -> AddressCodes:
    return AddressCodes(ManualClock(NOW), world, post, KeyedHash(b"key"))


def request(
    key: str = "1", address: str = "a@mail.example", code: str = "012345", requester: str = ""
) -> SendAddressCode:
    return SendAddressCode(address=address, code=code, language="fr", request_key=key, requester=requester)


def test_a_repeated_request_sends_one_mail(codes: AddressCodes, world: World) -> None:
    codes.send(request())
    codes.send(request())
    assert world.sent == ["a@mail.example 012345 fr"]


def test_five_codes_an_hour_for_an_address_however_it_is_written(
    codes: AddressCodes, world: World, real: ManualClock
) -> None:
    for number in range(5):
        codes.send(request(str(number)))
    with pytest.raises(MailedTooOften):
        codes.send(request("5", address=" A@Mail.Example "))
    codes.send(request("5", address="b@mail.example"))
    real.advance(hours=1)
    codes.send(request("6"))
    assert len(world.sent) == 7


def test_nobody_alone_uses_up_the_codes_of_an_address(codes: AddressCodes, world: World) -> None:
    for number in range(FOR_ONE_REQUESTER):
        codes.send(request(f"stranger-{number}", requester="network-1"))
    with pytest.raises(MailedTooOften):
        codes.send(request("stranger-again", requester="network-1"))
    codes.send(request("owner", requester="network-2"))
    assert len(world.sent) == FOR_ONE_REQUESTER + 1


def test_an_address_gets_only_so_many_codes_whoever_asks(codes: AddressCodes, world: World) -> None:
    for number in range(TO_ONE_ADDRESS):
        codes.send(request(str(number), requester=f"network-{number}"))
    with pytest.raises(MailedTooOften):
        codes.send(request("last", requester="network-last"))
    assert len(world.sent) == TO_ONE_ADDRESS


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345x", "١٢٣٤٥٦", "12345\n"])
def test_what_is_no_code_is_not_sent(codes: AddressCodes, world: World, code: str) -> None:
    with pytest.raises(InvalidField, match="code"):
        codes.send(request(code=code))
    assert world.sent == []


def test_an_address_that_is_none_or_refused_is_told(codes: AddressCodes, world: World) -> None:
    with pytest.raises(InvalidField, match="address"):
        codes.send(request(address="nobody"))
    world.faults = [NeverSent()]
    with pytest.raises(InvalidField, match="address"):
        codes.send(request())


def test_a_mail_server_that_is_away_is_told(codes: AddressCodes, world: World) -> None:
    world.faults = [NotSent()]
    with pytest.raises(ServiceUnavailable):
        codes.send(request())


def test_what_a_mail_server_did_not_take_goes_out_when_asked_again(codes: AddressCodes, world: World) -> None:
    world.faults = [NotSent()]
    with pytest.raises(ServiceUnavailable):
        codes.send(request())
    codes.send(request())
    codes.send(request())
    assert world.sent == ["a@mail.example 012345 fr"]


def test_a_purpose_that_is_none_is_told(codes: AddressCodes, world: World) -> None:
    with pytest.raises(InvalidField, match="purpose"):
        codes.send(replace(request(), purpose="nothing"))
    assert world.sent == []


@pytest.mark.parametrize(("purpose", "minutes"), [(BOOKING, "10 "), (REGISTRATION, "30 ")])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_brings_the_code_and_says_how_long_it_holds(
    composer: MailComposer, language: str, purpose: str, minutes: str
) -> None:
    mail = arrived(composer.compose_code("a@mail.example", "012345", purpose, language, "key", NOW))
    text, html = text_of(mail), text_of(mail, "html")
    assert "012345" in mail["Subject"]
    assert "012345" in text
    assert minutes in text
    assert "012345" in html
    assert mail["To"] == "a@mail.example"
