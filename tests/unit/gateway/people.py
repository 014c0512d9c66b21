"""People with certificates, in a browser each, and the spaces that they share."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.identity import FinishLogin, Principal
from tests.unit.gateway import journey
from tests.unit.gateway.real_spaces import RealSpaces

NUMBERS = {"lea": "1" * 20, "tom": "2" * 20, "anne": "3" * 20, "abroad": "2" * 20}
NAMES = {"lea": "Léa Muster", "tom": "Tom Beispiel", "anne": "Anne Exemple", "abroad": "Ada Beispiel"}


@pytest.fixture
def spaces(world: Any, monkeypatch: pytest.MonkeyPatch) -> RealSpaces:
    """People with certificates: Léa a Pro one, the others private ones."""
    log_in = world.identity.finish_login

    def with_certificate(request: FinishLogin) -> Principal:
        principal = log_in(request)
        person = request.answer["person"]
        is_pro = person == "lea"
        values = {name: getattr(principal, name) for name in Principal.__dataclass_fields__}
        company = {"company_id": "B123456", "company_name": "Muster S.à r.l."} if is_pro else {}
        own = {"name": NAMES.get(person, "Staff"), "number": NUMBERS.get(person, "")}
        own |= {"method": "eidas"} if person == "abroad" else {}
        return Principal(**{**values, **company, **own, "kind": "pro" if is_pro else "private"})

    monkeypatch.setattr(world.identity, "finish_login", with_certificate)
    found: RealSpaces = world.spaces
    return found


@pytest.fixture
def lea(world: Any, spaces: RealSpaces) -> Any:
    return logged_in(world, "lea")


@pytest.fixture
def owner(lea: Any) -> Any:
    """Léa, who has a private space."""
    lea.post("/space/open")
    return lea


def logged_in(world: Any, person: str) -> Any:
    browser = world.browser()
    journey.log_in(browser, person)
    return browser


def created(browser: Any, name: str = "Muster & Co", key: str = "key-1") -> str:
    """The address of a new space."""
    answer = browser.post("/spaces/new", {"name": name, "request_key": key})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def invited(browser: Any, address: str, person: str = "tom", key: str = "key-i", **changed: str) -> Any:
    form = {
        "name": NAMES[person],
        "email": f"{person}@mail.example",
        "number": NUMBERS[person],
        "scope": "person",
        "role": "editor",
        "request_key": key,
    }
    return browser.post(f"{address}/members/invite", {**form, **changed})


def joined(world: Any, browser: Any, address: str, person: str = "tom", **changed: str) -> Any:
    """The browser of who was invited and has accepted."""
    invited(browser, address, person, key=f"key-{person}", **changed)
    guest = logged_in(world, person)
    path = link_in(guest.get("/spaces").text, "/spaces/invitations/")
    answer = guest.post(path, {"answer": "accept", "request_key": f"answer-{person}"})
    assert answer.location == address
    return guest


def link_in(page: str, beginning: str) -> str:
    found = re.search(rf'href="({re.escape(beginning)}[^"]*)"', page)
    assert found, page
    return found[1]


def member_path(page: str, address: str, name: str) -> str:
    """Where a member is changed: the link that names him for screen readers."""
    found = re.search(rf'href="({re.escape(address)}/members/[^"]*)">Change<span[^>]*> – {name}', page)
    assert found, page
    return found[1]
