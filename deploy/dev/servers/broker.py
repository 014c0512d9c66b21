"""RabbitMQ with its port mapper: a broker of our own beside any that the machine runs."""

import base64
import hashlib
import json
import os
from typing import Any

import amqp

from deploy.dev.part import Server, accepts, clean_environment, succeeds
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.servers.broker_rights import EXCHANGES, rights
from deploy.dev.site import Site, write_private

# The one in sbin would change the user and use the machine's own broker.
SERVER = "/usr/lib/rabbitmq/bin/rabbitmq-server"
OPERATOR = "operator"


def amqp_url(site: Site, user: str) -> str:
    """Return the address of the broker for one user."""
    return f"amqp://{user}:{site.secret(f'broker:{user}')}@{HOST}:{site.port('amqp')}//"


class PortMapper(Server):
    """Erlang's port mapper, in the foreground on a port of its own: stopping it stops nobody else's."""

    name = "port-mapper"
    ports = ("epmd",)

    def command(self) -> Command:
        """Run epmd on loopback."""
        port = str(self.site.port("epmd"))
        environment = clean_environment(self.site.path("broker"))
        return Command(
            ["/usr/bin/epmd", "-port", port, "-address", HOST], environment, self.site.path("broker")
        )

    def is_ready(self) -> bool:
        """It accepts connections."""
        return accepts(self.site.port("epmd"))


class Broker(Server):
    """RabbitMQ: every service its own user, who may do what `broker_rights` says and no more."""

    name = "broker"
    needs = ("port-mapper",)
    ports = ("amqp", "broker-distribution", "broker-control")
    stop_seconds = 20.0

    def prepare(self) -> None:
        """Write configuration, users and rights."""
        home = self.site.path("broker")
        definitions = write_private(home / "definitions.json", json.dumps(self._definitions()))
        write_private(home / "rabbitmq.conf", self._configuration(str(definitions)))
        loopback = "{" + HOST.replace(".", ",") + "}"
        write_private(home / "advanced.config", f"[{{kernel,[{{inet_dist_use_interface,{loopback}}}]}}].\n")
        write_private(home / "env.conf", "")
        write_private(home / "enabled_plugins", "[].\n")
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            write_private(cookie, self.site.secret("erlang-cookie"))
            cookie.chmod(0o400)

    def command(self) -> Command:
        """Run the broker in the foreground, everything it reads or writes under the data folder."""
        home = self.site.path("broker")
        control = str(self.site.port("broker-control"))
        variables = {
            # The files belong to this name: it must not change when ports do. The port mapper is ours alone.
            "RABBITMQ_NODENAME": "cns@localhost",
            "RABBITMQ_DIST_PORT": str(self.site.port("broker-distribution")),
            "RABBITMQ_CTL_DIST_PORT_MIN": control,
            "RABBITMQ_CTL_DIST_PORT_MAX": control,
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(home / "env.conf"),
            "RABBITMQ_MNESIA_BASE": str(self.site.path("broker", "mnesia")),
            "RABBITMQ_MNESIA_DIR": str(self.site.path("broker", "mnesia", "cns")),
            "RABBITMQ_LOG_BASE": str(self.site.path("broker", "log")),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.site.path("broker", "generated")),
            "ERL_EPMD_PORT": str(self.site.port("epmd")),
            "ERL_EPMD_ADDRESS": HOST,
            # An idle scheduler that spins costs half a core on a small machine.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput +sbwt none +sbwtdcpu none +sbwtdio none",
        }
        return Command([SERVER], clean_environment(home, **variables), home)

    def is_ready(self) -> bool:
        """Only a whole AMQP log-in proves that it is ready; the port opens long before."""
        return accepts(self.site.port("amqp")) and succeeds(self._log_in, OSError, amqp.AMQPError)

    def _log_in(self) -> None:
        connection = amqp.Connection(
            f"{HOST}:{self.site.port('amqp')}",
            userid=OPERATOR,
            password=self.site.secret(f"broker:{OPERATOR}"),
            connect_timeout=1,
            read_timeout=1,
        )
        connection.connect()
        connection.close()

    def _configuration(self, definitions: str) -> str:
        lines = (
            f"listeners.tcp.1 = {HOST}:{self.site.port('amqp')}",
            f"load_definitions = {definitions}",
            "log.console = true",
            "log.file = false",
            "log.console.level = warning",
            "vm_memory_high_watermark.absolute = 512MB",
            "disk_free_limit.absolute = 50MB",
        )
        return "\n".join(lines) + "\n"

    def _definitions(self) -> dict[str, Any]:
        """Users, rights, and the exchanges that everybody uses."""
        vhost = {"vhost": "/"}
        operator = {"user": OPERATOR, "configure": ".*", "write": ".*", "read": ".*", **vhost}
        return {
            "vhosts": [{"name": "/"}],
            "users": [self._user(OPERATOR, "administrator"), *(self._user(right.user) for right in rights())],
            "permissions": [operator, *(right.permission() | vhost for right in rights())],
            "topic_permissions": [topic | vhost for right in rights() for topic in right.topic_permissions()],
            "exchanges": [
                {"name": name, "type": "topic", "durable": True, "auto_delete": False, "internal": False}
                | {"arguments": {}, **vhost}
                for name in EXCHANGES
            ],
        }

    def _user(self, name: str, *tags: str) -> dict[str, Any]:
        return {
            "name": name,
            "password_hash": _password_hash(self.site.secret(f"broker:{name}")),
            "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": list(tags),
        }


def _password_hash(password: str) -> str:
    """Salt and hash a password as RabbitMQ stores it: base64(salt + SHA-256(salt + password))."""
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
