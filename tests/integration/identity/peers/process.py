"""Starts the peers, each a process of its own on loopback, with a configuration made for the test."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.service_process import ROOT

_NODE = ROOT / ".venv" / "bin" / "node"
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
def samlify(configuration: Mapping[str, Any]) -> Iterator[SamlifyPeer]:
    """The peer while it runs; `configuration` is described in its script."""
    script = Path(__file__).with_name("samlify.mjs")
    with subprocess.Popen(
        [_NODE, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(configuration) + "\n")
            process.stdin.flush()
            yield SamlifyPeer(process.stdout.readline().strip())
        finally:
            process.terminate()
