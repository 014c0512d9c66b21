"""One question about one document, answered in a process that was forked for it and ends with it."""

from __future__ import annotations

import io
import resource
import socket
import sys
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image

from gateway.inspection import frames, landlock, office, pdf, pictures, text
from gateway.inspection.refusal import Refused
from gateway.inspection.remote import Away, remote_file
from gateway.inspection.watermark import FONT, marked
from services.contracts.document_rules import DAMAGED, MEDIA_TYPES, MOST_BYTES, TOO_MUCH_INSIDE

_CODE = Path(__file__).parents[2]
MOST_MEMORY = 640 * 1024 * 1024
"""Bytes of addresses beyond those that it is born with."""
MOST_CPU_SECONDS = 20
MOST_FILES = 16
READABLE = (
    *("/usr", "/dev/urandom", sys.prefix, sys.base_prefix),
    *(str(_CODE / part) for part in ("gateway", "services")),
)
"""Libraries, fonts, what is imported late; chance, which qpdf asks for to open what is encrypted."""
WIDTHS = range(32, 2401)
_PDF = "application/pdf"
_QUALITY = 82
_MOST_WATERMARK = 200
_PAGE = resource.getpagesize()


def prepare() -> None:
    """Once, before the first child: what each of them needs is in memory then."""
    pdf.set_limits()
    pictures.prepare()
    drawn = Image.new("RGB", (64, 64), "white")
    if FONT.exists():
        drawn = marked(drawn, "·")
    _encoded(drawn)


def answer(connection: socket.socket) -> None:
    """Read the question, look, and say what was found.  Raises Away where nobody listens."""
    try:
        asked = _question(connection)
        file = remote_file(connection, asked["size"])
        if asked["do"] == "render":
            frames.send(connection, frames.PICTURE, _picture(asked, file))
        else:
            pages = _examined(asked["media_type"], file, asked["size"])
            frames.send_json(connection, frames.ANSWER, {"pages": pages})
    except Refused as refusal:
        frames.send_json(connection, frames.ANSWER, {"refused": refusal.reason})
    except MemoryError:
        frames.send_json(connection, frames.ANSWER, {"refused": TOO_MUCH_INSIDE})
    except (OSError, frames.Broken):
        raise Away from None


def confine() -> None:
    """Bounds for what a document may make its reader do: no file, bearable memory, little time, nobody else.

    Raises OSError.
    """
    born_with = int(Path("/proc/self/statm").read_text().split()[0]) * _PAGE
    for bound, most in (
        (resource.RLIMIT_AS, born_with + MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, MOST_FILES),
    ):
        resource.setrlimit(bound, (most, most))
    landlock.read_only(READABLE)


def _question(connection: socket.socket) -> dict[str, Any]:
    kind, content = frames.receive(connection)
    asked = frames.read_json(content)
    known = asked.get("do") in ("examine", "render") and asked.get("media_type") in MEDIA_TYPES
    size = asked.get("size")
    if kind != frames.ASK or not known or not isinstance(size, int) or not 0 < size <= MOST_BYTES:
        raise frames.Broken
    return asked


def _examined(media_type: str, file: BinaryIO, size: int) -> int:
    if media_type == _PDF:
        return pdf.examine(file, size)
    if media_type.startswith("image/"):
        return pictures.examine(media_type, file, size)
    if media_type == "text/plain":
        return text.examine(file, size)
    return office.examine(media_type, file, size)


def _picture(asked: dict[str, Any], file: BinaryIO) -> bytes:
    page, width, mark = asked.get("page"), asked.get("width"), asked.get("watermark", "")
    if not isinstance(page, int) or page < 1 or not isinstance(width, int) or width not in WIDTHS:
        raise Refused(DAMAGED)
    return _encoded(marked(_drawn(asked["media_type"], file, page, width), str(mark)[:_MOST_WATERMARK]))


def _drawn(media_type: str, file: BinaryIO, page: int, width: int) -> Image.Image:
    if media_type == _PDF:
        return pdf.draw(file, page, width)
    if media_type.startswith("image/"):
        return pictures.draw(media_type, file, page, width)
    raise Refused(DAMAGED)


def _encoded(picture: Image.Image) -> bytes:
    """Only pixels: whatever else was in the document stays behind."""
    encoded = io.BytesIO()
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(encoded, "WEBP", quality=_QUALITY, method=2)
    return encoded.getvalue()
