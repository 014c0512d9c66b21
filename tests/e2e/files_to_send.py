"""Files that people send: small, made here, of the types that they say."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pikepdf

from tests.e2e.journey import Upload


def letter(name: str, size: int, seed: str) -> Upload:
    """A PDF of one page and exactly that size, most of which compresses badly; the same every time."""
    blocks = (hashlib.sha256(f"{seed} {number}".encode()).digest() for number in range(size // 32 + 1))
    noise = b"".join(blocks)
    wanted = size - len(_page_with(b""))
    while len(content := _page_with(noise[:wanted])) != size:
        wanted += size - len(content)  # its length is written into it, too
    return Upload(name, "application/pdf", content)


def _page_with(noise: bytes) -> bytes:
    made, content = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.Root.Noise = made.make_stream(noise)
    made.save(
        content,
        compress_streams=False,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )
    return content.getvalue()


def papers(name: str, pages: int) -> Upload:
    """A PDF of that many empty pages."""
    made, content = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page()
    made.save(content)
    return Upload(name, "application/pdf", content.getvalue())


def identity_card() -> Upload:
    """A grey picture: 320 by 200 points."""
    rows = b"".join(b"\0" + bytes([120 + row % 60]) * 320 for row in range(200))
    header = struct.pack(">IIBBBBB", 320, 200, 8, 0, 0, 0, 0)
    content = (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )
    return Upload("identity-card.png", "image/png", content)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
