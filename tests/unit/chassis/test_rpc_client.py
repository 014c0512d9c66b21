"""The client without a broker: it fails at once, and says which service it meant."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from services.chassis.rpc_client import RpcClient
from services.contracts.errors import ServiceUnavailable
from services.contracts.wire import Request, rpc


@rpc("sample", reply=None, errors=())
class Ping(Request[None]):
    pass


@pytest.fixture
def nowhere() -> Iterator[RpcClient]:
    """Asks a port that nobody listens on."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        client = RpcClient(f"amqp://u:p@127.0.0.1:{reserved.getsockname()[1]}//", "test")
        yield client
        client.close()


def test_a_missing_bus_is_told_at_once(nowhere: RpcClient) -> None:
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(ServiceUnavailable) as caught:
            nowhere.call(Ping())
        assert caught.value.details == {"service": "sample"}
    assert time.monotonic() - began < 10


def test_it_is_not_connected(nowhere: RpcClient) -> None:
    assert not nowhere.connected


def test_a_lost_bus_is_no_reason_for_a_new_process(nowhere: RpcClient) -> None:
    assert nowhere.runs, "nothing has been asked yet"
    assert not nowhere.connected
    assert nowhere.runs


def test_a_client_whose_replies_nobody_awaits_needs_a_new_process(
    nowhere: RpcClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def defect(_: RpcClient) -> None:
        ended.set()

    monkeypatch.setattr(RpcClient, "_receive", defect)
    assert not nowhere.connected
    assert ended.wait(60)
    nowhere._thread.join(60)
    assert not nowhere.runs


def test_a_client_that_never_called_opens_nothing_and_closes() -> None:
    RpcClient("amqp://nobody.invalid//", "test").close()


def test_requests_with_a_key_of_their_own_may_be_repeated() -> None:
    @rpc("sample", reply=None, errors=())
    class WithKey(Request[None]):
        idempotency_key: str

    @rpc("sample", reply=None, repeatable=True, errors=())
    class Read(Request[None]):
        pass

    assert (WithKey.repeatable, Read.repeatable, Ping.repeatable) == (True, True, False)
