"""A guest's link by mail: sent once for each key, ten an hour for a room, as the console shows it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.chassis.clock import ManualClock
from services.chassis.links import mint
from services.contracts.errors import InvalidField, MailedTooOften, ServiceUnavailable
from services.contracts.guests import KINDS, LINK_GENERATION, LINK_PLACE
from services.contracts.notify import SendGuestLink
from services.notify.adapters.catalogues import LANGUAGES
from services.notify.adapters.composer import MailComposer
from services.notify.guest_links import FROM_ONE_ROOM, GuestLinks
from services.notify.keys import KeyedHash
from services.notify.ports import NeverSent, NotSent
from services.notify.post import Post
from tests.unit.notify.fakes import World
from tests.unit.notify.mails import arrived, text_of
from tests.unit.notify.samples import NOW, STARTS

GOOD = SendGuestLink(
    address="interpreter@mail.example",
    language="de",
    room_id="room-1",
    guest_id="guest-1",
    kind="interpreter",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=20),
    until=STARTS + timedelta(minutes=35),
    request_key="page-1",
)


@pytest.fixture
def links(world: World, post: Post) -> GuestLinks:
    return GuestLinks(ManualClock(NOW), world, post, KeyedHash(b"key"))


def test_a_repeated_request_sends_one_mail(links: GuestLinks, world: World) -> None:
    links.send(GOOD)
    links.send(GOOD)
    assert world.sent == ["guest-1 to interpreter@mail.example"]


def test_ten_an_hour_for_a_room_whoever_they_go_to(
    links: GuestLinks, world: World, real: ManualClock
) -> None:
    for number in range(FROM_ONE_ROOM):
        links.send(replace(GOOD, request_key=str(number), address=f"{number}@mail.example"))
    with pytest.raises(MailedTooOften):
        links.send(replace(GOOD, request_key="one too many"))
    links.send(replace(GOOD, request_key="another room", room_id="room-2"))
    real.advance(hours=1)
    links.send(replace(GOOD, request_key="later"))
    assert len(world.sent) == FROM_ONE_ROOM + 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "friend"),
        ("room_id", ""),
        ("room_id", "room\n1"),
        ("guest_id", "g" * 201),
        ("address", "nobody"),
    ],
)
def test_what_makes_no_link_or_address_is_told(
    links: GuestLinks, world: World, field: str, value: str
) -> None:
    with pytest.raises(InvalidField, match=field):
        links.send(replace(GOOD, **{field: value}))
    assert world.sent == []


def test_a_mail_server_that_is_away_is_told_and_asked_again(links: GuestLinks, world: World) -> None:
    world.faults = [NotSent()]
    with pytest.raises(ServiceUnavailable):
        links.send(GOOD)
    links.send(GOOD)
    assert len(world.sent) == 1


def test_an_address_that_the_server_refuses_is_told(links: GuestLinks, world: World) -> None:
    world.faults = [NeverSent()]
    with pytest.raises(InvalidField, match="address"):
        links.send(GOOD)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mail_brings_the_link_that_the_console_shows(
    composer: MailComposer, language: str, kind: str
) -> None:
    mail = arrived(composer.compose_guest(replace(GOOD, language=language, kind=kind), "key", NOW))
    token = mint(composer.link_key, LINK_PLACE.format(room_id="room-1"), "guest-1", LINK_GENERATION)
    for text in (text_of(mail), text_of(mail, "html")):
        assert f"{composer.public_url}/i/{token}" in text
        assert "10:05" in text, "until when"
    assert (mail["To"], mail["Content-Language"]) == (GOOD.address, language)
