"""Pictures that burst, are broken, or are two things at once."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from functools import partial

from tests.documents.good import archive, docx_files, encoded, pdf, tiff

Made = dict[str, tuple[str, Callable[[], bytes], str]]

_KINDS = {
    "jpeg": ("a.jpg", "JPEG"),
    "png": ("a.png", "PNG"),
    "webp": ("a.webp", "WEBP"),
    "heic": ("a.heic", "HEIF"),
    "tiff": ("a.tif", "TIFF"),
}
_APPENDED: dict[str, Callable[[], bytes]] = {
    "an archive": lambda: archive({"payload.class": b"\xca\xfe\xba\xbe payload"}),
    "an office document": lambda: archive(docx_files()),
}
_APPENDED_WHERE_IT_ENDS = {
    "a page": lambda: b"<html><body><script>alert(1)</script></body></html>",
    "a document": pdf,
    "an archive of another kind": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(500),
    "a program": lambda: b"\x7fELF\x02\x01\x01" + bytes(500),
    "a page of PHP": lambda: b"<?php echo 1; ?>",
}


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {}
    for name, (filename, kind) in _KINDS.items():
        for what, appended in _APPENDED.items():
            made[f"{name}: with {what} behind it"] = filename, partial(_with, kind, appended), "mismatch"
        if kind != "TIFF":
            for what, appended in _APPENDED_WHERE_IT_ENDS.items():
                made[f"{name}: with {what} behind it"] = filename, partial(_with, kind, appended), "mismatch"
        for share in (0.2, 0.5, 0.9):
            made[f"{name}: cut after {share:.0%}"] = filename, partial(_cut, kind, share), "damaged"
    for name, (maker, reason) in _SINGLE.items():
        kind = name.partition(":")[0]
        made[name] = _KINDS[kind][0], maker, reason
    return made


def _with(kind: str, appended: Callable[[], bytes]) -> bytes:
    return encoded(kind) + appended()


def _cut(kind: str, share: float) -> bytes:
    whole = encoded(kind)
    return whole[: int(len(whole) * share)]


# --- PNG (ISO/IEC 15948, 5.3) ---


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, rows: bytes, *before: bytes, colours: int = 2) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), *before, _chunk(b"IDAT", rows), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _noisy_png() -> bytes:
    whole = bytearray(encoded("PNG"))
    for at in range(3_000, 3_400):
        whole[at] ^= 0x55
    return bytes(whole)


def _text_bomb() -> bytes:
    text = _chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9))
    return _png(2, 2, zlib.compress(bytes(14)), text)


def _hidden_page() -> bytes:
    text = _chunk(b"tEXt", b"Comment\0<script>alert(document.domain)</script>")
    return _png(2, 2, zlib.compress(bytes(14)), text)


# --- JPEG ---


def _jpeg_of_many_pixels() -> bytes:
    """A picture of which the head says that it is 65,000 by 65,000."""
    whole = bytearray(encoded("JPEG"))
    at = whole.index(b"\xff\xc0")
    whole[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(whole)


def _commented(comment: bytes) -> bytes:
    whole = encoded("JPEG")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + whole[2:]


def _astride(mark: bytes) -> bytes:
    """Behind the picture, begun in one of the pieces in which that is read, and ended in the next."""
    return encoded("JPEG") + bytes(_PIECE - len(mark) // 2) + mark + bytes(_PIECE)


def _without_end() -> bytes:
    return encoded("JPEG")[:-2]


# --- the others ---


def _webp_longer_than_said() -> bytes:
    return encoded("WEBP") + random.Random(2).randbytes(900)


def _tiff_of_many_pages() -> bytes:
    """Its directories are so small that 300 of them are a few kilobytes (TIFF 6.0, section 2)."""
    entries = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 1)]
    length = 2 + 12 * len(entries) + 4
    made = b"II*\0" + struct.pack("<I", 10) + b"\0\0"
    for number in range(300):
        following = 10 + (number + 1) * length if number < 299 else 0
        rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries)
        made += struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
    return made


def _tiff_of_many_pixels() -> bytes:
    entries = [
        (256, 100_000),
        (257, 100_000),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, 100_000),
    ]
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in [*entries, (279, 1)])
    return b"II*\0" + struct.pack("<IH", 8, len(entries) + 1) + rows + bytes(4)


def _heic_that_says_more() -> bytes:
    whole = bytearray(encoded("HEIF"))
    at = whole.rindex(b"mdat") - 4
    whole[at : at + 4] = struct.pack(">I", len(whole) * 2)
    return bytes(whole)


def _avif() -> bytes:
    return b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf" + bytes(400)


_PIECE = 256 * 1024
_ROWS = zlib.compress(bytes(50_000), 9)
_SINGLE: dict[str, tuple[Callable[[], bytes], str]] = {
    "png: 20,000 by 20,000": (lambda: _png(20_000, 20_000, _ROWS), "too_much_inside"),
    "png: 65,535 by 65,535": (lambda: _png(65_535, 65_535, _ROWS), "too_much_inside"),
    "png: wide as 100 million": (lambda: _png(100_000_000, 1, _ROWS), "too_much_inside"),
    "png: a text that unpacks to 80 MB": (_text_bomb, "too_much_inside"),
    "png: a page in a text": (_hidden_page, "mismatch"),
    "png: of noise": (_noisy_png, "damaged"),
    "png: without rows": (lambda: _png(200, 200, b""), "damaged"),
    "png: with too few rows": (lambda: _png(200, 200, zlib.compress(bytes(20))), "damaged"),
    "png: without an end": (lambda: encoded("PNG")[:-12], "damaged"),
    "jpeg: 65,000 by 65,000": (_jpeg_of_many_pixels, "too_much_inside"),
    "jpeg: a page in a comment": (lambda: _commented(b"<script>alert(1)</script>"), "mismatch"),
    "jpeg: a document in a comment": (lambda: _commented(b"%PDF-1.7\n1 0 obj"), "mismatch"),
    "jpeg: PHP in a comment": (lambda: _commented(b"<?php system($_GET[0]); ?>"), "mismatch"),
    "jpeg: a page astride two pieces": (lambda: _astride(b"<script>"), "mismatch"),
    "jpeg: a page that is spread over a piece": (
        lambda: _astride(b"<" + b" " * 3_900 + b"html>"),
        "mismatch",
    ),
    "jpeg: a document astride two pieces": (lambda: _astride(b"%PDF-1.7"), "mismatch"),
    "jpeg: a program astride two pieces": (
        lambda: _astride(b"This program cannot be run in DOS mode"),
        "mismatch",
    ),
    "jpeg: without an end": (_without_end, "damaged"),
    "jpeg: a head alone": (lambda: b"\xff\xd8\xff\xe0" + bytes(200), "damaged"),
    "jpeg: noise": (lambda: b"\xff\xd8\xff\xe0" + random.Random(4).randbytes(9_000), "damaged"),
    "webp: longer than it says": (_webp_longer_than_said, "mismatch"),
    "webp: a head alone": (lambda: b"RIFF\x40\0\0\0WEBPVP8 " + bytes(60), "damaged"),
    "tiff: 300 pages": (_tiff_of_many_pages, "too_much_inside"),
    "tiff: 100,000 by 100,000": (_tiff_of_many_pixels, "too_much_inside"),
    "tiff: a head alone": (lambda: b"II*\0\x08\0\0\0" + bytes(100), "damaged"),
    "tiff: cut on its last page": (lambda: tiff(3)[:-50_000], "damaged"),
    "heic: a box longer than all": (_heic_that_says_more, "damaged"),
    "heic: another kind of picture in its dress": (_avif, "damaged"),
    "heic: a head alone": (lambda: b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(100), "damaged"),
}
