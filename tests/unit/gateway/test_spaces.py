"""My spaces: overview, creation, the limit, members and invitations, over the real rules in memory."""

from __future__ import annotations

import re
from typing import Any

import pytest

from services.contracts.errors import ServiceUnavailable
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


def test_who_has_no_space_reads_what_there_could_be(lea: Any) -> None:
    page = lea.get("/spaces").text
    assert "You have no private space yet" in page
    assert "You are in no professional space" in page
    assert "0 of 10" in page


def test_one_finds_the_number_by_which_one_is_invited(lea: Any, world: Any) -> None:
    assert NUMBERS["lea"] in lea.get("/spaces").text
    assert "want to invite you" not in logged_in(world, "resident").get("/spaces").text


def test_the_same_number_of_another_issuer_is_not_the_one_that_is_invited(lea: Any, world: Any) -> None:
    invited(lea, created(lea), "tom")
    path = link_in(logged_in(world, "tom").get("/spaces").text, "/spaces/invitations/")
    abroad = logged_in(world, "abroad")
    assert "/spaces/invitations/" not in abroad.get("/spaces").text
    page = abroad.get(path)
    assert page.status_code == 403
    assert f'href="/login?next={path}"' in page.text
    assert abroad.post(path, {"answer": "accept", "request_key": "answer"}).status_code == 403


def test_a_space_from_a_pro_certificate_is_named_after_the_company(lea: Any) -> None:
    assert 'value="Muster S.à r.l."' in lea.get("/spaces/new").text
    page = lea.get(created(lea)).text
    assert "Muster &amp; Co" in page
    assert "B123456" in page
    assert "/members" in page


def test_a_space_from_a_private_certificate_says_that_one_stays_alone(world: Any, spaces: RealSpaces) -> None:
    tom = logged_in(world, "tom")
    assert "only member" in tom.get("/spaces/new").text
    address = created(tom, "Practice")
    page = tom.get(address).text
    assert "/members" not in page.partition("<main")[2]
    assert tom.get(f"{address}/members/invite").status_code == 403


def test_the_second_click_makes_no_second_space(lea: Any) -> None:
    assert created(lea) == created(lea)
    assert "1 of 10" in lea.get("/spaces").text


@pytest.mark.parametrize("name", ["", "x" * 101])
def test_a_bad_name_is_told_at_the_field_and_kept(lea: Any, name: str) -> None:
    page = lea.post("/spaces/new", {"name": name, "request_key": "key-1"})
    assert page.status_code == 422
    assert "error-summary" in page.text
    assert f'value="{name}"' in page.text or not name
    assert 'value="key-1"' in page.text


def test_a_name_is_text_wherever_it_is_shown(lea: Any) -> None:
    address = created(lea, "<b>Bold</b> & Co")
    for path in ("/spaces", address, f"{address}/members", f"{address}/delete", f"{address}/trail"):
        page = lea.get(path).text
        assert "<b>Bold</b>" not in page
        assert "&lt;b&gt;Bold" in page


def test_a_space_of_others_is_not_there(world: Any, lea: Any) -> None:
    address = created(lea)
    tom = logged_in(world, "tom")
    for path in ("", "/members", "/trail", "/delete", "/name", "/leave", "/members/invite"):
        assert tom.get(address + path).status_code == 404


def test_a_space_is_renamed(lea: Any) -> None:
    address = created(lea)
    done = lea.post(f"{address}/name", {"name": "New name", "former_name": "Muster & Co"})
    assert done.location == address
    assert "New name" in lea.get(address).text
    late = lea.post(f"{address}/name", {"name": "Third", "former_name": "Muster & Co"})
    assert late.status_code == 409
    assert "changed in the meantime" in late.text


def test_deleting_is_explained_done_and_undone(lea: Any) -> None:
    address = created(lea)
    page = lea.get(f"{address}/delete").text
    assert "23 December 2026" in page
    assert "gone for good" in page
    assert lea.post(f"{address}/delete").location == "/spaces"
    assert "can be restored until" in lea.get("/spaces").text
    assert lea.get(f"{address}/members").status_code == 403
    assert lea.get(f"{address}/delete").location == address
    assert lea.post(f"{address}/restore").location == address
    assert "can be restored until" not in lea.get("/spaces").text


def test_at_the_limit_the_helpdesk_is_asked_and_raises_it(world: Any, lea: Any) -> None:
    for number in range(10):
        created(lea, key=f"key-{number}")
    assert lea.get("/spaces/new").location == "/spaces"
    refused = lea.post("/spaces/new", {"name": "Eleventh", "request_key": "key-11"})
    assert refused.status_code == 409
    assert "10 professional spaces already" in refused.text
    assert lea.post("/spaces/more", {"reason": "  "}).status_code == 422
    assert lea.post("/spaces/more", {"reason": "Eleven branches"}).location == "/spaces"
    assert "You have asked the helpdesk" in lea.get("/spaces").text
    assert lea.get("/spaces/more").location == "/spaces"

    desk = world.browser()
    journey.log_in(desk, "helpdesk", "staff")
    path = re.findall(r'href="(/console/space-limits/[^"?]+)"', desk.get("/console/space-limits/").text)[0]
    assert "Eleven branches" in desk.get(path).text
    for wrong in ("ten", "10", "101", "0", "-1", "9" * 30, "000011" + "0" * 5000):
        page = desk.post(path, {"limit": wrong, "reason": "Seen"})
        assert (page.status_code, "above the present limit" in page.text) == (422, True)
    assert desk.post(path, {"limit": "12", "reason": ""}).status_code == 422
    assert desk.post(path, {"limit": "12", "reason": "Seen"}).status_code == 303
    assert "Nobody waits" in desk.get("/console/space-limits/").text
    assert desk.post(path, {"limit": "12", "reason": "Seen"}).status_code == 303

    assert "10 of 12" in lea.get("/spaces").text
    assert created(lea, key="key-11")


def test_agents_do_not_raise_limits(world: Any, spaces: RealSpaces) -> None:
    agent = world.browser()
    journey.log_in(agent, "agent", "staff")
    assert agent.get("/console/space-limits/").status_code == 403


# --- members ---


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
        invited(lea, addresses[number % 2], number=f"{number + 10:020}", key=f"key-{number}")
        for number in range(61)
    ]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert 'value="Tom Beispiel"' in answers[-1].text


def test_a_mail_that_did_not_arrive_is_told_to_who_invites(world: Any, lea: Any) -> None:
    address = created(lea)
    invited(lea, address)
    assert "could not be delivered" not in lea.get(f"{address}/members").text
    world.bus.notify.invitation_mails = "failed"
    assert "could not be delivered" in lea.get(f"{address}/members").text
    world.bus.fault_of["list_invitation_mails"] = ServiceUnavailable("notify")
    page = lea.get(f"{address}/members")
    assert (page.status_code, "waits for an answer" in page.text) == (200, True)
