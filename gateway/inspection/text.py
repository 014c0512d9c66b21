"""Plain text: UTF-8 to the last byte, and nothing else in it."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from gateway.inspection.foreign import check_single
from gateway.inspection.refusal import Refused
from services.contracts.document_rules import DAMAGED, MISMATCH

_PIECE = 256 * 1024
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")


def examine(file: BinaryIO, size: int) -> int:
    """0: a text has no pages.  Raises Refused."""
    check_single(file, size)
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    while piece := file.read(_PIECE):
        if _NOT_TEXT.search(piece):
            raise Refused(MISMATCH)
        _decode(decoder, piece)
    _decode(decoder, b"", final=True)
    return 0


def _decode(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> None:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        raise Refused(DAMAGED) from None
