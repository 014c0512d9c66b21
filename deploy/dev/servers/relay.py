"""coturn: relays calls from networks that let nothing but TCP through, to the SFU and nowhere else."""

import os
import socket
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

from deploy.dev.install import RELAY
from deploy.dev.part import PROBE_SECONDS, Server, accepts, clean_environment
from deploy.dev.ports import HOST
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

PROGRAM = RELAY / "usr" / "bin" / "turnserver"
SCHEMA = RELAY / "usr" / "share" / "coturn" / "schema.sql"
# RFC 8489 section 5: message type, length and magic cookie.
BINDING_REQUEST, BINDING_SUCCESS, MAGIC_COOKIE = 0x0001, 0x0101, 0x2112A442
CONFIGURATION = """
listening-ip={host}
relay-ip={host}
listening-port={port}
min-port={first}
max-port={last}
realm=video-consultation
use-auth-secret
static-auth-secret={secret}
# To the SFU's address alone, by UDP alone.
denied-peer-ip=0.0.0.0-255.255.255.255
denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff
allowed-peer-ip={node}
allow-loopback-peers
no-tcp-relay
no-multicast-peers
user-quota=60
# What a page leaves that vanishes is given back soon.
max-allocate-lifetime=120
stale-nonce=600
fingerprint
no-tls
no-dtls
no-cli
no-rfc5780
no-stun-backward-compatibility
no-software-attribute
no-dynamic-ip-list
no-dynamic-realms
userdb={database}
pidfile={home}/relay.pid
log-file=stdout
simple-log
"""


def turn_urls(site: Site) -> tuple[str, str]:
    """Return where browsers find the relay, by UDP and by TCP (RFC 7065)."""
    at = f"turn:{HOST}:{site.port('turn')}"
    return f"{at}?transport=udp", f"{at}?transport=tcp"


def turn_secret(site: Site) -> str:
    """Return what credentials for the relay are made with."""
    return site.secret("turn")


class Relay(Server):
    """The relay. It keeps nothing, so it may die: on its own machines it would be started again."""

    name = "relay"
    ports = ("turn",)
    restarted = True

    def prepare(self) -> None:
        """Write its configuration, which holds the secret, and its database, which holds nothing."""
        row, home = self.site.port_row(), self.site.path("relay")
        text = CONFIGURATION.format(
            host=HOST,
            node=HOST,
            port=self.site.port("turn"),
            first=row[0],
            last=row[-1],
            secret=turn_secret(self.site),
            home=home,
            database=empty_database(home),
        )
        write_private(self._file, text)

    def command(self) -> Command:
        """Run it in the foreground."""
        home = self.site.path("relay")
        return Command([str(PROGRAM), "-c", str(self._file)], clean_environment(home), home)

    def is_ready(self) -> bool:
        """It answers by UDP and accepts by TCP."""
        port = self.site.port("turn")
        return accepts(port) and _answers(port)

    @property
    def _file(self) -> Path:
        return self.site.path("relay") / "turnserver.conf"


def empty_database(folder: Path) -> Path:
    """Make the database that it wants though nobody is in it: it refuses people while it makes its own."""
    file = folder / "nobody.sqlite"
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as database:
        database.executescript(SCHEMA.read_text())
    return file


def _answers(port: int) -> bool:
    """Tell whether a STUN binding request is answered."""
    request = struct.pack("!HHI12s", BINDING_REQUEST, 0, MAGIC_COOKIE, os.urandom(12))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(PROBE_SECONDS)
        probe.connect((HOST, port))
        try:
            probe.send(request)
            answer = probe.recv(2048)
        except OSError:
            return False
    return answer[:2] == struct.pack("!H", BINDING_SUCCESS) and answer[8:20] == request[8:20]
