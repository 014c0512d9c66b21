"""Checks without servers: what they are to say is said beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from gateway.blueprints.files.checks import Checks
from gateway.inspection.client import Picture, Source, Verdict
from gateway.inspection.scanner import Scan
from services.contracts.errors import PlatformError


class FakeScan:
    """Lets all bytes through, then says its verdict."""

    def __init__(self, refusal: PlatformError | None) -> None:
        self._refusal = refusal
        self.seen = 0

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.seen += len(piece)
            yield piece

    def verdict(self) -> None:
        if self._refusal:
            raise self._refusal


class FakeScanner:
    """`away`: nobody answers from the beginning; `refusal`: what the verdict is."""

    def __init__(self, *, away: PlatformError | None = None, refusal: PlatformError | None = None) -> None:
        self._away, self._refusal = away, refusal
        self.scans: list[FakeScan] = []

    @contextmanager
    def scan(self) -> Iterator[Scan]:
        if self._away:
            raise self._away
        self.scans.append(FakeScan(self._refusal))
        yield cast(Scan, self.scans[-1])


class FakeInspector:
    """Finds so many pages, or refuses."""

    def __init__(self, pages: int = 1, refusal: PlatformError | None = None) -> None:
        self._pages, self._refusal = pages, refusal
        self.asked: list[Any] = []

    def examine(self, media_type: str, source: Source) -> Verdict:
        self.asked.append(media_type)
        if self._refusal:
            raise self._refusal
        return Verdict(self._pages)

    def render(self, media_type: str, source: Source, page: int, width: int, watermark: str = "") -> Picture:
        self.asked.append((media_type, page, width, watermark))
        return Picture("image/webp", source.read(0, 16))


def passing() -> Checks:
    """Everything is good and has one page."""
    return Checks(FakeScanner(), FakeInspector())
