"""Who is counted, and that nobody can be read out of what is counted."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.limits.caller import _key_of, hash_of, hashed, line_of, network
from tests.unit.gateway.conftest import make_world


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("unknown", "unknown"),
    ],
)
def test_one_line_is_one_caller(address: str, line: str) -> None:
    assert line_of(address) == line


def test_addresses_of_one_ipv6_line_count_together_and_others_do_not() -> None:
    app = make_world().app
    seen = []
    for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.1"):
        with app.test_request_context("/", headers={"X-Forwarded-For": address}):
            seen.append(hashed(network()))
    assert seen[0] == seen[1]
    assert seen[3] == seen[4]
    assert len(set(seen)) == 3


def test_a_subject_is_a_keyed_hash_and_another_one_each_day() -> None:
    today, tomorrow = (_key_of(b"form key", date(2026, 11, day)) for day in (23, 24))
    assert hash_of(today, "network 192.0.2.1") == hash_of(today, "network 192.0.2.1")
    assert (
        len({hash_of(key, "network 192.0.2.1") for key in (today, tomorrow, _key_of(b"other", date.min))})
        == 3
    )
    assert len(hash_of(today, "network 192.0.2.1")) == 32
