"""Nothing on the bus is forgotten: each request is answered, each event told and heard has a sample."""

import ast
import importlib
from collections.abc import Iterator

import pytest

from services.contracts.errors import ERRORS, PlatformError
from services.contracts.wire import EVENTS, REQUESTS, Event, Request
from tests.architecture.source import ROOT, Module, modules

PREFIX = "services.contracts."
for _path in (ROOT / "services" / "contracts").glob("*.py"):
    importlib.import_module(PREFIX + _path.stem)

# Tests declare contracts of their own; only those of the platform count here.
DECLARED_REQUESTS = [r for r in REQUESTS.values() if r.__module__.startswith(PREFIX)]
DECLARED_EVENTS = [e for e in EVENTS.values() if e.__module__.startswith(PREFIX)]
HOMES = {
    "booking": "services/booking",
    "identity": "services/identity",
    "spaces": "services/spaces",
    "notify": "services/notify",
    "media": "services/media/control",
    "sfu": "services/media/worker",
}
ENTRY_POINTS = ("handles", "on", "every")


def decorated(module: Module, decorator: str) -> Iterator[str]:
    """Class names given to `@decorator(...)` in a module."""
    for function in module.functions():
        for node in function.decorator_list:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == decorator:
                yield _last(node.args[0])


def handled_in(home: str) -> set[str]:
    """Names of the requests that a service answers: decorated, or in the worker's table."""
    found: set[str] = set()
    for module in modules(home):
        found.update(decorated(module, "handles"))
        if home == HOMES["sfu"]:
            found.update(_last(k) for d in _dicts(module) for k in d.keys if isinstance(k, ast.Attribute))
    return found


def built_in(home: str) -> set[str]:
    """Names of everything that is called in a service: an event that is told is built somewhere."""
    calls = (node for m in modules(home) for node in ast.walk(m.tree) if isinstance(node, ast.Call))
    return {_last(call.func) for call in calls}


def heard() -> set[str]:
    return {name for module in modules("services") for name in decorated(module, "on")}


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _dicts(module: Module) -> Iterator[ast.Dict]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Dict))


@pytest.mark.parametrize("request_class", DECLARED_REQUESTS, ids=lambda r: f"{r.service}.{r.method}")
def test_each_request_has_a_handler_in_its_service(request_class: type[Request[object]]) -> None:
    assert request_class.__name__ in handled_in(HOMES[request_class.service])


@pytest.mark.parametrize("service", HOMES)
def test_a_service_handles_only_its_own_requests(service: str) -> None:
    own = {r.__name__ for r in DECLARED_REQUESTS if r.service == service}
    everybodys = {r.__name__ for r in DECLARED_REQUESTS}
    assert handled_in(HOMES[service]) & everybodys <= own


@pytest.mark.parametrize("event_class", DECLARED_EVENTS, ids=lambda e: f"{e.source}.{e.type}")
def test_each_event_is_told_by_its_owner(event_class: type[Event]) -> None:
    assert event_class.__name__ in built_in(HOMES[event_class.source])


def test_each_event_that_is_heard_is_declared() -> None:
    assert heard() <= {e.__name__ for e in DECLARED_EVENTS}


def test_names_of_events_are_unique_across_services() -> None:
    names = [e.__name__ for e in DECLARED_EVENTS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("home", HOMES.values())
def test_an_entry_point_is_five_lines(home: str) -> None:
    assert [name for module in modules(home) for name, lines in _entry_points(module) if lines > 5] == []


def _entry_points(module: Module) -> Iterator[tuple[str, int]]:
    for function in module.functions():
        if any(isinstance(d, ast.Call) and _last(d.func) in ENTRY_POINTS for d in function.decorator_list):
            body = function.body
            yield function.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_errors_carry_strings_only_and_are_registered_by_name() -> None:
    assert all(ERRORS[name].__name__ == name for name in ERRORS)
    assert all(issubclass(error, PlatformError) for error in ERRORS.values())
