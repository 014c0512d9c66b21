"""What a caller is told of an exception that no use case meant."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from nameko import config
from pymongo.errors import AutoReconnect, DuplicateKeyError, ExecutionTimeout, NetworkTimeout

from services.chassis.bus.rpc import _declared, _fault
from services.contracts.booking import GetAppointment
from services.contracts.errors import (
    InternalError,
    InvalidField,
    NotFound,
    PlatformError,
    ServiceTimeout,
    ServiceUnavailable,
    SlotTaken,
)
from services.contracts.slots import FindFreeDays


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NetworkTimeout("late"), ServiceTimeout),
        (ExecutionTimeout("late"), ServiceTimeout),
        (AutoReconnect("gone"), ServiceUnavailable),
        (DuplicateKeyError("value of somebody"), InternalError),
        (ValueError("value of somebody"), InternalError),
    ],
)
def test_a_store_that_does_not_answer_can_be_asked_again(error: Exception, told: type[PlatformError]) -> None:
    fault = _fault(error, FindFreeDays)
    assert type(fault) is told
    assert fault.args == ("booking",)
    assert fault.retryable


def test_an_error_that_the_contract_does_not_name_is_a_defect_in_a_test(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answered(error: PlatformError, environment: str) -> str:
        settings = SimpleNamespace(environment=environment)
        monkeypatch.setitem(config, "PLATFORM", SimpleNamespace(settings=settings))
        return type(_declared(error, GetAppointment)).__name__

    assert answered(SlotTaken(), "test") == "InternalError"
    assert answered(SlotTaken(), "production") == "SlotTaken"
    assert answered(NotFound("appointment"), "test") == "NotFound"
    assert answered(InvalidField("appointment_id", "type"), "test") == "InvalidField"
