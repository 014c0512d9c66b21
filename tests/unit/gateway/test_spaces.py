"""My spaces: overview, creation, the limit, over the real rules in memory."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.unit.gateway import journey
from tests.unit.gateway.people import NUMBERS, created, invited, link_in, logged_in
from tests.unit.gateway.people import lea as lea  # a fixture
from tests.unit.gateway.people import spaces as spaces  # a fixture
from tests.unit.gateway.real_spaces import RealSpaces


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
