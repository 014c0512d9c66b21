"""One data folder and what belongs to it: ports, secrets, logs, the state of the run."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.dev import ports
from deploy.dev.ports import Block

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_FOLDER = ROOT / ".data"
SECRET_BYTES = 32


class Site:
    """A data folder. Ports and secrets are made once and remembered in `site.json`, which only its owner can
    read.

    `usual_ports` maps the name of a port to the number that people expect (the citizen page: 8080); they are
    taken if they are free and no other run has claimed them. Every other port comes from the block that a run
    owns.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER, usual_ports: dict[str, int] | None = None) -> None:
        self.folder = folder.resolve()
        self._usual_ports = usual_ports or {}
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = self.folder / "site.json"

    def path(self, *names: str) -> Path:
        """Return an own folder for one server's files, made on first use, closed to others."""
        folder = self.folder.joinpath(*names)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def port(self, name: str) -> int:
        """Return the port of this name, choosing it if it was never asked for."""
        with self._content() as content:
            known = _ports(content)
            if name not in known:
                known[name] = self._pick(content, name)
            return known[name]

    def port_row(self) -> range:
        """Return ports in a row for the one server that wants them; some may be taken by other programs."""
        with self._content() as content:
            return ports.row_of(content.setdefault("block", ports.draw_block()))

    def own_ports(self, names: Iterable[str]) -> Block:
        """Own a block of ports for a run, and see that the named ones are free; the caller releases it.

        Ports stay what they were, unless somebody else has taken the block or a port since the last run.
        """
        with self._content() as content:
            block = Block.claim(content.get("block"))
            if content.get("block") != block.number:
                content["block"] = block.number
                _ports(content).clear()
            for name in names:
                _ports(content)[name] = self._pick(content, name, block.take)
        return block

    def secret(self, name: str) -> str:
        """Return the secret of this name: 32 random bytes in hexadecimal, made on first use."""
        with self._content() as content:
            known: dict[str, str] = content.setdefault("secrets", {})
            return known.setdefault(name, secrets.token_hex(SECRET_BYTES))

    def _pick(self, content: dict[str, Any], name: str, take: Callable[[int], bool] = ports.is_free) -> int:
        known = _ports(content)
        wanted = [port for port in (self._usual_ports.get(name), known.get(name)) if port is not None]
        others = {port for other, port in known.items() if other != name}
        return ports.pick(content.setdefault("block", ports.draw_block()), others, *wanted, take=take)

    @contextmanager
    def _content(self) -> Iterator[dict[str, Any]]:
        """Read `site.json`, let the caller add to it, write it back whole; one process at a time."""
        with open(self.folder / "site.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            content = json.loads(self._file.read_text()) if self._file.exists() else {}
            before = json.dumps(content)
            yield content
            if json.dumps(content) != before:
                write_private(self._file, json.dumps(content, indent=1))


def _ports(content: dict[str, Any]) -> dict[str, int]:
    known: dict[str, int] = content.setdefault("ports", {})
    return known


def write_private(path: Path, text: str) -> Path:
    """Write a file that only its owner can read, in one step: readers see the old text or the new one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
    return path
