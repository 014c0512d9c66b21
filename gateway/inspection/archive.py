"""The archive around an office document (APPNOTE.TXT 6.3), looked through before it is unpacked."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from gateway.inspection.foreign import END_RECORD, END_RECORD_BYTES, TAIL_BYTES, check_single
from gateway.inspection.refusal import Refused
from services.contracts.document_rules import DAMAGED, MISMATCH, PROTECTED, TOO_MUCH_INSIDE

MOST_ENTRIES = 5_000
MOST_DEPTH = 12
"""Folders in one another."""
MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes of all entries together."""
MOST_RATIO = 150
"""Of what is unpacked to what is packed; paper forms stay far below."""
RATIO_FROM = 8 * 1024 * 1024
"""Bytes; what is smaller does no harm however well it packs."""
PIECE = 256 * 1024

_ENCRYPTED = 0x1 | 0x40 | 0x2000  # 4.4.4
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER = 30
_MOST_GAP = 4 * 1024
"""Between two entries: a data descriptor, an extra field for alignment."""
_MOST_COMMENT = 256
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\\]|^/|(^|/)\.\.(/|$)|^[A-Za-z]:")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError, KeyError)


class Archive:
    """The entries of an archive that is one thing, of a bearable size.  Raises Refused."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        check_single(file, size, archive=True)
        _check_end(file, size)
        file.seek(0)
        try:
            self._zip = zipfile.ZipFile(file)
        except _BROKEN:
            raise Refused(DAMAGED) from None
        self.entries = self._zip.infolist()
        self._check(size)

    def names(self) -> list[str]:
        return [entry.filename for entry in self.entries]

    def pieces(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """What is in an entry: as long as it says, its checksum is looked at in the end.  Raises Refused."""
        try:
            with self._zip.open(entry) as content:
                while piece := content.read(PIECE):
                    yield piece
        except _BROKEN:
            raise Refused(DAMAGED) from None

    def _check(self, size: int) -> None:
        if len(self.entries) > MOST_ENTRIES:
            raise Refused(TOO_MUCH_INSIDE)
        for entry in self.entries:
            _check_entry(entry)
        unpacked = sum(entry.file_size for entry in self.entries)
        if unpacked > MOST_UNPACKED or unpacked > max(RATIO_FROM, size * MOST_RATIO):
            raise Refused(TOO_MUCH_INSIDE)
        if len({name.casefold() for name in self.names()}) < len(self.entries):
            raise Refused(MISMATCH)  # which of the two is read depends on who reads
        self._check_places(size)

    def _check_places(self, size: int) -> None:
        """Entry after entry from the first byte on, then the directory: no overlap, no hiding place."""
        if not self.entries or len(self._zip.comment) > _MOST_COMMENT:
            raise Refused(MISMATCH if self.entries else DAMAGED)
        at = 0
        for entry in sorted(self.entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < at:
                raise Refused(TOO_MUCH_INSIDE)
            if entry.header_offset - at > (_MOST_GAP if at else 0):
                raise Refused(MISMATCH)
            at = entry.header_offset + _LOCAL_HEADER + entry.compress_size
        if self._zip.start_dir - at > _MOST_GAP or at > size:
            raise Refused(MISMATCH if at <= size else DAMAGED)


def _check_end(file: BinaryIO, size: int) -> None:
    """The end record and its comment are the end (4.3.16)."""
    file.seek(max(0, size - TAIL_BYTES))
    tail = file.read(TAIL_BYTES)
    at = tail.rfind(END_RECORD)
    if at < 0 or at + END_RECORD_BYTES > len(tail):
        raise Refused(DAMAGED)
    comment = int.from_bytes(tail[at + 20 : at + 22], "little")
    if at + END_RECORD_BYTES + comment != len(tail):
        raise Refused(MISMATCH)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Refused(PROTECTED)
    if entry.compress_type not in _METHODS or _UNSEEN.search(entry.filename) or not entry.filename:
        raise Refused(DAMAGED)
    if entry.filename.count("/") > MOST_DEPTH:
        raise Refused(TOO_MUCH_INSIDE)
    if entry.file_size > max(RATIO_FROM, entry.compress_size * MOST_RATIO * 2):
        raise Refused(TOO_MUCH_INSIDE)
