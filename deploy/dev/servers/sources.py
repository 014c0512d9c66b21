"""The sources, which play the registers of authorities."""

from deploy.dev.part import Server, accepts, python
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site
from deploy.dev.sources.files import Files


def sources_url(site: Site) -> str:
    """Return their address, for who brings a certificate."""
    return f"https://{HOST}:{site.port('sources')}"


def sources_files(site: Site) -> Files:
    """Return both sides' certificates; a file `mode` among the sources' own changes how they behave."""
    return Files(site.path("authentic-sources"), "sources", "spaces")


class Sources(Server):
    """The registers; the platform starts and works without them."""

    name = "sources"
    ports = ("sources",)
    restarted = True

    def prepare(self) -> None:
        """Write the certificates of both sides."""
        sources_files(self.site).write()

    def command(self) -> Command:
        """Run them with their own certificate."""
        variables = {
            "ENVIRONMENT": "development",
            "LISTEN_PORT": str(self.site.port("sources")),
            "FOLDER": str(sources_files(self.site).theirs),
        }
        return python("-m", "deploy.dev.sources", home=self.site.path("home", self.name), **variables)

    def is_ready(self) -> bool:
        """Someone takes connections: a question needs a certificate."""
        return accepts(self.site.port("sources"))
