"""A file that is two things at once: what another program would find in it and open as its own."""

from __future__ import annotations

import re
from typing import BinaryIO

from gateway.inspection.refusal import Refused
from services.contracts.document_rules import MISMATCH

HEAD_BYTES = 4 * 1024
TAIL_BYTES = 66 * 1024
"""More than the end record of an archive with the longest comment, which is looked for from the end."""
_PDF_WITHIN = 1024
"""Readers take a document for a PDF whose header stands within so many bytes."""
LONGEST_MARK = 4 * 1024
"""Bytes; whatever is looked for is shorter."""
END_RECORD = b"PK\x05\x06"  # APPNOTE 4.3.16
END_RECORD_BYTES = 22
_PAGE = re.compile(rb"<\s{0,4000}(script|html|svg|iframe|body|!doctype|\?php)\b", re.IGNORECASE)
_OTHERS = re.compile(
    rb"%PDF-[12]\.\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x7fELF[\x01\x02]{2}\x01"
    rb"|This program cannot be run in DOS"
)


def check_single(file: BinaryIO, size: int, *, archive: bool = False, pdf: bool = False) -> None:
    """Look at both ends for the marks of something else.  Raises Refused(mismatch)."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read(TAIL_BYTES)
    if not pdf and b"%PDF-" in head[:_PDF_WITHIN]:
        raise Refused(MISMATCH)
    if not archive and _ends_as_archive(tail):
        raise Refused(MISMATCH)


def check_no_page(head: bytes) -> None:
    """Nothing that a browser would show as a page.  Raises Refused(mismatch)."""
    if _PAGE.search(head):
        raise Refused(MISMATCH)


def check_rest(rest: bytes) -> None:
    """What follows the end of a picture may be another picture, a film, zeros; nothing that opens otherwise.

    Raises Refused(mismatch).
    """
    if _PAGE.search(rest) or _OTHERS.search(rest) or _ends_as_archive(rest):
        raise Refused(MISMATCH)


def _ends_as_archive(tail: bytes) -> bool:
    """An end record whose comment reaches exactly to the end, or that has a directory before it."""
    at = tail.rfind(END_RECORD)
    while at >= 0:
        record = tail[at : at + END_RECORD_BYTES]
        if len(record) == END_RECORD_BYTES and _is_plausible(record):
            return True
        at = tail.rfind(END_RECORD, 0, at)
    return False


def _is_plausible(record: bytes) -> bool:
    """One volume, and as many entries on it as there are at all."""
    disk, first, here, there = (int.from_bytes(record[at : at + 2], "little") for at in (4, 6, 8, 10))
    return disk == first == 0 and here == there
