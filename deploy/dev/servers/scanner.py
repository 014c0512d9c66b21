"""clamd: knows malware by its signatures. Here it knows one, the test file of EICAR, by a list of our own."""

import hashlib
import shutil
import socket
from pathlib import Path

from deploy.dev.part import PROBE_SECONDS, Server, clean_environment
from deploy.dev.process import Command
from deploy.dev.site import Site, write_private

PROGRAM = "/usr/sbin/clamd"
NAME = "Dev.Eicar-Test-Signature"
# Put together only here: whoever scans this repository is not to find it.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS" + rb"-TEST-FILE!$H+H*"
CONFIGURATION = """
Foreground yes
LocalSocket {socket}
LocalSocketMode 600
DatabaseDirectory {signatures}
TemporaryDirectory {temporary}
# More than a document may have: what is cut off would not have been looked at.
StreamMaxLength 32M
MaxFileSize 32M
MaxScanSize 128M
# Milliseconds: shorter than who asks waits, so that no document holds a thread that nobody waits for.
MaxScanTime 30000
AlertExceedsMax yes
# No document comes twice, and what a picture looks like says nothing about it.
DisableCache yes
ScanImageFuzzyHash no
MaxThreads 4
MaxQueue 64
SelfCheck 86400
# One list of a single signature needs no second way of looking for it.
DevACOnly yes
ExitOnOOM yes
"""


def scanner_address(site: Site) -> str:
    """Return where it is asked."""
    return f"unix:{_socket(site)}"


class Scanner(Server):
    """A daemon of its own for this data folder; it may die, and is started again."""

    name = "scanner"
    restarted = True

    def prepare(self) -> None:
        """Write its settings and its one signature (any type, anywhere in the file)."""
        home = self.site.path("scanner")
        (self.site.path("scanner", "signatures") / "dev.ndb").write_text(f"{NAME}:0:*:{EICAR.hex()}\n")
        text = CONFIGURATION.format(
            socket=_socket(self.site),
            signatures=home / "signatures",
            temporary=self._in_memory(),
        )
        write_private(self._file, text)

    def command(self) -> Command:
        """Run it in the foreground."""
        home = self.site.path("scanner")
        return Command([PROGRAM, f"--config-file={self._file}"], clean_environment(home), home)

    def is_ready(self) -> bool:
        """It answers a ping."""
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PROBE_SECONDS)
            try:
                probe.connect(str(_socket(self.site)))
                probe.sendall(b"zPING\0")
                return probe.recv(16) == b"PONG\0"
            except OSError:
                return False

    def tidy(self) -> None:
        """Its folder for documents that are being looked at."""
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _in_memory(self) -> Path:
        """Documents lie in it in clear while they are looked at: never on a disk."""
        self._temporary.mkdir(mode=0o700, exist_ok=True)
        return self._temporary

    @property
    def _temporary(self) -> Path:
        digest = hashlib.sha256(str(self.site.folder).encode()).hexdigest()[:12]
        return Path(f"/dev/shm/video-consultation-{digest}")  # noqa: S108 - its own, closed to others

    @property
    def _file(self) -> Path:
        return self.site.path("scanner") / "clamd.conf"


def _socket(site: Site) -> Path:
    return site.path("scanner") / "clamd.sock"
