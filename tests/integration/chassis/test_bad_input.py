"""Odd values in every field of every request, over the real bus into real services and their stores.

What a value of another type does is tried over the use cases; here are those that the codec lets through and
that a store, a key or an address might stumble over. The ids are nobody's, which is how most of them come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.dev.platform import Platform
from services.chassis import rpc_client
from services.chassis.codec import to_wire
from services.chassis.rpc_client import RpcClient
from services.contracts.wire import EVERYWHERE, Request
from tests.unit import bad_requests, bad_values
from tests.unit.booking import test_bad_input as booking
from tests.unit.identity import test_bad_input as identity
from tests.unit.identity.test_bad_input import eidas_provider, far, providers, seconds, staff_provider
from tests.unit.media_control import test_bad_input as media
from tests.unit.notify import test_bad_input as notify
from tests.unit.spaces import test_bad_input as spaces

__all__ = ["eidas_provider", "far", "providers", "seconds", "staff_provider"]
pytestmark = pytest.mark.integration

TEXTS = ("", "x" * 300, "\x00", "$where", "../..", "é\u202e")
INTEGERS = (-1, 2**63 - 1)
DATES = ("0001-01-01", "9999-12-31")
INSTANTS = ("1900-01-01T00:00:00Z", "2999-12-31T23:59:59Z")


@dataclass(frozen=True)
class Raw:
    """A request whose fields nobody has checked before it is sent."""

    kind: type[Request[Any]]
    body: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.kind, name)


@pytest.fixture(scope="module")
def caller(platform: Platform) -> Iterator[RpcClient]:
    """With the rights of the pages; what it is given goes as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rpc_client, "to_wire", lambda raw: raw.body)
        client = RpcClient(platform.env("gateway-pages")["AMQP_URL"], "gateway-pages")
        yield client
        client.close()


def odd(value: Any) -> tuple[Any, ...]:
    """What may stand there instead of a good value, of the same type."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return INTEGERS
    if not isinstance(value, str):
        return ()
    is_instant, is_date = value.endswith("Z") and "T" in value, value[4:5] == "-" == value[7:8]
    return INSTANTS if is_instant else DATES if is_date else TEXTS


def faults(caller: RpcClient, good: Request[Any]) -> list[str]:
    """Answers that the contract does not declare."""
    kind, body, found = type(good), to_wire(good), []
    for path, value in bad_values.leaves(body):
        for bad in odd(value):
            try:
                caller.call(Raw(kind, bad_values.spoilt(body, path, bad)))  # type: ignore[arg-type]
            except bad_requests.allowed(kind):
                continue
            except EVERYWHERE as error:
                found.append(f"{kind.method} {path} as {str(bad)[:40]!r}: {error!r}")
    return found


def test_booking(caller: RpcClient) -> None:
    assert [f for good in booking.good_requests(booking.a_world()) for f in faults(caller, good)] == []


def test_identity(caller: RpcClient, providers: identity.Providers) -> None:
    made = identity.good_requests(identity.World(providers))
    assert [f for good in made for f in faults(caller, good)] == []


def test_media(caller: RpcClient) -> None:
    assert [f for good in media.good_requests(media.in_call()) for f in faults(caller, good)] == []


def test_notify(caller: RpcClient) -> None:
    assert [f for good in notify.GOOD for f in faults(caller, good)] == []


def test_spaces(caller: RpcClient) -> None:
    assert [f for good in spaces.GOOD for f in faults(caller, good)] == []
