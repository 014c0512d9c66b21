import socket
from pathlib import Path

import pytest

from services.media.worker.udp import (
    BATCH,
    SLOT,
    SOCKET_BUFFER,
    Codec,
    Inbox,
    Outbox,
    bind,
    destination,
    room_of,
)


@pytest.fixture(params=["127.0.0.1", "::1"])
def pair(request: pytest.FixtureRequest):
    """Two sockets of one family."""
    with bind(request.param, 0) as one, bind(request.param, 0) as other:
        yield one, other


def test_addresses_go_to_the_kernel_s_form_and_back() -> None:
    for family, address in ((socket.AF_INET, ("192.0.2.7", 50_000)), (socket.AF_INET6, ("2001:db8::7", 443))):
        codec = Codec(family)
        assert codec.decode(codec.encode(address)) == address


def test_a_batch_goes_out_and_comes_in(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    codec = Codec(one.family)
    outbox, inbox = Outbox(one, codec), Inbox(other, codec)
    there = destination(codec, other.getsockname()[:2])
    for number in range(BATCH + 3):
        outbox.send(bytes([number]) * 20, there)
    outbox.flush()
    counts = [inbox.receive(), inbox.receive()]
    assert counts == [BATCH, 3]
    assert (outbox.sent, outbox.refused) == (BATCH + 3, 0)
    assert bytes(inbox.view[2 * SLOT : 2 * SLOT + inbox.length(2)]) == bytes([BATCH + 2]) * 20
    assert codec.decode(inbox.sender(0)) == one.getsockname()[:2]


def test_as_much_room_is_taken_as_the_system_gives(pair: tuple[socket.socket, socket.socket]) -> None:
    allowed = int(Path("/proc/sys/net/core/rmem_max").read_text())
    assert room_of(pair[0]) >= min(SOCKET_BUFFER, allowed)


def test_nothing_there_is_no_error(pair: tuple[socket.socket, socket.socket]) -> None:
    assert Inbox(pair[0], Codec(pair[0].family)).receive() == 0


def test_what_the_kernel_refuses_does_not_stop_the_rest(pair: tuple[socket.socket, socket.socket]) -> None:
    one, other = pair
    codec = Codec(one.family)
    outbox = Outbox(one, codec)
    there = destination(codec, other.getsockname()[:2])
    outbox.send(b"before", there)
    outbox.send(b"nowhere", destination(codec, ("255.255.255.255" if codec.size == 16 else "ff01::1", 0)))
    outbox.send(b"after", there)
    outbox.flush()
    assert (outbox.sent, outbox.refused) == (2, 1)
