"""The relay as operators set it up (deploy/k8s/relay): by TLS, to the machines for video alone."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aioice import stun, turn

from deploy.dev import ports
from deploy.dev.part import accepts
from deploy.dev.servers.relay import CONFIGURATION, PROGRAM, empty_database
from deploy.dev.sources.certificates import SERVER, Authority
from services.chassis.settings import Secret
from services.media.control.adapters.relay import TurnRelay
from tests.integration.media_worker.conftest import wait_until

pytestmark = pytest.mark.integration

FILE = Path(__file__).parents[3] / "deploy" / "k8s" / "relay" / "turnserver.conf"
GUARDS = (
    "use-auth-secret",
    "denied-peer-ip=0.0.0.0-255.255.255.255",
    "denied-peer-ip=::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "no-tcp-relay",
    "user-quota=60",
    "max-allocate-lifetime=120",
    "no-multicast-peers",
    "no-cli",
    "no-dynamic-ip-list",
)
NODE = "127.0.0.5"
OLD, NEW = "the old secret", "the new secret"


def test_here_and_there_the_same_is_refused() -> None:
    for text in (CONFIGURATION, FILE.read_text()):
        lines = text.splitlines()
        assert [guard for guard in GUARDS if guard not in lines] == []
        assert sum(line.startswith("allowed-peer-ip=") for line in lines) == 1


def test_the_secret_is_not_in_the_tree() -> None:
    lines = FILE.read_text().splitlines()
    assert [line for line in lines if line.startswith("static-auth-secret")] == []


class Client(turn.TurnClientTcpProtocol):
    """Tells when its connection is gone."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.gone = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.gone.set()


class Relay:
    """coturn with the operator's file; addresses and secrets are filled in."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        block = ports.Block.claim()
        self.block, row = block, ports.row_of(block.number)
        plain, self.port = ports.in_block(block.number)[:2]
        pair = authority.issue("relay", SERVER, ports.HOST)
        (folder / "tls.crt").write_text(pair.certificate_pem)
        (folder / "tls.key").write_text(pair.key_pem)
        self.trust = ssl.create_default_context(cadata=authority.pair.certificate_pem)
        filled = {
            "listening-ip": ports.HOST,
            "relay-ip": ports.HOST,
            "listening-port": plain,
            "tls-listening-port": self.port,
            "cert": folder / "tls.crt",
            "pkey": folder / "tls.key",
            "min-port": row[0],
            "max-port": row[-1],
            "allowed-peer-ip": NODE,
            "userdb": empty_database(folder),
            "pidfile": folder / "relay.pid",
        }
        text = FILE.read_text()
        for name, value in filled.items():
            text, found = re.subn(rf"^{name}=.*$", f"{name}={value}", text, flags=re.M)
            assert found == 1, name
        secrets = "".join(f"static-auth-secret={secret}\n" for secret in (OLD, NEW))
        self.file = folder / "turnserver.conf"
        self.file.write_text(f"{text}{secrets}allow-loopback-peers\n")

    def channel(self, secret: str, peer: str) -> None:
        """Ask by TLS for a channel to that address. Raises TransactionFailed."""
        made = TurnRelay((), Secret(secret), lambda: datetime.now(UTC))
        grant = made.grant("room", "citizen", timedelta(hours=1))

        async def ask() -> None:
            at = (ports.HOST, self.port)
            client = Client(at, grant.username, grant.credential, 600, 500)
            await asyncio.get_running_loop().create_connection(lambda: client, *at, ssl=self.trust)
            try:
                await client.connect()
                await client.channel_bind(0x4000, (peer, 40_000))
                await client.delete()
            finally:
                client.transport.close()
                await client.gone.wait()

        with ThreadPoolExecutor(1) as thread:  # a browser's driver may have a loop in this one
            thread.submit(asyncio.run, ask()).result()


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    folder = tmp_path_factory.mktemp("relay")
    made = Relay(folder, Authority.made("authority"))
    with subprocess.Popen(
        [PROGRAM, "-c", made.file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        wait_until(lambda: accepts(made.port))
        yield made
        process.terminate()
        said, _ = process.communicate()
    made.block.release()
    assert [line for line in said.splitlines() if "session" in line or "remote" in line] == [], "of callers"


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_the_secret_is_changed_both_are_believed(relay: Relay, secret: str) -> None:
    relay.channel(secret, NODE)


def test_another_secret_is_not(relay: Relay) -> None:
    with pytest.raises(stun.TransactionFailed) as refused:
        relay.channel("guessed", NODE)
    assert refused.value.response.error_code == 401


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.0.0.4", "127.0.0.6", "10.0.0.1", "169.254.169.254"])
def test_nobody_but_the_machines_for_video_is_reached(relay: Relay, peer: str) -> None:
    with pytest.raises(stun.TransactionFailed) as refused:
        relay.channel(NEW, peer)
    assert refused.value.response.error_code == 403
