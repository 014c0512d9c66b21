"""Functions are short, files can be read at a sitting."""

import statistics

import pytest

from tests.architecture.source import Module, body_lines, modules

MODULES = modules("services", "gateway", "deploy/dev")
LONGEST_FILE = 400
"""Declarations may need more than the 300 lines at which a file is talked about."""
LONGEST_FUNCTION = 45


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_file_is_too_long(module: Module) -> None:
    assert module.lines <= LONGEST_FILE


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
def test_no_function_is_too_long(module: Module) -> None:
    assert [f.name for f in module.functions() if body_lines(f) > LONGEST_FUNCTION] == []


def test_half_of_all_functions_have_at_most_eight_lines() -> None:
    lengths = [body_lines(function) for module in MODULES for function in module.functions()]
    assert statistics.median(lengths) <= 8
