"""What a server outside and the platform have of certificates, as files in the data folder; made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.dev.ports import HOST
from deploy.dev.site import write_private


@dataclass(frozen=True)
class Files:
    """`platform/` is what our process gets, a folder of the server's name what that has.

    The authority's key is gone.
    """

    folder: Path
    server: str
    client: str
    """Who of the platform shows the certificate."""

    @property
    def platform(self) -> Path:
        return self.folder / "platform"

    @property
    def theirs(self) -> Path:
        return self.folder / self.server

    @property
    def exist(self) -> bool:
        return self._stamp.exists()

    @property
    def _stamp(self) -> Path:
        return self.folder / "certificates-exist"

    def write(self) -> None:
        """Make the certificates where there are none."""
        if not self.exist:
            self._make()
            self._stamp.touch()

    def _make(self) -> None:
        from deploy.dev.sources.certificates import CLIENT, SERVER, Authority, Pair  # slow, and needed once

        def keep(folder: Path, name: str, pair: Pair) -> None:
            write_private(folder / f"{name}.pem", pair.certificate_pem)
            write_private(folder / f"{name}-key.pem", pair.key_pem)

        authority = Authority.made(f"Authority of the demonstration: {self.server}")
        for folder in (self.platform, self.theirs):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(folder / "authority.pem", authority.pair.certificate_pem)
        keep(self.theirs, "server", authority.issue(self.server, SERVER, HOST))
        keep(self.platform, "client", authority.issue(f"{self.client} of the platform", CLIENT))
