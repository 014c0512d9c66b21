"""What the sources and the platform have of certificates, as files in the data folder; made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploy.dev.ports import HOST
from deploy.dev.site import write_private


@dataclass(frozen=True)
class Files:
    """`platform/` is what spaces gets, `sources/` what the registers have; the authority's key is gone."""

    folder: Path

    @property
    def platform(self) -> Path:
        return self.folder / "platform"

    @property
    def sources(self) -> Path:
        return self.folder / "sources"

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

        authority = Authority.made("Authority of the demonstration sources")
        for folder in (self.platform, self.sources):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_private(folder / "authority.pem", authority.pair.certificate_pem)
        keep(self.sources, "server", authority.issue("sources", SERVER, HOST))
        keep(self.platform, "client", authority.issue("spaces of the platform", CLIENT))
