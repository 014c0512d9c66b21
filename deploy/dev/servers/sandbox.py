"""The sandbox, which plays the providers of log-ins."""

from deploy.dev.part import Server, answers, python
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.sandbox.files import Files
from deploy.dev.site import Site


def sandbox_url(site: Site) -> str:
    """Return its origin: for browsers another site than the platform's, which is `localhost`."""
    return f"http://{HOST}:{site.port('sandbox')}"


def sandbox_files(site: Site) -> Files:
    """Return its keys, and what identity is told of it."""
    return Files(site.path("providers-sandbox"))


class Sandbox(Server):
    """The providers; identity reads what they have written before it starts."""

    name = "sandbox"
    ports = ("sandbox",)
    restarted = True

    def prepare(self) -> None:
        """Write the keys of both sides and the providers' file."""
        sandbox_files(self.site).write(sandbox_url(self.site))

    def command(self) -> Command:
        """Run it with its own keys."""
        variables = {
            "ENVIRONMENT": "development",
            "LISTEN_PORT": str(self.site.port("sandbox")),
            "PUBLIC_URL": f"http://localhost:{self.site.port('public')}",
            "KEYS_FOLDER": str(sandbox_files(self.site).sandbox),
        }
        return python("-m", "deploy.dev.sandbox", home=self.site.path("home", self.name), **variables)

    def is_ready(self) -> bool:
        """Its pages answer."""
        return answers(self.site.port("sandbox"), "/health")
