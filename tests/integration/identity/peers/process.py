"""Starts the peers, each a process of its own on loopback, with a configuration made for the test."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from deploy.dev.part import NODE
from tests.service_process import ROOT, eventually

_PHP = ROOT / ".venv" / "simplesamlphp" / "usr" / "share" / "simplesamlphp" / "www"
HAS_SIMPLESAMLPHP = _PHP.exists()
_FORM = re.compile(
    r'action="(?P<url>[^"]*)".*?name="SAMLResponse" value="(?P<message>[^"]*)".*?'
    r'name="RelayState" value="(?P<state>[^"]*)"><button>(?P<name>[^<]*)<'
)


@dataclass(frozen=True)
class SamlifyPeer:
    """A sign-on page of samlify's; `url` is where a question is posted."""

    url: str

    def answers(self, form: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What it offers to answer to this question, by the person's name; `cancel` is there too."""
        page = httpx.post(self.url, data=dict(form))
        assert page.status_code == 200, page.text
        return {
            found["name"]: {"SAMLResponse": unescape(found["message"]), "RelayState": found["state"]}
            for found in _FORM.finditer(page.text)
        }


@contextmanager
def node_peer(name: str, configuration: Mapping[str, Any]) -> Iterator[str]:
    """A peer while it runs: the line with its address, which it prints once it takes requests.

    `name` is that of its script, which describes the `configuration`.
    """
    script = Path(__file__).with_name(name)
    with subprocess.Popen(
        [NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(configuration) + "\n")
            process.stdin.flush()
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextmanager
def samlify(configuration: Mapping[str, Any]) -> Iterator[SamlifyPeer]:
    """The peer while it runs."""
    with node_peer("samlify.mjs", configuration) as url:
        yield SamlifyPeer(url)


@contextmanager
def simplesamlphp(folder: Path, port: int, variables: Mapping[str, str]) -> Iterator[None]:
    """The peer while it runs; `variables` are what its configuration reads beside folder and address."""
    url = f"http://127.0.0.1:{port}"
    own = {
        "PATH": os.environ["PATH"],
        "SIMPLESAMLPHP_CONFIG_DIR": str(Path(__file__).parent / "simplesamlphp"),
        "PEER_FOLDER": str(folder),
        "PEER_URL": url,
    }
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            ["php8.2", "-S", f"127.0.0.1:{port}", "-t", _PHP],
            env=own | dict(variables),
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            eventually(lambda: _answers(port))
            yield
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
