"""The case file, which plays the system to which agents hand documents over."""

from deploy.dev.part import Server, accepts, python
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site
from deploy.dev.sources.files import Files


def case_file_url(site: Site) -> str:
    """Return its address, for who brings a certificate."""
    return f"https://{HOST}:{site.port('case-file')}"


def case_file_page(site: Site) -> str:
    """Return the page on which one sees what arrived."""
    return f"http://{HOST}:{site.port('case-file-page')}"


def case_file_files(site: Site) -> Files:
    """Return both sides' certificates; a file `mode` among its own changes how it behaves."""
    return Files(site.path("case-file"), "case-file", "files")


class CaseFile(Server):
    """The platform starts and works without it."""

    name = "case-file"
    ports = ("case-file", "case-file-page")
    restarted = True

    def prepare(self) -> None:
        """Write the certificates of both sides."""
        case_file_files(self.site).write()

    def command(self) -> Command:
        """Run it with its own certificate."""
        variables = {
            "ENVIRONMENT": "development",
            "LISTEN_PORT": str(self.site.port("case-file")),
            "PAGE_PORT": str(self.site.port("case-file-page")),
            "FOLDER": str(case_file_files(self.site).theirs),
        }
        return python("-m", "deploy.dev.case_file", home=self.site.path("home", self.name), **variables)

    def is_ready(self) -> bool:
        """Someone takes connections on both ports."""
        return accepts(self.site.port("case-file")) and accepts(self.site.port("case-file-page"))
