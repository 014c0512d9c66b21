"""The stores compared: what lies in one alone.

A process that dies, or an upload that ends after it was given up, may leave something in one store of which
no other knows.  What nobody can reach is destroyed where it is certain why: its room's book does not know it,
or its room is forgotten.  What belongs to rooms of which *nothing* is known is left and told of: a service
that was given another database must not take all that there is for gone.  So is a document without object.

The order makes it certain: a row is written before its object and its key and goes after them, so what a
store had first has its row afterwards.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict

from services.contracts.deletion import Comparison
from services.media.control import figures
from services.media.control.domain.document import object_prefix
from services.media.control.ports import Book
from services.media.control.usecases.media import Media

_log = logging.getLogger(__name__)

_LEASE = "comparison"
_LEASE_SECONDS = 600
_ALL = object_prefix("").partition("/")[0] + "/"


def compare_if_due(media: Media) -> None:
    """In one of the replicas, each time after so many hours."""
    pause, latest = media.rules.compared_every, media.comparisons.latest()
    is_due = latest is None or latest.at + pause <= media.now()
    if pause and is_due and media.leases.take_all([_LEASE], _LEASE_SECONDS):
        try:
            compare(media)
        finally:
            media.leases.release_all([_LEASE])


def compare(media: Media) -> Comparison:
    """What was found, and set right where that is certain; kept, counted and told of."""
    stored, keys = _by_folder(media.objects.under(_ALL)), set(media.keys.owners())
    strays, lost, spent = list[str](), 0, list[str]()
    for book in media.rooms.books():
        there = stored.pop(object_prefix(book.room_id), frozenset())
        strays += there if book.is_forgotten else there - book.objects
        lost += 0 if book.is_forgotten else len(_lost(media, book, there))
        if book.room_id in keys:
            keys.remove(book.room_id)
            spent += [book.room_id] if book.is_forgotten else []
    media.objects.remove(strays)
    media.keys.destroy(_still_forgotten(media, spent))
    return _told(
        media,
        Comparison(
            at=media.now(),
            objects=len(strays),
            documents=lost,
            keys=len(spent),
            unknown=len(stored) + len(keys),
        ),
    )


def _by_folder(names: Iterable[str]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in names:
        found[name.rpartition("/")[0] + "/"].add(name)
    return {folder: frozenset(inside) for folder, inside in found.items()}


def _lost(media: Media, book: Book, there: frozenset[str]) -> frozenset[str]:
    """Looked for once more, since they may have come or gone meanwhile."""
    missing = book.ready - there
    if not missing:
        return missing
    room = media.rooms.get(book.room_id)
    stays = room is not None and not room.is_gone
    expected = {one.object_name for one in room.documents if one.is_ready} if room and stays else set[str]()
    return (missing & expected) - set(media.objects.under(object_prefix(book.room_id)))


def _still_forgotten(media: Media, room_ids: list[str]) -> dict[str, int]:
    """A room that was booked anew meanwhile keeps the key that it has; of the others which life is over."""
    return {room.room_id: room.life for room in media.rooms.get_all(room_ids) if room.gone_at is not None}


def _told(media: Media, found: Comparison) -> Comparison:
    numbers = {what: number for what, number in asdict(found).items() if what != "at"}
    for what, number in numbers.items():
        figures.ORPHANS.labels(what).set(number)
    if any(numbers.values()):
        _log.warning("the stores of documents did not agree", extra={"found": str(numbers)})
    media.comparisons.keep(found)
    return found
