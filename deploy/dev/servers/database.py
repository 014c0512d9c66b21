"""SecantusDB, which speaks MongoDB's protocol: for each service a database and a user who sees no other."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymongo
from pymongo.errors import PyMongoError

from deploy.dev.part import VENV_BIN, Server, Step, clean_environment, python, succeeds
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

OPERATOR = "operator"
# The shape that loses nothing on this server and on MongoDB alike: acknowledged means it is in the journal.
OPTIONS = "replicaSet=secantus&retryWrites=false&w=majority&journal=true"
TIMEOUT_MS = {OPERATOR: 20_000}
"""Who looks inside has time, be the machine ever so busy."""
USUAL_TIMEOUT_MS = 2000


@dataclass(frozen=True)
class Account:
    """A user of one database."""

    user: str
    database: str


ACCOUNTS = (
    Account("booking", "booking"),
    Account("identity", "identity"),
    Account("spaces", "spaces"),
    Account("notify", "notify"),
    Account("media", "media"),
    Account("media-keys", "media_keys"),
    Account("spaces-keys", "spaces_keys"),
)


def mongo_uri(site: Site, user: str) -> str:
    """Return the address of the database server for one user: his own database, or all for the operator."""
    database = next((account.database for account in ACCOUNTS if account.user == user), "admin")
    options = f"{OPTIONS}&timeoutMS={TIMEOUT_MS.get(user, USUAL_TIMEOUT_MS)}"
    return f"mongodb://{user}:{_password(site, user)}@{HOST}:{site.port('mongo')}/{database}?{options}"


class DatabaseUsers(Step):
    """The first user, without whom the server knows no log-in: made once, behind a port nobody knows."""

    name = "database-users"
    ports = ("mongo-first",)

    def is_needed(self) -> bool:
        """Only for a fresh data folder."""
        return not _stamp(self.site).exists()

    def prepare(self) -> None:
        """Write the (empty) configuration: without one the server would look for files of its own."""
        write_private(self.site.path("database") / "server.toml", "")

    def command(self) -> Command:
        """Run this module's own small program, told where the data lies."""
        home = self.site.path("database")
        return python("-m", "deploy.dev.servers.first_database_user", str(self.site.folder), home=home)


class Database(Server):
    """The server, with log-in demanded and every commit synced."""

    name = "database"
    needs = ("database-users",)
    ports = ("mongo",)

    def command(self) -> Command:
        """Run the server as `server_command` says, with log-in."""
        return server_command(self.site, "mongo", "--auth")

    def is_ready(self) -> bool:
        """The operator can log in."""
        return succeeds(self._ping, PyMongoError)

    def on_ready(self) -> None:
        """Give every service its user."""
        with _client(self.site) as client:
            for account in ACCOUNTS:
                _ensure_user(
                    client[account.database], account.user, _password(self.site, account.user), "readWrite"
                )

    def _ping(self) -> None:
        with _client(self.site) as client:
            client.admin.command("ping")


def server_command(site: Site, port: str, *flags: str) -> Command:
    """Return the command of the server on the named port."""
    home = site.path("database")
    arguments = {
        "--config": str(home / "server.toml"),
        "--host": HOST,
        "--port": str(site.port(port)),
        "--storage-path": str(site.path("database", "files")),
        "--cache-size": "256M",
        "--log-level": "WARNING",
    }
    words = [word for pair in arguments.items() for word in pair]
    command = [str(VENV_BIN / "secantusd-py"), *words, "--sync-on-commit", *flags]
    return Command(command, clean_environment(home), home)


def create_operator(site: Site) -> None:
    """Create the operator on the server that listens on the first, open port."""
    with pymongo.MongoClient[dict[str, Any]](
        HOST, site.port("mongo-first"), directConnection=True, serverSelectionTimeoutMS=10_000
    ) as client:
        _ensure_user(client.admin, OPERATOR, _password(site, OPERATOR), "root")
    _stamp(site).touch()


def _client(site: Site) -> pymongo.MongoClient[dict[str, Any]]:
    address = f"{mongo_uri(site, OPERATOR)}&authSource=admin"
    return pymongo.MongoClient(address, timeoutMS=1000, serverSelectionTimeoutMS=1000)


def _ensure_user(database: Any, user: str, password: str, role: str) -> None:
    if database.command("usersInfo", user)["users"]:
        return
    roles = [{"role": role, "db": database.name}]
    database.command("createUser", user, pwd=password, roles=roles, mechanisms=["SCRAM-SHA-256"])


def _password(site: Site, user: str) -> str:
    return site.secret(f"database:{user}")


def _stamp(site: Site) -> Path:
    return site.path("database") / "users-exist"
