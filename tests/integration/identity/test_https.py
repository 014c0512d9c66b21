"""Requests to a provider as a service makes them: bounded in time and size, and nobody else waits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.service_process import ROOT

pytestmark = pytest.mark.integration

SERVER = """
import http.server, ssl, sys, threading

stop = threading.Event()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/dripping-head":
            self.drip(b"HTTP/1.1 200 OK\\r\\nX-A: ")
        elif self.path == "/dripping-body":
            self.drip(b"HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\n")
        elif self.path == "/silent":
            stop.wait(30)
        elif self.path == "/elsewhere":
            self.wfile.write(b"HTTP/1.1 302 Found\\r\\nLocation: /\\r\\nContent-Length: 2\\r\\n\\r\\n{}")
        else:
            body = {"/large": b"1" * 10**6, "/list": b"[]", "/deep": b"[" * 10**5}.get(self.path, b'{"a": 1}')
            self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body) + body)

    def drip(self, start):
        self.wfile.write(start)
        while not stop.wait(0.2):
            self.wfile.write(b" ")

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"""
CLIENT = """
import services.chassis.runner
import json, sys, time
import eventlet
from pathlib import Path
from services.contracts.errors import LoginRefused
from services.identity.adapters.https import Https

url, authorities = sys.argv[1], sys.argv[2]
beats = 0

def beat():
    global beats
    while True:
        beats += 1
        eventlet.sleep(0.01)

eventlet.spawn(beat)
client = Https(authorities=Path(authorities).read_text() if authorities else "")
began = time.monotonic()
try:
    found = dict(client.get(url))
except LoginRefused as refused:
    found = refused.details
print(json.dumps({"found": found, "seconds": time.monotonic() - began, "beats": beats}))
"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of a server named localhost, which is its own authority, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture(scope="module")
def port(certificate: Path) -> Iterator[int]:
    command = [sys.executable, "-c", SERVER, str(certificate)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.kill()


def asked(url: str, authorities: Path | str) -> dict[str, Any]:
    """What a green process got, how long it took, and how often another greenlet's heart beat meanwhile."""
    command = [sys.executable, "-W", "ignore", "-c", CLIENT, url, str(authorities)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_answer_comes_over_tls(port: int, certificate: Path) -> None:
    assert asked(f"https://localhost:{port}/", certificate)["found"] == {"a": 1}


@pytest.mark.parametrize("path", ["/silent", "/dripping-head", "/dripping-body"])
def test_who_is_slow_is_given_up_while_others_go_on(port: int, certificate: Path, path: str) -> None:
    found = asked(f"https://localhost:{port}{path}", certificate)
    assert found["found"] == {"reason": "provider_unreachable"}
    assert found["seconds"] < 20
    assert found["beats"] > 30


@pytest.mark.parametrize("path", ["/large", "/list", "/deep", "/elsewhere"])
def test_what_is_no_small_object_is_refused(port: int, certificate: Path, path: str) -> None:
    found = asked(f"https://localhost:{port}{path}", certificate)["found"]
    assert found == {"reason": "provider_faulty"}


def test_another_name_or_an_unknown_authority_is_refused(port: int, certificate: Path) -> None:
    for url, authorities in ((f"https://127.0.0.1:{port}/", certificate), (f"https://localhost:{port}/", "")):
        assert asked(url, authorities)["found"] == {"reason": "provider_unreachable"}


def test_clear_text_is_not_spoken_unless_that_is_allowed(port: int, certificate: Path) -> None:
    for scheme in ("http", "ftp", "file", ""):
        assert asked(f"{scheme}://localhost:{port}/", certificate)["found"] == {"reason": "provider_faulty"}
