"""Each request says what it may be answered with, to callers and to readers."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from services.contracts.errors import ERRORS
from services.contracts.wire import EVERYWHERE, REQUESTS, Request

CONTRACTS = Path(__file__).parents[2] / "services" / "contracts"
for _path in CONTRACTS.glob("*.py"):
    importlib.import_module(f"services.contracts.{_path.stem}")
DECLARED = [r for r in REQUESTS.values() if r.__module__.startswith("services.contracts.")]


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: f"{kind.service}.{kind.method}")
def test_each_error_of_a_request_is_explained_where_it_is_declared(kind: type[Request[Any]]) -> None:
    explained = kind.__doc__ or ""
    if "those of" not in explained:
        assert [error.__name__ for error in kind.errors if error.__name__ not in explained] == []


@pytest.mark.parametrize("kind", DECLARED, ids=lambda kind: f"{kind.service}.{kind.method}")
def test_a_request_declares_the_platforms_errors_once_and_not_those_of_all(kind: type[Request[Any]]) -> None:
    assert set(kind.errors) <= set(ERRORS.values()) - set(EVERYWHERE)
    assert len(set(kind.errors)) == len(kind.errors)
