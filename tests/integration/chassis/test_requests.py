"""Requests between real processes over the real broker."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import amqp
import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis import context, rpc_client
from services.chassis.amqp import RPC_EXCHANGE
from services.chassis.rpc_client import RpcClient
from services.contracts.errors import (
    InternalError,
    InvalidField,
    NotByVideo,
    ServiceTimeout,
    ServiceUnavailable,
)
from services.contracts.wire import Request, rpc
from tests.integration.chassis.conftest import Start
from tests.integration.chassis.cut import Cut
from tests.integration.chassis.sample_contracts import Burn, Echo, Echoed, Fail, Look, Work
from tests.service_process import PATIENCE, ServiceProcess, eventually

pytestmark = pytest.mark.integration

NOBODY = str(uuid4())
NOW = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def echo(client: RpcClient, text: str = "hello") -> Echoed:
    return client.call(Echo(text=text, at=NOW))


def marks(database: Database[dict[str, Any]], text: str) -> int:
    return database.marks.count_documents({"text": text})


def test_a_reply_comes_back_as_its_type(service: ServiceProcess, client: RpcClient) -> None:
    reply = echo(client)
    assert (reply.text, reply.at) == ("hello", NOW)


def test_the_context_travels_along(service: ServiceProcess, client: RpcClient) -> None:
    with context.use(context.begin(language="fr")) as here:
        reply = echo(client)
    assert (reply.language, reply.correlation_id) == ("fr", here.correlation_id)


def test_a_refusal_arrives_as_itself(service: ServiceProcess, client: RpcClient) -> None:
    with pytest.raises(NotByVideo) as caught:
        client.call(Fail(how="typed:medical_bills"))
    assert caught.value.details == {"subject": "medical_bills"}


def test_a_defect_tells_the_caller_nothing_and_the_log_no_value(
    service: ServiceProcess, client: RpcClient
) -> None:
    with context.use(context.begin()) as here, pytest.raises(InternalError):
        client.call(Fail(how="defect:Anna Example"))
    line = next(line for line in service.lines() if line["correlation_id"] == here.correlation_id)
    assert line["level"] == "ERROR"
    assert line["exception"][0]["type"] == "RuntimeError"
    assert "sample_service.py" in line["exception"][0]["frames"][-1]
    assert "Anna" not in service.log.read_text()


def test_a_request_that_breaks_its_contract_is_refused_by_field(
    service: ServiceProcess, client: RpcClient
) -> None:
    @rpc("booking", reply=Echoed, errors=())
    class Echo(Request[Echoed]):
        text: int

    with pytest.raises(InvalidField) as caught:
        client.call(Echo(text=3))
    assert caught.value.args == ("text", "type")


def test_a_method_that_does_not_exist_is_an_error_and_harms_nobody(
    service: ServiceProcess, client: RpcClient
) -> None:
    @rpc("booking", reply=None, errors=())
    class NeverImplemented(Request[None]):
        pass

    with pytest.raises(InternalError):
        client.call(NeverImplemented())
    assert echo(client)


def test_nobody_waits_longer_than_the_time_out(service: ServiceProcess, client: RpcClient) -> None:
    began = time.monotonic()
    with pytest.raises(ServiceTimeout):
        client.call(Fail(how="sleep:60"), timeout=0.3)
    assert time.monotonic() - began < 30
    assert not client._waiting, "a caller that went away leaves nothing behind"


def test_the_deadline_of_the_work_shortens_the_time_out(service: ServiceProcess, client: RpcClient) -> None:
    began = time.monotonic()
    with context.use(context.begin(timeout=0.3)), pytest.raises(ServiceTimeout):
        client.call(Fail(how="sleep:60"))
    assert time.monotonic() - began < 20


def test_what_nobody_waits_for_any_more_is_not_done(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    start().terminate()
    mark = uuid4().hex
    with pytest.raises(ServiceTimeout):
        client.call(Work(mark=mark, seconds=0), timeout=0.3)
    start()
    assert echo(client)
    assert marks(database, f"begin {mark}") == 0


def test_messages_that_cannot_be_answered_are_put_aside(
    start: Start, client: RpcClient, channel: amqp.Channel
) -> None:
    service = start()
    bodies: list[tuple[bytes, dict[str, Any]]] = [
        (b'{"args": [], "kwargs": {"how": "x"}}', {"content_type": "application/json"}),
        (b'{"args": [], "kwargs": {"how": "x"}}', {"reply_to": NOBODY}),
        (
            b'{"args": [], "kwargs": {"how": "x"}}',
            {"content_type": "application/json", "reply_to": "booking.fail"},
        ),
        (b"\xff\xfe not json", {"content_type": "application/json", "reply_to": NOBODY}),
        (b"text", {"content_type": "application/x-python-serialize", "reply_to": NOBODY}),
        (b'"' + b"x" * 1_100_000 + b'"', {"content_type": "application/json", "reply_to": NOBODY}),
    ]
    for body, properties in bodies:
        channel.basic_publish(amqp.Message(body, **properties), RPC_EXCHANGE, "booking.fail")
    assert echo(client)
    metrics = service.metrics()
    for reason, count in (("no_reply_address", 3), ("undecodable", 2), ("too_large", 1)):
        assert f'bus_rejected_total{{reason="{reason}"}} {count}.0' in metrics
    assert service.terminate() == 0, "nothing is held any more"
    assert channel.queue_declare("rpc-booking", passive=True).message_count == 0


def test_arguments_that_are_no_map_are_answered(
    service: ServiceProcess, client: RpcClient, channel: amqp.Channel
) -> None:
    for body in (b"[]", b"3", b"{}", b'{"args": [], "kwargs": []}'):
        sent = amqp.Message(body, content_type="application/json", reply_to=NOBODY, correlation_id="c")
        channel.basic_publish(sent, RPC_EXCHANGE, "booking.echo")
    assert echo(client)


def test_a_call_that_the_broker_refuses_does_not_swallow_the_next(
    service: ServiceProcess, client: RpcClient
) -> None:
    with pytest.raises(ServiceTimeout):
        client.call(Echo(text="x", at=NOW), service="nobody_may_call_this", timeout=0.3)
    with pytest.raises(NotByVideo):
        client.call(Fail(how="typed:x"))


@pytest.fixture
def cut(stores: Platform) -> Iterator[Cut]:
    parts = urlsplit(stores.env("gateway-pages")["AMQP_URL"])
    cut = Cut((parts.hostname or "", parts.port or 0))
    yield cut
    cut.close()


@pytest.fixture
def behind(stores: Platform, cut: Cut) -> Iterator[RpcClient]:
    """A client whose connections can be cut."""
    parts = urlsplit(stores.env("gateway-pages")["AMQP_URL"])
    place = f"{parts.username}:{parts.password}@127.0.0.1:{cut.port}"
    client = RpcClient(parts._replace(netloc=place).geturl(), "gateway-pages")
    yield client
    client.close()


def test_a_read_is_repeated_when_its_connection_breaks(
    service: ServiceProcess, behind: RpcClient, cut: Cut, database: Database[dict[str, Any]]
) -> None:
    mark = uuid4().hex
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(behind.call, Look(mark=mark, seconds=1.5))
        eventually(lambda: marks(database, f"begin {mark}"))
        cut.cut()
        assert call.result(timeout=PATIENCE) == "seen"


def test_a_change_without_a_key_is_not_repeated(
    service: ServiceProcess, behind: RpcClient, cut: Cut, database: Database[dict[str, Any]]
) -> None:
    mark = uuid4().hex
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(behind.call, Work(mark=mark, seconds=15))
        eventually(lambda: marks(database, f"begin {mark}"))
        cut.cut()
        with pytest.raises(ServiceUnavailable):
            call.result(timeout=PATIENCE)
    eventually(lambda: behind.connected)
    assert echo(behind)
    assert marks(database, f"begin {mark}") == 1


def test_an_idle_publisher_that_was_cut_off_loses_nothing(
    service: ServiceProcess, behind: RpcClient, cut: Cut, database: Database[dict[str, Any]]
) -> None:
    assert echo(behind)
    losses = behind.losses
    cut.cut()
    eventually(lambda: behind.losses > losses and behind.connected)
    mark = uuid4().hex
    behind.call(Work(mark=mark, seconds=0))
    assert marks(database, f"end {mark}") == 1


def test_many_callers_share_one_client(service: ServiceProcess, client: RpcClient) -> None:
    texts = [str(number) for number in range(300)]
    with ThreadPoolExecutor(30) as pool:
        replies = list(pool.map(lambda text: echo(client, text).text, texts))
    assert replies == texts


def test_at_shutdown_what_runs_is_finished_once_and_the_rest_goes_to_others(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    first = start(BUS_WORKERS="3")
    names = [uuid4().hex for _ in range(9)]
    with ThreadPoolExecutor(9) as pool:
        calls = [pool.submit(client.call, Work(mark=name, seconds=0.8)) for name in names]
        eventually(lambda: sum(marks(database, f"begin {name}") for name in names) >= 3)
        second = start(wait=False, BUS_WORKERS="9")
        assert first.terminate() == 0
        for call in calls:
            call.result(timeout=PATIENCE)
    assert [marks(database, f"begin {name}") for name in names] == [1] * 9
    assert [marks(database, f"end {name}") for name in names] == [1] * 9
    assert second.is_ready()


def test_a_handler_that_computes_beside_the_greenlets_is_not_run_twice(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    start(BUS_HEARTBEAT="2")
    mark = uuid4().hex
    client.call(Burn(mark=mark, seconds=7))
    assert echo(client), "what was delivered again would have come before this"
    assert marks(database, f"begin {mark}") == 1


def test_a_client_under_steady_load_is_not_cut_off(
    service: ServiceProcess, client: RpcClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc_client, "_HEARTBEAT", 2)
    echo(client)
    thread = next(t for t in threading.enumerate() if t.name == "rpc-replies" and t.is_alive())
    until = time.monotonic() + 7
    while time.monotonic() < until:
        echo(client)
    assert thread.is_alive()
    assert client.losses == 0


def test_the_service_and_its_callers_survive_the_death_of_the_broker(
    stores: Platform, start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    service = start()
    mark = uuid4().hex
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.call, Work(mark=mark, seconds=15))
        eventually(lambda: marks(database, f"begin {mark}"))
        os.killpg(stores.child_id("broker"), signal.SIGKILL)
        with pytest.raises(ServiceUnavailable):
            call.result(timeout=PATIENCE)
    eventually(lambda: not client.connected)
    began = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        echo(client)
    assert time.monotonic() - began < 2, "while the bus is down nobody waits for it"
    eventually(lambda: service.failing() == ["bus"])
    stores.supervisor.restart("broker")
    eventually(service.is_ready)
    eventually(lambda: client.connected)
    assert echo(client)
    assert service.process.poll() is None


def test_a_service_starts_without_a_broker_and_waits_for_it(
    stores: Platform, start: Start, client: RpcClient
) -> None:
    stores.supervisor.end("broker")
    early = start(wait=False)
    refusals = eventually(
        lambda: len(found := [line for line in early.lines() if "interval" in line]) > 3 and found
    )
    assert max(line["interval"] for line in refusals) <= 2, "it asks again every two seconds at the latest"
    stores.supervisor.restart("broker")
    eventually(early.is_ready)
    eventually(lambda: client.connected)
    assert echo(client)
