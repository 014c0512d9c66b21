"""Create a fresh database's first user: start the server open on a port nobody knows, add him, stop."""

import sys
from pathlib import Path

from deploy.dev.process import Child
from deploy.dev.servers.database import create_operator, server_command
from deploy.dev.site import Site


def main(folder: str) -> None:
    """Run once for the data folder."""
    site = Site(Path(folder))
    server = Child(
        "database-users", server_command(site, "mongo-first"), site.path("database") / "first-user.log"
    )
    try:
        create_operator(site)
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main(sys.argv[1])
