"""Members of a space and invitations, over the real rules in memory."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.errors import ServiceUnavailable
from tests.unit.gateway.people import NUMBERS, created, invited, joined, link_in, logged_in, member_path
from tests.unit.gateway.people import lea as lea  # a fixture
from tests.unit.gateway.people import spaces as spaces  # a fixture
from tests.unit.gateway.real_spaces import RealSpaces


def test_who_is_invited_accepts_and_both_read_it(world: Any, lea: Any) -> None:
    address = created(lea)
    assert invited(lea, address).location == f"{address}/members"
    assert "waits for an answer" in lea.get(f"{address}/members").text
    tom = logged_in(world, "tom")
    path = link_in(tom.get("/spaces").text, "/spaces/invitations/")
    page = tom.get(path).text
    assert "Muster &amp; Co" in page
    assert "Léa Muster" in page
    for _click in range(2):
        answer = tom.post(path, {"answer": "accept", "request_key": "one"})
        assert answer.location == address
    assert "You may work here" in tom.get(address).text
    members = lea.get(f"{address}/members").text
    assert "Tom Beispiel" in members
    assert "waits for an answer" not in members


def test_who_refuses_stays_outside(world: Any, lea: Any) -> None:
    address = created(lea)
    invited(lea, address)
    tom = logged_in(world, "tom")
    path = link_in(tom.get("/spaces").text, "/spaces/invitations/")
    assert tom.post(path, {"answer": "refuse", "request_key": "one"}).location == "/spaces"
    assert tom.get(address).status_code == 404
    assert "refused" in lea.get(f"{address}/members").text
    again = tom.post(path, {"answer": "accept", "request_key": "two"})
    assert again.status_code == 410
    assert "has been refused" in again.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1" * 19, "exactly 20 digits"),
        ("2" * 10 + " " + "2" * 10, "without blanks between"),
        ("x" * 20, "digits only"),
        ("", "Enter the number of the certificate"),
        (NUMBERS["lea"], "your own certificate"),
    ],
)
def test_a_wrong_number_is_told_at_its_field(lea: Any, typed: str, sentence: str) -> None:
    address = created(lea)
    page = invited(lea, address, number=typed)
    assert page.status_code == 422
    assert page.text.count(sentence) == 2
    assert 'href="#number"' in page.text
    assert 'value="Tom Beispiel"' in page.text
    assert "Nobody is invited" in lea.get(f"{address}/members").text


def test_a_wrong_address_and_choices_left_out_are_told(lea: Any) -> None:
    address = created(lea)
    assert "name@example.lu" in invited(lea, address, email="nobody").text
    assert invited(lea, address, role="", scope="").text.count("Choose one of the possibilities.") == 4
    assert invited(lea, address, role="owner").status_code == 422


def test_a_link_for_another_certificate_says_so(world: Any, lea: Any) -> None:
    address = created(lea)
    invited(lea, address)
    path = link_in(logged_in(world, "tom").get("/spaces").text, "/spaces/invitations/")
    anne = logged_in(world, "anne")
    for answer in (anne.get(path), anne.post(path, {"answer": "accept", "request_key": "one"})):
        assert answer.status_code == 403
        assert "meant for another certificate" in answer.text
        assert "ending in 3333" in answer.text
    assert anne.get("/spaces/invitations/nothing/there").status_code == 404


def test_a_link_opened_before_the_log_in_leads_back_to_it(world: Any, spaces: RealSpaces) -> None:
    answer = world.browser().get("/spaces/invitations/space/invitation")
    assert answer.location == "/login?next=/spaces/invitations/space/invitation"


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ("withdraw", "has been withdrawn"),
        ("delete", "has been deleted"),
        ("expire", "has run out"),
    ],
)
def test_what_is_over_cannot_be_accepted(
    world: Any, lea: Any, spaces: RealSpaces, end: str, sentence: str
) -> None:
    address = created(lea)
    invited(lea, address)
    tom = logged_in(world, "tom")
    path = link_in(tom.get("/spaces").text, "/spaces/invitations/")
    if end == "withdraw":
        lea.post(link_of(lea, address, "withdraw"))
    elif end == "delete":
        lea.post(f"{address}/delete")
    else:
        world.clock.advance(days=14)
    answer = tom.post(path, {"answer": "accept", "request_key": "one"})
    assert answer.status_code == 410
    assert sentence in answer.text
    assert "/spaces/invitations/" not in tom.get("/spaces").text


def link_of(browser: Any, address: str, action: str) -> str:
    """Where the members' page posts an invitation's `withdraw` or `send`."""
    page = browser.get(f"{address}/members").text
    found = re.search(rf'action="({re.escape(address)}/invitations/[^"]*/{action})"', page)
    assert found, page
    return found[1]


def test_an_invitation_is_sent_again_once_a_click(lea: Any, spaces: RealSpaces) -> None:
    address = created(lea)
    invited(lea, address)
    for _click in range(2):
        lea.post(link_of(lea, address, "send"), {"sendings": "1"})
    assert "sent again" in lea.get(f"{address}/members").text
    told = [event.sending for event in spaces.world.spaces.told if hasattr(event, "sending")]
    assert told == [1, 2]


def test_a_role_is_changed_and_a_member_removed(world: Any, lea: Any) -> None:
    address = created(lea)
    tom = joined(world, lea, address)
    path = member_path(lea.get(f"{address}/members").text, address, "Tom Beispiel")
    assert lea.post(path, {"role": "manager", "former_role": "editor"}).location == f"{address}/members"
    assert "sign for it" in tom.get(address).text
    lea.post(path, {"role": "reader", "former_role": "editor"})
    assert "changed in the meantime" in lea.get(f"{address}/members").text
    assert lea.post(path, {"role": "", "former_role": "manager"}).status_code == 422
    assert "can no longer enter" in lea.get(f"{path}/remove").text
    assert lea.post(f"{path}/remove").location == f"{address}/members"
    assert tom.get(address).status_code == 404
    assert "Tom Beispiel" not in lea.get(f"{address}/members").text.partition("Invitations")[0].replace(
        "Tom Beispiel removed", ""
    )


def test_the_last_administrator_reads_why_he_stays(lea: Any) -> None:
    address = created(lea)
    assert lea.post(f"{address}/leave").location == address
    assert "Make another member administrator first" in lea.get(address).text


def test_a_member_leaves(world: Any, lea: Any) -> None:
    address = created(lea)
    tom = joined(world, lea, address)
    assert "can no longer enter" in tom.get(f"{address}/leave").text
    for _click in range(2):
        assert tom.post(f"{address}/leave").location == "/spaces"
    assert tom.get(address).status_code == 404


def test_who_may_not_change_members_sees_them_and_no_more(world: Any, lea: Any) -> None:
    address = created(lea)
    invited(lea, address, "anne", key="key-a")
    tom = joined(world, lea, address, role="manager")
    page = tom.get(f"{address}/members").text
    assert "Léa Muster" in page
    assert "anne@mail.example" not in page
    for path in ("/members/invite", "/trail", "/name", "/delete"):
        assert tom.get(address + path).status_code == 403
    assert invited(tom, address, "anne").status_code == 403


def test_the_trail_reads_as_sentences(world: Any, lea: Any) -> None:
    address = created(lea)
    joined(world, lea, address)
    page = lea.get(f"{address}/trail").text
    assert "Tom Beispiel invited as Editor" in page
    assert "Invitation accepted, as Editor" in page
    assert "Space created" in page


def test_invitations_are_mailed_so_many_an_hour(lea: Any) -> None:
    addresses = [created(lea, key=f"key-{number}") for number in range(2)]
    answers = [
        invited(
            lea,
            addresses[number % 2],
            number=f"{number + 10:020}",
            key=f"key-{number}",
            email=f"{number}@mail.example",
        )
        for number in range(61)
    ]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert 'value="Tom Beispiel"' in answers[-1].text


def test_nobody_is_flooded_by_being_invited_and_withdrawn(lea: Any) -> None:
    address, answers = created(lea), []
    for number in range(10):
        answers.append(invited(lea, address, key=f"key-{number}", email="tom@mail.example"))
        way = re.search(r'action="([^"]+/withdraw)"', lea.get(f"{address}/members").text)
        assert way
        lea.post(way[1])
    assert [answer.status_code for answer in answers] == [303] * 10
    again = invited(lea, address, key="key-again", email="TOM@mail.example")
    assert again.status_code == 429
    assert invited(lea, address, "anne", key="key-anne").status_code == 303


def test_a_mail_that_did_not_arrive_is_told_to_who_invites(world: Any, lea: Any) -> None:
    address = created(lea)
    invited(lea, address)
    assert "could not be delivered" not in lea.get(f"{address}/members").text
    world.bus.notify.invitation_mails = "failed"
    assert "could not be delivered" in lea.get(f"{address}/members").text
    world.bus.fault_of["list_invitation_mails"] = ServiceUnavailable("notify")
    page = lea.get(f"{address}/members")
    assert (page.status_code, "waits for an answer" in page.text) == (200, True)
