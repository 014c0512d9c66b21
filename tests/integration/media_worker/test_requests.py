"""What the worker answers on the bus, whatever it is asked."""

import os
import random
import signal
import socket
import threading
import urllib.request

import pytest
from kombu import Connection

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from services.contracts.errors import InvalidField, PlatformError, StaleVersion
from services.contracts.media_errors import BadOffer, RoomFull
from tests.integration.media_worker.conftest import NODE, Told, wait_until
from tests.unit.media_worker import offers

pytestmark = pytest.mark.integration


def connect(
    rpc: RpcClient, room: str, name: str = "a", epoch: int = 1, offer: str | None = None
) -> sfu.Answer:
    text = offers.offer().replace("4711", str(abs(hash((room, name))))) if offer is None else offer
    request = sfu.ConnectParticipant(room_id=room, participant_id=name, epoch=epoch, offer_sdp=text)
    return rpc.call(request, service=NODE)


def ready(node: Platform) -> bool:
    url = f"http://127.0.0.1:{node.env('media-worker')['METRICS_PORT']}/health/ready"
    with urllib.request.urlopen(url) as answer:
        return bool(answer.status == 200)


def test_the_node_announces_itself_again_and_again(node: Platform, told: Told) -> None:
    first, second = (told.wait_for(sfu.NodeAnnounced) for _ in range(2))
    assert first["node_id"] == "node-1"
    assert first["port"] == int(node.env("media-worker")["UDP_PORT"])
    assert not second["draining"]


@pytest.mark.parametrize(
    "offer",
    [
        "",
        "v=0",
        "\x00" * 1000,
        "m=audio\r\n" * 100,
        offers.offer() + "a=ssrc:1 x:y\r\n" * 2000,
        offers.offer([offers.section(n, "video", "recvonly") for n in range(100)]),
        offers.offer([]),
        offers.offer().replace("opus", "\N{SNOWMAN}"),
    ],
    ids=range(8),
)
def test_a_bad_offer_is_refused_and_the_worker_lives(rpc: RpcClient, node: Platform, offer: str) -> None:
    with pytest.raises(BadOffer):
        connect(rpc, "bad", offer=offer)
    assert ready(node)


def test_a_huge_offer_does_not_reach_the_parser(rpc: RpcClient, node: Platform) -> None:
    with pytest.raises(InvalidField):
        connect(rpc, "huge", offer="a" * 500_000)
    assert ready(node)


def test_a_seventh_participant_is_refused(rpc: RpcClient) -> None:
    slots = [connect(rpc, "full", name).slot for name in "abcdef"]
    assert slots == [0, 1, 2, 3, 4, 5]
    with pytest.raises(RoomFull):
        connect(rpc, "full", "g")
    rpc.call(sfu.CloseRoom(room_id="full"), service=NODE)


def test_an_older_epoch_is_refused(rpc: RpcClient) -> None:
    connect(rpc, "fenced", epoch=7)
    with pytest.raises(StaleVersion):
        connect(rpc, "fenced", epoch=6)
    rpc.call(sfu.CloseRoom(room_id="fenced"), service=NODE)


def test_the_same_request_twice_has_the_same_answer(rpc: RpcClient) -> None:
    assert connect(rpc, "twice") == connect(rpc, "twice")
    rpc.call(sfu.CloseRoom(room_id="twice"), service=NODE)


def test_closing_what_is_not_there_is_done_already(rpc: RpcClient) -> None:
    assert rpc.call(sfu.CloseRoom(room_id="nowhere"), service=NODE) == sfu.Done()
    assert (
        rpc.call(sfu.DisconnectParticipant(room_id="nowhere", participant_id="x"), service=NODE) == sfu.Done()
    )


def test_a_participant_who_never_comes_is_not_told_as_connected(rpc: RpcClient, told: Told) -> None:
    connect(rpc, "unseen")
    rpc.call(sfu.CloseRoom(room_id="unseen"), service=NODE)
    assert told.wait_for(sfu.ParticipantDisconnected, room_id="unseen")["reason"] == "closed"


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"{}", b'{"args": [1]}', b'{"kwargs": {"room_id": 5}}']
)
def test_messages_that_are_no_requests_do_no_harm(node: Platform, rpc: RpcClient, body: bytes) -> None:
    with Connection(node.urls["amqp"]) as connection:
        producer = connection.Producer()
        for key in ("connect_participant", "no_such_method"):
            producer.publish(
                body,
                exchange="nameko-rpc",
                routing_key=f"{NODE}.{key}",
                content_type="application/octet-stream",
                content_encoding="binary",
            )
    assert rpc.call(sfu.CloseRoom(room_id="after"), service=NODE) == sfu.Done()


def test_garbage_on_the_udp_port_does_no_harm(node: Platform, rpc: RpcClient) -> None:
    chance = random.Random(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", int(node.env("media-worker")["UDP_PORT"])))
        for _ in range(3000):
            first = bytes([chance.choice((0, 1, 22, 64, 128, 144, 255))])
            sender.send(first + chance.randbytes(chance.randrange(200)))
    assert connect(rpc, "garbage").slot == 0
    rpc.call(sfu.CloseRoom(room_id="garbage"), service=NODE)


def test_many_requests_at_once_are_all_answered(rpc: RpcClient) -> None:
    failures: list[PlatformError] = []

    def ask(number: int) -> None:
        try:
            connect(rpc, f"crowd-{number % 10}", f"p{number // 10}")
        except PlatformError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(10):
        rpc.call(sfu.CloseRoom(room_id=f"crowd-{number}"), service=NODE)
    assert failures == []


def test_the_worker_comes_back_after_the_broker_s_death(node: Platform, rpc: RpcClient) -> None:
    os.kill(node.child_id("broker"), signal.SIGKILL)
    node.supervisor.restart("broker")
    follower = Told(node.urls["amqp"])
    try:
        assert follower.wait_for(sfu.NodeAnnounced)["node_id"] == "node-1"
        wait_until(lambda: rpc.connected)  # the asking side has to come back too
        assert rpc.call(sfu.CloseRoom(room_id="x"), service=NODE) == sfu.Done()
    finally:
        follower.close()
