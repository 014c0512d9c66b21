"""Who may import whom: the rules that keep the parts apart."""

from collections.abc import Iterable

import pytest

from tests.architecture.source import Module, inside, is_standard, modules, service_of

SERVICES = modules("services")
EVERYTHING = modules("services", "gateway")
DOMAINS = [module for module in SERVICES if ".domain" in module.name]
CONTRACTS = [module for module in SERVICES if inside(module.name, "services.contracts")]
PRODUCT = [
    module
    for module in SERVICES
    if not inside(module.name, "services.contracts") and not inside(module.name, "services.chassis")
]


def named(found: Iterable[Module]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("module", found, ids=lambda module: module.name)


@named(CONTRACTS)
def test_contracts_import_the_standard_library_alone(module: Module) -> None:
    foreign = {n for n in module.imports if not is_standard(n) and not inside(n, "services.contracts")}
    assert foreign == set()


@named(DOMAINS)
def test_a_domain_imports_the_standard_library_contracts_and_itself(module: Module) -> None:
    own = module.name.partition(".domain")[0] + ".domain"
    allowed = (own, "services.contracts")
    foreign = {n for n in module.imports if not is_standard(n) and not any(inside(n, a) for a in allowed)}
    assert foreign == set()


@named(DOMAINS)
def test_a_domain_never_asks_what_time_it_is(module: Module) -> None:
    text = module.path.read_text()
    assert not [call for call in ("datetime.now", "utcnow", "date.today", "time.time") if call in text]


@named(PRODUCT)
def test_services_import_contracts_and_chassis_but_never_one_another(module: Module) -> None:
    allowed = (service_of(module.name), "services.contracts", "services.chassis")
    foreign = {n for n in module.imports_any("services", "gateway") if not any(inside(n, a) for a in allowed)}
    assert foreign == set()


@named(modules("gateway"))
def test_the_gateway_imports_contracts_and_chassis_but_no_service(module: Module) -> None:
    allowed = ("services.contracts", "services.chassis")
    foreign = {n for n in module.imports_any("services") if not any(inside(n, a) for a in allowed)}
    assert foreign == set()


@named(EVERYTHING)
def test_nameko_is_imported_by_entry_points_and_the_chassis_bus_alone(module: Module) -> None:
    at_home = inside(module.name, "services.chassis.bus") or module.name == "services.chassis.runner"
    if not at_home and not module.name.endswith(".service"):
        assert module.imports_any("nameko") == set()


@named(EVERYTHING)
def test_eventlet_is_imported_by_the_chassis_alone(module: Module) -> None:
    parts = ("bus", "runner", "offload", "deadline")
    allowed = [f"services.chassis.{part}" for part in parts]
    if not any(inside(module.name, a) for a in allowed):
        assert module.imports_any("eventlet") == set()


@pytest.mark.parametrize("entry", ["gateway", "services.media.worker"])
def test_threads_and_asyncio_never_load_what_belongs_to_greenlets(entry: str) -> None:
    green = {"services.chassis.bus", "services.chassis.runner", "services.chassis.offload"}
    loaded = {module.name: module for module in EVERYTHING}
    reached: set[str] = set()
    waiting = [name for name in loaded if inside(name, entry)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            parents = {i.rpartition(".")[0] for i in loaded[name].imports}
            waiting += [n for n in (loaded[name].imports | parents) if n in loaded]
    assert not [name for name in reached if any(inside(name, g) for g in green)]


@named(PRODUCT)
def test_services_reach_the_broker_through_the_chassis(module: Module) -> None:
    assert module.imports_any("kombu", "amqp") == set()
