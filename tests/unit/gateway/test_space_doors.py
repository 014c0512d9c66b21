"""Every address of a space, asked by those who may not: strangers, members of before, readers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from services.contracts.booking import CancelAppointment, MoveAppointment
from tests.unit.gateway import journey
from tests.unit.gateway.people import created, joined, logged_in, member_path, spaces
from tests.unit.gateway.shelf import Files, address_of
from tests.unit.gateway.test_company import ID, as_far_as_review, remove

doors_people = spaces
"""The fixture of people with certificates: Léa's is a company's."""

COMPANY = "Muster & Co"
OPEN_TO_WHOM_THEY_NAME = {"spaces.invitation", "spaces.answer"}
"""An invitation is asked for by who is no member yet."""
OF_NOBODY_HERE = {"spaces.invitation", "spaces.erase_document"}
"""The invitation is another's, and nothing lies in the bin."""
OF_READERS = {"spaces.leave_now", "spaces.answer"}
"""What somebody who only reads may send all the same."""
CHANGES = (CancelAppointment, MoveAppointment)


@dataclass
class Place:
    """A company's space with one of everything in it, and the private space of who has made it."""

    world: Any
    lea: Any
    address: str
    ids: dict[str, str]

    def paths(self, method: str, space_id: str) -> dict[str, str]:
        """By endpoint; each with ids of things that are there."""
        with self.world.app.test_request_context():
            return {
                rule.endpoint: self.world.app.url_map.bind("localhost").build(
                    rule.endpoint, {name: self._value(name, space_id) for name in rule.arguments}, method
                )
                for rule in self.world.app.url_map.iter_rules()
                if "space_id" in rule.arguments and method in (rule.methods or ())
            }

    def _value(self, name: str, space_id: str) -> str:
        return space_id if name == "space_id" else self.ids[name]

    @property
    def content(self) -> str:
        """All that spaces holds, and what booking was asked to change."""
        inside = self.world.spaces.world
        shelves = inside.vault.shelves
        held = (inside.spaces.spaces, inside.private.spaces, inside.drafts.__dict__, shelves.__dict__)
        asked = [one for one in self.world.bus.asked if isinstance(one, CHANGES)]
        return repr((*held, asked))


@pytest.fixture
def place(world: Any, doors_people: Any) -> Place:
    lea = logged_in(world, "lea")
    lea.post("/space/open")
    address = created(lea, COMPANY)
    space_id = address.rpartition("/")[2]
    Files(world).bring(lea, to=space_id)
    as_far_as_review(lea, address)
    lea.post("/book/review")
    as_far_as_review(lea, address)
    drafts = lea.get(f"{address}/procedures").text
    lea.post(
        f"{address}/members/invite",
        {"name": "Anne", "email": "a@mail.example", "number": "9" * 20, "scope": "person", "role": "reader"}
        | {"request_key": "key-a"},
    )
    found = re.search(rf"{address}/invitations/([^/]+)/withdraw", lea.get(f"{address}/members").text)
    draft = re.search(rf"{address}/procedures/([^/\"]+)", drafts)
    assert found
    assert draft
    member_id = world.spaces.world.spaces.spaces[space_id].members[0].member_id
    ids = {
        "appointment_id": ID,
        "document_id": address_of(lea, "letter.pdf", f"{address}/documents").rpartition("/")[2],
        "procedure_id": draft[1],
        "invitation_id": found[1],
        "member_id": member_id,
    }
    return Place(world, lea, address, ids)


def opened(place: Place, browser: Any, space_id: str, statuses: set[int]) -> list[tuple[str, int]]:
    """Whatever answers otherwise than by these statuses, shows something or changes something."""
    before, found = place.content, []
    for method, ask in (("GET", browser.get), ("POST", browser.post)):
        paths = place.paths(method, space_id)
        assert len(paths) > 15
        for endpoint, path in paths.items():
            if endpoint not in OPEN_TO_WHOM_THEY_NAME:
                answer = ask(path)
                outcome = "out" if endpoint == "spaces.leave_now" else answer.status_code
                shows = COMPANY.replace("&", "&amp;") in answer.text
                if shows or outcome not in {*statuses, "out"}:
                    found.append((endpoint, answer.status_code))
    return found if place.content == before else [*found, ("changed", 0)]


def test_who_has_made_the_space_finds_something_under_each_of_them(place: Place) -> None:
    """Else the tests below would pass with addresses of nothing."""
    for endpoint, path in place.paths("GET", place.address.rpartition("/")[2]).items():
        if endpoint not in OF_NOBODY_HERE:
            assert place.lea.get(path).status_code in {200, 303}, endpoint
    before = place.content
    place.lea.post(f"{place.address}/documents/{place.ids['document_id']}/delete")
    assert place.content != before


def test_a_stranger_finds_nothing_under_any_address_of_a_space(world: Any, place: Place) -> None:
    assert opened(place, logged_in(world, "tom"), place.address.rpartition("/")[2], {404}) == []


def test_a_private_space_is_found_by_nobody_under_its_persons_id(world: Any, place: Place) -> None:
    tom = logged_in(world, "tom")
    tom.post("/space/open")
    assert opened(place, tom, "person-lea", {404}) == []


def test_a_member_who_was_removed_finds_nothing_any_more(world: Any, place: Place) -> None:
    tom = joined(world, place.lea, place.address, role="administrator")
    assert tom.get(place.address).status_code == 200
    remove(place.lea, place.address)
    assert opened(place, tom, place.address.rpartition("/")[2], {404}) == []


def test_who_was_made_a_reader_changes_nothing_any_more(world: Any, place: Place) -> None:
    tom = joined(world, place.lea, place.address, role="administrator")
    member = member_path(place.lea.get(f"{place.address}/members").text, place.address, "Tom Beispiel")
    answer = place.lea.post(member, {"former_role": "administrator", "role": "reader"})
    assert answer.status_code == 303
    before = place.content
    for endpoint, path in place.paths("POST", place.address.rpartition("/")[2]).items():
        if endpoint not in OF_READERS:
            status = tom.post(path, journey.PERSON).status_code
            assert status == 403, (endpoint, status)
    assert place.content == before


def test_a_deleted_space_is_there_for_nothing_but_its_restoration(world: Any, place: Place) -> None:
    tom = joined(world, place.lea, place.address, role="manager")
    place.lea.post(f"{place.address}/delete")
    assert opened(place, tom, place.address.rpartition("/")[2], {404}) == []
