"""A service that is told to stop ends, whatever goes on in it and around it."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.rpc_client import RpcClient
from services.contracts.errors import PlatformError
from services.contracts.wire import Request
from tests.integration.chassis.conftest import Start
from tests.integration.chassis.sample_contracts import Fail, Work
from tests.service_process import PATIENCE, ServiceProcess, eventually

pytestmark = pytest.mark.integration


def says(service: ServiceProcess, message: str) -> bool:
    return any(line["message"] == message for line in service.lines())


def end_while_it_works(
    service: ServiceProcess, client: RpcClient, request: Request[Any], began: Any
) -> tuple[int, float]:
    """The exit code, and the seconds that the end took."""
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.call, request, timeout=10.0)
        eventually(began)
        told = time.monotonic()
        code = service.terminate()
        took = time.monotonic() - told
        with pytest.raises(PlatformError):
            call.result(timeout=PATIENCE)
    return code, took


def test_a_handler_that_does_not_end_holds_the_end_up_no_longer_than_the_grace(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    service, mark = start(BUS_STOP_SECONDS="1"), uuid4().hex
    code, took = end_while_it_works(
        service,
        client,
        Work(mark=mark, seconds=60),
        lambda: database.marks.count_documents({"text": f"begin {mark}"}),
    )
    assert code == 1
    assert 0.9 < took < 30
    assert says(service, "did not stop in time and ends all the same")


def test_a_service_that_is_told_twice_finishes_what_runs(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    service, mark = start(), uuid4().hex
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(client.call, Work(mark=mark, seconds=1))
        eventually(lambda: database.marks.count_documents({"text": f"begin {mark}"}))
        service.process.send_signal(signal.SIGTERM)
        eventually(lambda: says(service, "stopping"))
        assert service.terminate() == 0
        call.result(timeout=PATIENCE)
    assert "Traceback" not in service.log.read_text()


def test_a_service_that_hangs_altogether_ends_and_says_where_it_was(
    start: Start, client: RpcClient, database: Database[dict[str, Any]]
) -> None:
    database.marks.delete_many({"text": "hangs"})
    service = start(BUS_STOP_SECONDS="0.5")
    code, took = end_while_it_works(
        service, client, Fail(how="hang:60"), lambda: database.marks.count_documents({"text": "hangs"})
    )
    assert code == 1
    assert took < 30
    assert "in _burn" in service.log.read_text()


def test_a_service_that_waits_for_its_first_broker_ends_at_once(start: Start) -> None:
    service = start(wait=False, AMQP_URL="amqp://nobody:nothing@127.0.0.1:1/")
    eventually(lambda: says(service, "no connection to the broker"))
    assert service.terminate() == 0


def test_a_service_that_has_lost_its_broker_ends_well(stores: Platform, start: Start) -> None:
    service = start()
    os.killpg(stores.child_id("broker"), signal.SIGKILL)
    try:
        eventually(lambda: says(service, "no connection to the broker"))
        assert service.terminate() == 0
        assert says(service, "stopped")
    finally:
        stores.supervisor.restart("broker")
