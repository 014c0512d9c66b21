"""What a caller is told of an exception that no use case meant."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, DuplicateKeyError, ExecutionTimeout, NetworkTimeout

from services.chassis.bus.rpc import _fault
from services.contracts.booking import FindFreeDays
from services.contracts.errors import InternalError, PlatformError, ServiceTimeout, ServiceUnavailable


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
