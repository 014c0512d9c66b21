"""Files that people send: small, made here, of the types that they say."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pikepdf

from tests.e2e.journey import Upload


def letter(name: str, size: int, seed: str) -> Upload:
    """A PDF by its first bytes, with content that compresses badly and is the same every time."""
    blocks = (hashlib.sha256(f"{seed} {number}".encode()).digest() for number in range(size // 32 + 1))
    return Upload(name, "application/pdf", (b"%PDF-1.7\n" + b"".join(blocks))[:size])


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
