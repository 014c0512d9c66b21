"""PDF (ISO 32000-2): what would run, open or load is found by walking every object; pdfium draws the pages.

qpdf reads the structure, unpacked object streams included, so nothing hides in compressed objects; what it
cannot read is refused.  Streams are unpacked only to be counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
from PIL import Image

from gateway.inspection.foreign import check_rest, check_single
from gateway.inspection.refusal import Refused
from services.contracts.document_rules import ACTIVE, DAMAGED, MOST_PAGES, PROTECTED, TOO_MUCH_INSIDE

MOST_OBJECTS = 100_000
MOST_PIXELS = 120_000_000
"""Of one picture in it."""
MOST_UNPACKED = 64 * 1024 * 1024
"""Bytes of one stream that is no picture, unpacked."""
MOST_UNPACKED_IN_ALL = 4 * MOST_UNPACKED
MOST_NESTED = 100
MOST_CHAINED = 100
"""Actions that follow one another."""
_END_WITHIN = 1024
_TAIL = 64 * 1024
_PIECE = 1024 * 1024
_TALLEST = 4
"""Widths; a longer page is drawn smaller."""

_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/EF", "/RichMediaContent"})
_ACTIVE_KINDS = frozenset(
    # Actions (12.6.4) that run a program or script, send or fetch something, or play.
    [
        *("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/GoToE"),
        *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute"),
    ]
)
# Annotations (12.5.6) that hold a file or play.
_ACTIVE_SUBTYPES = frozenset(["/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"])
_PACKED = frozenset(["/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL"])
_FLATE = frozenset({"/FlateDecode", "/Fl"})
_LZW = frozenset({"/LZWDecode", "/LZW"})
_MOST_PER_PIXEL = 8
"""Bytes: four colours of 16 bits; each row has one more (7.4.4.4)."""
_MOST_LZW = 1024 * 1024


def set_limits() -> None:
    """Of the whole process; beyond them qpdf gives up."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MOST_UNPACKED,
        run_length_max_memory=MOST_UNPACKED,
        png_max_memory=MOST_UNPACKED,
        tiff_max_memory=MOST_UNPACKED,
        max_stream_filters=4,
        parser_max_nesting=MOST_NESTED,
        doc_max_warnings=100,
    )


def examine(file: BinaryIO, size: int) -> int:
    """Number of its pages.  Raises Refused."""
    check_single(file, size, pdf=True)
    _check_end(file, size)
    try:
        with pikepdf.open(file, suppress_warnings=True) as document:
            _check(document)
            pages = len(document.pages)
    except pikepdf.PasswordError:
        raise Refused(PROTECTED) from None
    except (pikepdf.PdfError, ValueError, RuntimeError, AttributeError, TypeError):
        raise Refused(_beyond_limits() or DAMAGED) from None
    if reason := _beyond_limits():
        raise Refused(reason)
    if not 0 < pages <= MOST_PAGES:
        raise Refused(TOO_MUCH_INSIDE if pages else DAMAGED)
    return pages


def draw(file: BinaryIO, page: int, width: int) -> Image.Image:
    """A page as it would be printed, without forms and scripts.  Raises Refused(damaged)."""
    try:
        with pypdfium2.PdfDocument(file) as document:
            return _drawn(document[page - 1], width)
    except (pypdfium2.PdfiumError, IndexError, ValueError):
        raise Refused(DAMAGED) from None


def _drawn(page: pypdfium2.PdfPage, width: int) -> Image.Image:
    wide, high = page.get_size()
    if wide <= 0 or high <= 0:
        raise Refused(DAMAGED)
    scale = min(width / wide, _TALLEST * width / high)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    picture.thumbnail((width, _TALLEST * width))  # it is rounded up
    return picture


def _check_end(file: BinaryIO, size: int) -> None:
    """Nothing is missing and nothing is appended (7.5.5)."""
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    at = tail.rfind(b"%%EOF")
    if at >= 0:
        check_rest(tail[at + 5 :])
    if at < max(0, len(tail) - _END_WITHIN):
        raise Refused(DAMAGED)


def _check(document: pikepdf.Pdf) -> None:
    if document.is_encrypted:
        raise Refused(PROTECTED)
    if int(document.trailer.Size) > MOST_OBJECTS:
        raise Refused(TOO_MUCH_INSIDE)
    unpacked = 0
    for thing in document.objects:
        _check_object(thing)
        if isinstance(thing, pikepdf.Stream):
            unpacked += _unpacked(thing)
            if unpacked > MOST_UNPACKED_IN_ALL:
                raise Refused(TOO_MUCH_INSIDE)


def _check_object(thing: Any) -> None:
    """A dictionary or an array with all that lies directly in it."""
    for part in _parts(thing, MOST_NESTED):
        if _is_active(part):
            raise Refused(ACTIVE)


def _parts(thing: Any, depth: int) -> Iterator[Any]:
    """The dictionaries in it; what is only referred to is an object of its own."""
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
        return
    if depth == 0:
        raise Refused(TOO_MUCH_INSIDE)
    if not isinstance(thing, pikepdf.Array):
        yield thing
    for value in thing if isinstance(thing, pikepdf.Array) else thing.values():
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _parts(value, depth - 1)


def _is_active(thing: Any) -> bool:
    keys = set(thing.keys())
    if keys & _ACTIVE_KEYS or _name(thing, "/S") in _ACTIVE_KINDS:
        return True
    if _name(thing, "/Subtype") in _ACTIVE_SUBTYPES or _name(thing, "/Type") == "/EmbeddedFile":
        return True
    if isinstance(thing, pikepdf.Stream) and "/F" in keys:
        return True  # its bytes lie in another file (7.3.8.2)
    return any(map(_opens_an_address, _without_a_click(thing)))


def _without_a_click(thing: Any) -> list[Any]:
    """What is done when it is opened, shown, left (12.6.3)."""
    triggers = thing.get("/AA")
    done = list(triggers.values()) if isinstance(triggers, pikepdf.Dictionary) else []
    return [*done, thing["/OpenAction"]] if "/OpenAction" in thing else done


def _opens_an_address(action: Any) -> bool:
    """It, or one of those that follow it, and those that follow them (12.6.2)."""
    chain = [action]
    for _ in range(MOST_CHAINED):
        if not chain:
            return False
        one = chain.pop()
        if isinstance(one, pikepdf.Array):
            chain += list(one)
        elif isinstance(one, pikepdf.Dictionary):
            if _name(one, "/S") == "/URI":
                return True
            chain += [one["/Next"]] if "/Next" in one else []
    raise Refused(TOO_MUCH_INSIDE)


def _name(thing: Any, key: str) -> str:
    value = thing.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _unpacked(stream: pikepdf.Stream) -> int:
    """Bytes that a viewer would unpack, but for pictures', of which it makes as many as their sides say."""
    filters = _filters(stream)
    packed = [name for name in filters if name in _PACKED]
    if len(packed) > 1:
        raise Refused(TOO_MUCH_INSIDE)
    if _name(stream, "/Subtype") == "/Image":
        _check_picture(stream, filters)
        return 0
    if not packed:
        return 0
    if filters[0] not in _PACKED:
        return _unpacked_letters(stream)
    raw = stream.read_raw_bytes()
    if packed[0] in _LZW:
        if len(raw) > _MOST_LZW:
            raise Refused(TOO_MUCH_INSIDE)
        return len(raw)
    return _inflated(raw) if packed[0] in _FLATE else len(raw) * 64


def _check_picture(picture: pikepdf.Stream, filters: list[str]) -> None:
    """It is as large as it says: what is only called a picture may be unpacked whole all the same."""
    sides = [picture.get(key, 0) for key in ("/Width", "/Height")]
    wide, high = (max(0, side) if isinstance(side, int) else 0 for side in sides)
    if wide * high > MOST_PIXELS:
        raise Refused(TOO_MUCH_INSIDE)
    if filters and filters[0] in _FLATE:
        _inflated(picture.read_raw_bytes(), most=max(_PIECE, (wide * _MOST_PER_PIXEL + 1) * high))


def _filters(stream: pikepdf.Stream) -> list[str]:
    named = stream.get("/Filter")
    return [str(one) for one in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _inflated(raw: bytes, most: int = MOST_UNPACKED) -> int:
    """Counted, not kept; one that breaks off is the viewer's to leave out."""
    packer, count, rest = zlib.decompressobj(), 0, raw
    try:
        while rest and not packer.eof:
            count += len(packer.decompress(rest, _PIECE))
            if count > most:
                raise Refused(TOO_MUCH_INSIDE)
            rest = packer.unconsumed_tail
    except zlib.error:
        return count
    return count


def _unpacked_letters(stream: pikepdf.Stream) -> int:
    """Packed, then written as letters: qpdf takes both off, and gives up where it is too much."""
    try:
        return len(stream.read_bytes())
    except pikepdf.DataDecodingError as fault:
        if "limit" in str(fault):
            raise Refused(TOO_MUCH_INSIDE) from None
        return 0


def _beyond_limits() -> str:
    return TOO_MUCH_INSIDE if pikepdf.settings.qpdf_limit_errors() else ""
