"""A shelf as it is shown: names and persons opened, in the order in which people look for things."""

from __future__ import annotations

from datetime import datetime

from services.contracts import space_documents as contract
from services.spaces.documents.ports import SpaceKey
from services.spaces.domain.document import Document, Rules, Version
from services.spaces.domain.shelf import Shelf

NAMES, PERSONS = "names", "persons"
"""What is sealed, each with a key of its own."""


def empty(quota: int, may: tuple[str, ...]) -> contract.Shelf:
    return contract.Shelf(documents=(), bin=(), used=0, quota=quota, may=may)


def shelf(shelf: Shelf, key: SpaceKey, rules: Rules, may: tuple[str, ...]) -> contract.Shelf:
    there = [document(one, key, rules) for one in shelf.documents if one.is_shown]
    binned = [document(one, key, rules) for one in shelf.documents if one.current and one.binned_at]
    return contract.Shelf(
        documents=tuple(sorted(there, key=_place)),
        bin=tuple(sorted(binned, key=_end, reverse=True)),
        used=shelf.used,
        quota=rules.quota,
        may=may,
    )


def document(document: Document, key: SpaceKey, rules: Rules) -> contract.SpaceDocument:
    """One that is there or in the bin.  Errors: NotFound(document)."""
    current = document.readable(0)
    return contract.SpaceDocument(
        document_id=document.document_id,
        folder=document.folder,
        name=name(document, key),
        size=current.size,
        media_type=current.media_type,
        version=current.number,
        added_at=current.added_at or current.granted_at,
        added_by=_by(current, key),
        earlier=tuple(_earlier(one, key, rules) for one in document.earlier),
        gone_at=document.binned_at + rules.bin_kept_for if document.binned_at else None,
        pages=current.pages,
    )


def name(document: Document, key: SpaceKey) -> str:
    return key.unseal(NAMES, document.name.sealed, document.document_id)


def _earlier(version: Version, key: SpaceKey, rules: Rules) -> contract.Version:
    added_at = version.added_at or version.granted_at
    return contract.Version(
        version=version.number,
        size=version.size,
        media_type=version.media_type,
        added_at=added_at,
        added_by=_by(version, key),
        kept_until=version.due_at(rules) or added_at,
    )


def _by(version: Version, key: SpaceKey) -> str:
    return key.unseal(PERSONS, version.sealed_by, version.object_name)


def _place(document: contract.SpaceDocument) -> tuple[int, str, str]:
    return contract.FOLDERS.index(document.folder), document.name.casefold(), document.document_id


def _end(document: contract.SpaceDocument) -> datetime:
    return document.gone_at or document.added_at
