"""One of our own processes as a part, and the step that fills in a service's demo data."""

from collections.abc import Mapping
from types import MappingProxyType

from deploy.dev.environment import seed_variables, variables_of
from deploy.dev.part import Server, Step, accepts, answers, python
from deploy.dev.process import Command
from deploy.dev.processes import Process
from deploy.dev.site import ROOT, Site


class Service(Server):
    """A process of the platform. It may die: on Kubernetes it would be started again, and so it is here."""

    restarted = True
    stop_seconds = 20.0

    def __init__(
        self, site: Site, process: Process, environment: str, others: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        super().__init__(site)
        self.process, self.environment, self._others = process, environment, others
        self.name, self.needs = process.name, process.needs
        self.ports = (f"{self.name}-metrics", *((self.name,) if process.listens else ()), *process.ports)

    def command(self) -> Command:
        """Run the module with its own variables."""
        variables = {**variables_of(self.site, self.name, self.environment), **self._others}
        return python("-m", *self.process.arguments, home=self.site.path("home", self.name), **variables)

    def is_ready(self) -> bool:
        """Its own readiness check says so."""
        listens = not self.process.listens or accepts(self.site.port(self.name))
        return listens and answers(self.site.port(f"{self.name}-metrics"), "/health/ready")


class Seed(Step):
    """Demo data of one service: its program `seed.py`, run with the service's rights; may run again."""

    def __init__(self, site: Site, process: Process, environment: str) -> None:
        super().__init__(site)
        self.process, self.environment = process, environment
        self.name, self.needs = f"{process.name}-seed", (process.name,)
        self._module = f"{process.arguments[0]}.seed"

    def is_needed(self) -> bool:
        """Only where the service brings demo data."""
        return ROOT.joinpath(*self._module.split(".")).with_suffix(".py").exists()

    def command(self) -> Command:
        """Run the service's own program."""
        variables = seed_variables(self.site, self.process, self.environment)
        return python("-m", self._module, home=self.site.path("home", self.process.name), **variables)
