"""The address a request comes from: what our own proxies saw, never what the caller says."""

from __future__ import annotations

import pytest

from gateway.client_address import client_address
from tests.unit.gateway.conftest import make_world


def _address(*forwarded: str, proxies: int = 1, peer: str = "10.0.0.7") -> str:
    app = make_world(proxies=proxies).app
    headers = [("X-Forwarded-For", line) for line in forwarded]
    with app.test_request_context("/", headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return client_address()


def test_the_proxy_tells_who_called_it() -> None:
    assert _address("192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize("forged", ["198.51.100.9, 192.0.2.1", "198.51.100.9,203.0.113.5 , 192.0.2.1"])
def test_what_a_caller_writes_himself_is_not_believed(forged: str) -> None:
    assert _address(forged) == "192.0.2.1"


def test_a_header_sent_twice_is_read_as_one() -> None:
    assert _address("198.51.100.9", "192.0.2.1") == "192.0.2.1"


def test_behind_two_proxies_the_outer_one_is_asked() -> None:
    assert _address("198.51.100.9, 192.0.2.1, 10.1.1.1", proxies=2) == "192.0.2.1"


def test_without_a_proxy_the_header_is_not_read() -> None:
    assert _address("192.0.2.1", proxies=0) == "10.0.0.7"


@pytest.mark.parametrize("forwarded", ["", "somebody", "192.0.2.1:8080", "::1%eth0, "])
def test_what_is_no_address_is_passed_over(forwarded: str) -> None:
    assert _address(forwarded) == "10.0.0.7"


def test_a_request_past_the_proxies_has_its_own_address() -> None:
    assert _address("192.0.2.1", proxies=2) == "10.0.0.7"
    assert _address() == "10.0.0.7"
    assert _address(peer="") == "unknown"


def test_one_address_has_one_notation() -> None:
    assert _address("::ffff:192.0.2.1") == "192.0.2.1"
    assert _address("2001:DB8:0:0::1") == "2001:db8::1"
