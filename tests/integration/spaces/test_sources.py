"""Authorities asked over real TLS: who is believed, who is let in, what comes of answers that are none."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.dev.platform import Platform
from deploy.dev.sources.certificates import CLIENT as AS_CLIENT
from deploy.dev.sources.certificates import SERVER as AS_SERVER
from deploy.dev.sources.certificates import Authority, Pair
from services.chassis.breaker import Breaker
from services.chassis.https import HttpsClient
from services.chassis.mutual_tls import mutual_tls
from services.chassis.settings import load
from services.spaces.adapters.sources import REGISTERS, HttpSource, connected
from services.spaces.domain.sources import Record, SourceAway
from services.spaces.settings import SpacesSettings
from tests.service_process import ROOT

pytestmark = pytest.mark.integration

SERVER = """
import gzip, http.server, json, ssl, sys, threading

stop = threading.Event()
ROW = {"name": "Muster", "employer_number": "1", "registered_since": "2011-04-01", "insured_employees": 3}
AS_OF = "2026-11-23T04:00:00Z"

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked = {}

    def do_POST(self):
        number = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["company_id"]
        for what in (number, self.server.told_as):
            Handler.asked[what] = Handler.asked.get(what, 0) + 1
        getattr(self, "do_" + number, self.do_fine)(number)

    def do_fine(self, number):
        self.reply({"as_of": AS_OF, "record": {"company_id": number, **ROW}, "new": 1})

    def do_unknown(self, number):
        self.reply({"as_of": AS_OF, "record": None})

    def do_another(self, number):
        self.reply({"as_of": AS_OF, "record": {"company_id": "somebody-else", **ROW}})

    def do_dateless(self, number):
        self.reply({"as_of": "2026-11-23T04:00:00", "record": {"company_id": number, **ROW}})

    def do_lines(self, number):
        self.row(number, name="Muster" + chr(10) + "x")

    def do_typeless(self, number):
        self.row(number, insured_employees="3")

    def do_list(self, number):
        self.raw(b"[]")

    def do_deep(self, number):
        self.raw(b"[" * 10**4)

    def do_broken(self, number):
        self.raw(b'{"as_of": ')

    def do_large(self, number):
        self.raw(b"1" * 10**6)

    def do_packed(self, number):
        body = json.dumps({"as_of": AS_OF, "record": {"company_id": number, **ROW}}).encode()
        self.raw(gzip.compress(body), "200 OK\\r\\nContent-Encoding: gzip")

    def do_failing(self, number):
        self.raw(b"{}", "500 Internal Server Error")

    def do_busy(self, number):
        self.raw(b"{}", "429 Too Many Requests")

    def do_refused(self, number):
        self.raw(b"{}", "403 Forbidden")

    def do_elsewhere(self, number):
        self.raw(b"{}", "302 Found\\r\\nLocation: /v1/employers/lookup")

    def do_lost_once(self, number):
        if Handler.asked[number] == 1:
            self.close_connection = True
            return
        self.do_fine(number)

    def do_lost(self, number):
        self.close_connection = True

    def do_count(self, number):
        asked = {what: times for what, times in Handler.asked.items() if what.startswith(("lost", "not-"))}
        self.row(number, name=json.dumps(asked))

    def do_silent(self, number):
        stop.wait(30)

    def do_dripping_head(self, number):
        self.drip(b"HTTP/1.1 200 OK\\r\\nX-A: ")

    def do_dripping_body(self, number):
        self.drip(b"HTTP/1.1 200 OK\\r\\nContent-Length: 1000\\r\\n\\r\\n")

    def drip(self, start):
        self.wfile.write(start)
        while not stop.wait(0.2):
            self.wfile.write(b" ")

    def row(self, number, **changed):
        self.reply({"as_of": AS_OF, "record": {"company_id": number, **ROW, **changed}})

    def reply(self, body):
        self.raw(json.dumps(body).encode())

    def raw(self, body, status="200 OK"):
        self.wfile.write(f"HTTP/1.1 {status}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n".encode() + body)

    def log_message(self, *_):
        pass

def listening(name):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.told_as = True, name
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(sys.argv[1] + "/authority.pem")
    context.load_cert_chain(f"{sys.argv[1]}/{name}.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port

print(json.dumps({name: listening(name) for name in sys.argv[2:]}), flush=True)
stop.wait()
"""
CLIENT = """
import services.chassis.runner
import json, sys, time
import circuitbreaker
import eventlet
from prometheus_client import REGISTRY
from services.chassis import logs
from services.spaces.adapters.sources import connected
from services.spaces.domain.sources import SourceAway
from services.spaces.settings import SourceSettings

told, questions = json.loads(sys.argv[1]), sys.argv[2:]
logs.configure("spaces")
moved = 0.0
circuitbreaker.monotonic = lambda: time.monotonic() + moved
(source,) = connected(SourceSettings(environment="test", metrics_port=0, **told))["professional"]
beats, answers = 0, []

def beat():
    global beats
    while True:
        beats += 1
        eventlet.sleep(0.01)

def answer(number):
    try:
        record = source.look_up(number)
        return record.groups[0].entries[0].text if record else "none"
    except SourceAway as away:
        return str(away)

eventlet.spawn(beat)
for number in questions:
    if number.startswith("+"):
        moved += float(number)
        continue
    before, began = beats, time.monotonic()
    found = answer(number)
    paused = REGISTRY.get_sample_value("spaces_source_paused", {"source": "employers"})
    answers.append({
        "found": found, "seconds": time.monotonic() - began, "beats": beats - before, "paused": paused
    })
print(json.dumps(answers))
"""
BELIEVED = "good"
NOT_BELIEVED = ("not-valid-any-more", "not-by-its-name", "not-signed")
WATCHED = ("4711", "dripping_body", "lost")
"""Looked for in all that is written."""


@dataclass(frozen=True)
class Sources:
    """The servers' ports, and the files of whom they know."""

    folder: Path
    ports: dict[str, int]

    def told(self, server: str = BELIEVED, client: str = "client") -> dict[str, Any]:
        """Settings of who asks."""
        pair = str(self.folder / f"{client}.pem")
        return {
            "sources_url": f"https://localhost:{self.ports[server]}",
            "sources_ca_file": str(self.folder / "authority.pem"),
            "sources_certificate_file": pair,
            "sources_key_file": pair,
            "sources_seconds": 4.0,
        }


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sources]:
    folder = tmp_path_factory.mktemp("tls")
    _write_certificates(folder)
    command = [sys.executable, "-c", SERVER, str(folder), BELIEVED, *NOT_BELIEVED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield Sources(folder, json.loads(server.stdout.readline()))
        server.kill()


def _write_certificates(folder: Path) -> None:
    ours, foreign = Authority.made("ours"), Authority.made("a stranger")
    gone = timedelta(days=-1)
    pairs: dict[str, Pair] = {
        "authority": ours.pair,
        BELIEVED: ours.issue("server", AS_SERVER, "localhost"),
        "not-valid-any-more": ours.issue("server", AS_SERVER, "localhost", valid_for=gone),
        "not-by-its-name": ours.issue("server", AS_SERVER, "sources.example"),
        "not-signed": foreign.issue("server", AS_SERVER, "localhost"),
        "client": ours.issue("client", AS_CLIENT),
        "expired-client": ours.issue("client", AS_CLIENT, valid_for=gone),
        "foreign-client": foreign.issue("client", AS_CLIENT),
    }
    for name, pair in pairs.items():
        (folder / f"{name}.pem").write_text(pair.certificate_pem + pair.key_pem)


def asked(told: dict[str, Any], *questions: str) -> list[dict[str, Any]]:
    """What a green process got for each; `+30` lets so many seconds pass for its circuit breaker.

    It writes nowhere what it has asked.
    """
    command = [sys.executable, "-W", "ignore", "-c", CLIENT, json.dumps(told), *questions]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=True)
    *lines, answers = done.stdout.splitlines()
    written = "".join(lines) + done.stderr
    assert not [number for number in WATCHED if number in questions and number in written]
    found: list[dict[str, Any]] = json.loads(answers)
    return found


def test_a_record_comes_over_mutual_tls(sources: Sources) -> None:
    known, unknown = asked(sources.told(), "4711", "unknown")
    assert (known["found"], unknown["found"]) == ("Muster", "none")


@pytest.mark.parametrize("server", NOT_BELIEVED)
def test_a_server_that_is_not_the_authoritys_is_told_nothing(sources: Sources, server: str) -> None:
    refused, counted = asked(sources.told(server), "4711")[0], asked(sources.told(), "count")[0]
    assert refused["found"] == "unreachable"
    assert server not in json.loads(counted["found"])


@pytest.mark.parametrize("client", ["foreign-client", "expired-client"])
def test_who_is_not_known_there_gets_no_answer(sources: Sources, client: str) -> None:
    assert asked(sources.told(client=client), "4711")[0]["found"] == "unreachable"


def test_who_brings_no_certificate_gets_no_answer(sources: Sources) -> None:
    anonymous = HttpsClient(ssl.create_default_context(cafile=str(sources.folder / "authority.pem")))
    url = sources.told()["sources_url"]
    source = HttpSource(REGISTERS["employers"], anonymous, url, Breaker(5, 30, SourceAway))
    with pytest.raises(SourceAway, match="unreachable"):
        source.look_up("4711")
    anonymous.close()


@pytest.mark.parametrize("question", ["silent", "dripping_head", "dripping_body"])
def test_who_is_slow_is_given_up_in_time_while_others_go_on(sources: Sources, question: str) -> None:
    (found,) = asked(sources.told(), question)
    assert found["found"] == "unreachable"
    assert 3.5 < found["seconds"] < 20
    assert found["beats"] > 30


def test_what_cannot_be_used_is_an_answer_that_says_so(sources: Sources) -> None:
    questions = ("another", "dateless", "lines", "typeless", "list", "deep", "broken", "large", "packed")
    assert {found["found"] for found in asked(sources.told(), *questions)} == {"faulty"}


def test_a_refusal_and_a_way_elsewhere_are_not_followed(sources: Sources) -> None:
    assert [found["found"] for found in asked(sources.told(), "refused", "elsewhere")] == ["refused"] * 2


def test_a_lookup_whose_connection_broke_is_sent_once_more_and_not_again(sources: Sources) -> None:
    first, second, counted = asked(sources.told(), "lost_once", "lost", "count")
    assert (first["found"], second["found"]) == ("Muster", "unreachable")
    times = json.loads(counted["found"])
    assert (times["lost_once"], times["lost"]) == (2, 2)


@pytest.mark.parametrize("trouble", ["failing", "busy", "lost"])
def test_a_source_that_fails_is_left_alone_and_tried_again_later(sources: Sources, trouble: str) -> None:
    questions = (*[trouble] * 5, "4711", "+15", "4711", "+16", "4711", "4711")
    *failed, paused, still, again, after = asked(sources.told(), *questions)
    assert {found["found"] for found in failed} <= {"failing", "unreachable"}
    assert (paused["found"], still["found"]) == ("paused", "paused")
    assert (again["found"], after["found"]) == ("Muster", "Muster")
    assert [found["paused"] for found in (failed[0], paused, after)] == [0, 1, 0]
    assert paused["seconds"] < 2


def test_a_source_that_fails_again_is_left_alone_again(sources: Sources) -> None:
    found = asked(sources.told(), *["failing"] * 5, "+31", "failing", "4711")
    assert [one["found"] for one in found[-2:]] == ["failing", "paused"]


def test_answers_that_are_faulty_close_nobody_out(sources: Sources) -> None:
    """Whoever has a row that breaks the agreement could else keep the others from theirs."""
    found = asked(sources.told(), *["typeless"] * 8, "4711")
    assert found[-1]["found"] == "Muster"


def test_files_that_are_not_there_or_do_not_fit_stop_the_boot(sources: Sources) -> None:
    good, key = str(sources.folder / "authority.pem"), str(sources.folder / "client.pem")
    other = str(sources.folder / "foreign-client.pem")
    for files in ((good, key, "nowhere"), ("nowhere", key, key), (good, key, other)):
        with pytest.raises(OSError, match=r".*"):
            mutual_tls(*files)


# --- the demonstration's process ---


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    with Platform(tmp_path_factory.mktemp("sources"), only=["sources"]) as started:
        yield started


def _settings(platform: Platform) -> SpacesSettings:
    return load(SpacesSettings, platform.env("spaces"))


def test_the_demonstration_answers_with_its_fictitious_persons(demonstration: Platform) -> None:
    (source,) = connected(_settings(demonstration))["private"]
    found = source.look_up("1985041220134")
    assert isinstance(found, Record)
    assert [group.name for group in found.groups] == ["person", "insurance", "address"]
    assert source.look_up("1990072100000") is None


def test_the_demonstration_answers_nobody_without_its_certificate(
    demonstration: Platform, sources: Sources
) -> None:
    settings = _settings(demonstration)
    foreign = str(sources.folder / "foreign-client.pem")
    for context in (
        ssl.create_default_context(cafile=settings.sources_ca_file),
        mutual_tls(settings.sources_ca_file, foreign, foreign),
    ):
        with httpx.Client(verify=context, trust_env=False) as client, pytest.raises(httpx.NetworkError):
            client.post(f"{settings.sources_url}/v1/employers/lookup", json={"company_id": "LU00000000"})
