"""One document of a space with its versions; the standard library alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.contracts.document_rules import MOST_BYTES
from services.contracts.errors import NotFound
from services.contracts.space_documents import BIN_DAYS, VERSION_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The numbers; all of them are configuration."""

    quota: int = 200_000_000
    """Bytes of clear documents in one space."""
    most_bytes: int = MOST_BYTES
    """Of one version."""
    most_documents: int = 500
    """The bin counted."""
    most_earlier: int = 20
    """Versions of one document beside the current one."""
    upload_kept_for: timedelta = timedelta(minutes=30)
    """An upload that was granted and never finished."""
    version_kept_for: timedelta = timedelta(days=VERSION_DAYS)
    """After it was replaced."""
    bin_kept_for: timedelta = timedelta(days=BIN_DAYS)
    grant_for: timedelta = timedelta(minutes=1)
    """Within which reading or writing begins."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a document is called, sealed; two that are called alike have the same `mark`."""

    sealed: str
    mark: str


@dataclass(frozen=True, slots=True)
class Version:
    """One sealed object, there or on its way."""

    number: int
    upload: str
    """Which upload: two attempts of the same have the same."""
    object_name: str
    size: int
    """Bytes of the clear document; as announced until it is there."""
    sealed_by: str
    """Who brings it: a name."""
    granted_at: datetime
    media_type: str = ""
    pages: int = 0
    """That can be shown as pictures."""
    added_at: datetime | None = None
    """None until its bytes are stored and checked."""
    replaced_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        return self.added_at is not None

    def due_at(self, rules: Rules) -> datetime | None:
        """When it goes; None for the current one."""
        if not self.is_ready:
            return self.granted_at + rules.upload_kept_for
        return self.replaced_at + rules.version_kept_for if self.replaced_at else None


@dataclass(frozen=True, slots=True)
class Document:
    document_id: str
    folder: str
    name: Name
    versions: tuple[Version, ...]
    """In the order of their numbers."""
    binned_at: datetime | None = None
    last_number: int = 0
    """The highest that was ever given: who comes late with a version that was given up meets no other one."""

    @property
    def used(self) -> int:
        """Bytes, uploads under way counted; several attempts of one upload count once."""
        arrived = {one.upload for one in self.versions if one.is_ready}
        under_way = {one.upload: one.size for one in self.versions if not one.is_ready}
        there = sum(one.size for one in self.versions if one.is_ready)
        return there + sum(size for upload, size in under_way.items() if upload not in arrived)

    @property
    def current(self) -> Version | None:
        """The latest that is there; None while the first is on its way."""
        return next((one for one in reversed(self.versions) if one.is_ready), None)

    @property
    def earlier(self) -> tuple[Version, ...]:
        """Those that are there and were replaced, the latest first."""
        current = self.current
        return tuple(one for one in reversed(self.versions) if one.is_ready and one is not current)

    @property
    def is_shown(self) -> bool:
        return self.current is not None and self.binned_at is None

    def is_called(self, folder: str, name: Name) -> bool:
        """Whether it takes that name in that folder; what is in the bin takes none."""
        return self.binned_at is None and (self.folder, self.name.mark) == (folder, name.mark)

    def version(self, number: int) -> Version | None:
        return next((one for one in self.versions if one.number == number), None)

    def readable(self, number: int) -> Version:
        """A version that is there, 0 for the current one.  Errors: NotFound(document)."""
        found = self.version(number) if number else self.current
        if found is None or not found.is_ready:
            raise NotFound("document")
        return found

    def next_number(self) -> int:
        return max(self.last_number, *(one.number for one in self.versions), 0) + 1

    def expects(self, upload: str) -> bool:
        """Whether another attempt of the same upload counts already."""
        return any(one.upload == upload for one in self.versions)

    def expecting(self, version: Version) -> Document:
        return replace(self, versions=(*self.versions, version), last_number=version.number)

    def without(self, number: int) -> Document:
        return replace(self, versions=tuple(one for one in self.versions if one.number != number))

    def received(self, arrived: Version) -> Document:
        """A version is there; of any two the one with the higher number has replaced the other."""
        changed = tuple(arrived if one.number == arrived.number else one for one in self.versions)
        return replace(self, versions=tuple(_replaced(changed, arrived.added_at or arrived.granted_at)))

    def twin_of(self, version: Version) -> Version | None:
        """Another attempt of the same upload, which was faster."""
        return next((o for o in self.versions if o.is_ready and o.upload == version.upload), None)

    def due_at(self, rules: Rules) -> datetime | None:
        """When time alone changes it next."""
        due = [one.due_at(rules) for one in self.versions]
        due.append(self.binned_at + rules.bin_kept_for if self.binned_at else None)
        return min((at for at in due if at is not None), default=None)

    def tended(self, now: datetime, rules: Rules) -> Document:
        """What is left of it; without versions nothing is."""
        if self.binned_at is not None and now >= self.binned_at + rules.bin_kept_for:
            return replace(self, versions=())
        kept = [(one, one.due_at(rules)) for one in self.versions]
        return replace(self, versions=tuple(one for one, due in kept if due is None or now < due))


def _replaced(versions: tuple[Version, ...], now: datetime) -> Iterator[Version]:
    latest = max(one.number for one in versions if one.is_ready)
    for one in versions:
        is_over = one.is_ready and one.number != latest and one.replaced_at is None
        yield replace(one, replaced_at=now) if is_over else one
