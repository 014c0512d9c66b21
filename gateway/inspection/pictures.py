"""Pictures: decoded to see that they are whole; shown as new ones that are nothing but pixels."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import BinaryIO, TypeVar

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from gateway.inspection.foreign import HEAD_BYTES, LONGEST_MARK, check_no_page, check_rest, check_single
from gateway.inspection.refusal import Refused
from gateway.inspection.turn import TURN
from services.contracts.document_rules import DAMAGED, MISMATCH, TOO_MUCH_INSIDE

MOST_PIXELS = 60_000_000
"""Of one page; a sheet of A4 at 600 dpi has 35 million."""
MOST_PIXELS_OF_JPEG = 120_000_000
"""It is decoded at an eighth of its sides."""
MOST_PIXELS_IN_ALL = 600_000_000
MOST_PAGES_OF_TIFF = 200
_SCALE = 8
_TALLEST = 4
"""Widths; a longer picture is shown smaller."""
_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/heic": ("HEIF",),
    "image/tiff": ("TIFF",),
}
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
)
_BOMBS = re.compile("decompressed data too large|exceeds limit|too large|security limit", re.IGNORECASE)
_SOS, _EOI = 0xDA, b"\xff\xd9"  # ITU-T T.81, B.1.1.3
_PIECE = 256 * 1024
FoundT = TypeVar("FoundT")


def prepare() -> None:
    """Teach Pillow HEIC; of all else it reads nothing that is not named here."""
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = None  # the sides are looked at here, before anything is decoded
    warnings.simplefilter("ignore")
    Image.init()


def examine(media_type: str, file: BinaryIO, size: int) -> int:
    """Number of its pages.  Raises Refused."""
    check_single(file, size)
    file.seek(0)
    check_no_page(file.read(HEAD_BYTES))
    pages = _guarded(lambda: _decoded(media_type, file))
    if media_type in _ENDS:
        _guarded(lambda: _ENDS[media_type](file, size))
    return pages


def draw(media_type: str, file: BinaryIO, page: int, width: int) -> Image.Image:
    """A page upright, in plain colours, at most so wide.  Raises Refused."""
    return _guarded(lambda: _drawn(media_type, file, page, width))


def _guarded(look: Callable[[], FoundT]) -> FoundT:
    """What a decoder says of broken data comes in many forms."""
    try:
        return look()
    except MemoryError:
        raise Refused(TOO_MUCH_INSIDE) from None
    except _BROKEN as fault:
        raise Refused(TOO_MUCH_INSIDE if _BOMBS.search(str(fault)) else DAMAGED) from None


def _decoded(media_type: str, file: BinaryIO) -> int:
    file.seek(0)
    with Image.open(file, formats=_FORMATS[media_type]) as picture:
        pages = getattr(picture, "n_frames", 1) if media_type == "image/tiff" else 1
        if pages > MOST_PAGES_OF_TIFF:
            raise Refused(TOO_MUCH_INSIDE)
        left = MOST_PIXELS_IN_ALL
        for page in range(pages):
            if pages > 1:
                picture.seek(page)
            left -= _check_sides(media_type, picture)
            if left < 0:
                raise Refused(TOO_MUCH_INSIDE)
            _shrink(picture)
            TURN.take(picture.width * picture.height)
            picture.load()
    return pages


def _check_sides(media_type: str, picture: Image.Image) -> int:
    pixels = picture.width * picture.height
    if pixels > (MOST_PIXELS_OF_JPEG if media_type == "image/jpeg" else MOST_PIXELS):
        raise Refused(TOO_MUCH_INSIDE)
    return pixels


def _shrink(picture: Image.Image, *, to: int = 1) -> None:
    """A JPEG can be decoded smaller; every byte of it is read all the same."""
    picture.draft(None, (max(to, picture.width // _SCALE), max(to, picture.height // _SCALE)))


def _drawn(media_type: str, file: BinaryIO, page: int, width: int) -> Image.Image:
    file.seek(0)
    with Image.open(file, formats=_FORMATS[media_type]) as picture:
        if page > 1 and media_type != "image/tiff":
            raise Refused(DAMAGED)
        if page > 1:
            picture.seek(page - 1)
        _check_sides(media_type, picture)
        _shrink(picture, to=width)
        TURN.take(picture.width * picture.height)
        upright = ImageOps.exif_transpose(picture)
        return _plain(upright, width)


def _plain(picture: Image.Image, width: int) -> Image.Image:
    """What is transparent lies on white, as on paper."""
    picture.thumbnail((width, width * _TALLEST))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        coloured = picture.convert("RGBA")
        paper = Image.new("RGBA", coloured.size, "white")
        return Image.alpha_composite(paper, coloured).convert("RGB")
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


# --- where a picture ends ---


def _jpeg_end(file: BinaryIO, size: int) -> None:
    """Behind the end cameras put further pictures and films; nothing else may stand there."""
    at = _first_scan(file)
    while at < size:
        file.seek(at)
        piece = file.read(_PIECE)
        found = piece.find(_EOI)
        if found >= 0:
            _check_behind(file, at + found + 2)
            return
        at += max(1, len(piece) - 1)
    raise Refused(DAMAGED)


def _first_scan(file: BinaryIO) -> int:
    """Where the first scan begins: the segments before it are stepped over by their lengths."""
    at = 2
    while True:
        file.seek(at)
        head = file.read(4)
        if len(head) < 4 or head[0] != 0xFF:
            raise Refused(DAMAGED)
        if head[1] == 0xFF:
            at += 1
            continue
        at += 2 + int.from_bytes(head[2:], "big")
        if head[1] == _SOS:
            return at


def _check_behind(file: BinaryIO, at: int) -> None:
    """Pieces lap over: what is looked for may begin in one and end in the next."""
    file.seek(at)
    behind = b""
    while piece := file.read(_PIECE):
        behind = behind[-LONGEST_MARK:] + piece
        check_rest(behind)


def _png_end(file: BinaryIO, size: int) -> None:
    """The end chunk is the end (ISO/IEC 15948, 5.6)."""
    at, kind = 8, b""
    while kind != b"IEND":
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            raise Refused(DAMAGED)
        at, kind = at + 12 + int.from_bytes(head[:4], "big"), head[4:]
    if at != size:
        raise Refused(MISMATCH if at < size else DAMAGED)


def _webp_end(file: BinaryIO, size: int) -> None:
    """The container says how long it is (RFC 9649, 2.4)."""
    file.seek(4)
    said = int.from_bytes(file.read(4), "little") + 8
    if not said <= size <= said + said % 2:
        raise Refused(MISMATCH if size > said else DAMAGED)


_HEIC_BOXES = (b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"uuid")


def _heic_end(file: BinaryIO, size: int) -> None:
    """Boxes follow one another to the very end (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:], "big")
        if length == 0:
            return
        if length < 8 or at + length > size:
            raise Refused(DAMAGED if head[4:8] in _HEIC_BOXES else MISMATCH)
        at += length


_ENDS: dict[str, Callable[[BinaryIO, int], None]] = {
    "image/jpeg": _jpeg_end,
    "image/png": _png_end,
    "image/webp": _webp_end,
    "image/heic": _heic_end,
}
