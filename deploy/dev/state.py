"""The file that says what runs on a data folder, so that another command can find it, use it, stop it."""

import json
import signal
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deploy.dev.process import Identity
from deploy.dev.site import Site, write_private

STOP_SECONDS = 40.0


@dataclass(frozen=True)
class Run:
    """One run of the platform: its supervisor, its children, the parts asked for, and if all are ready."""

    supervisor: Identity
    children: dict[str, Identity] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    ready: bool = False

    def save(self, site: Site) -> None:
        """Write it into the data folder."""
        write_private(_file(site), json.dumps(asdict(self), indent=1))

    def is_alive(self) -> bool:
        """Tell whether its supervisor still runs."""
        return self.supervisor.runs()


def load(site: Site) -> Run | None:
    """Return the last run of this data folder, or None."""
    if not _file(site).exists():
        return None
    content = json.loads(_file(site).read_text())
    children = {name: Identity(**child) for name, child in content["children"].items()}
    return Run(Identity(**content["supervisor"]), children, tuple(content["parts"]), content["ready"])


def forget(site: Site) -> None:
    """Nothing runs here any more."""
    _file(site).unlink(missing_ok=True)


def stop(site: Site) -> bool:
    """Stop what runs on this data folder. Returns False if nothing did.

    The supervisor stops its own children in order; if it is gone, what it left behind is stopped here.
    """
    run = load(site)
    if run is None:
        return False
    was_alive = run.is_alive()
    run.supervisor.send(signal.SIGTERM)
    run.supervisor.wait(STOP_SECONDS)
    left = [child for child in run.children.values() if child.runs()]
    end_all(left)
    forget(site)
    return was_alive or bool(left)


def end_all(left: Iterable[Identity], seconds: float = 15.0) -> None:
    """Stop processes that nobody supervises any more, with their groups."""
    left = list(left)
    for child in left:
        child.send(signal.SIGTERM)
    for child in left:
        if not child.wait(seconds):
            child.send(signal.SIGKILL, group=True)


def _file(site: Site) -> Path:
    return site.folder / "run.json"
