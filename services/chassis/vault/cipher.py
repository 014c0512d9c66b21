"""Encryption: streams of any length in constant memory, and short texts.  Pure functions.

A stream is sealed by the STREAM construction (Hoang, Reyhanitabar, Rogaway,
Vizár: Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance,
2015) over AES-256-GCM:

    header   1 byte version, 7 bytes random nonce prefix
    chunk    65,536 bytes of clear text (the last one 0 to 65,536) + 16 bytes tag
    nonce    prefix (7) | chunk number, big endian (4) | 1 if it is the last chunk, else 0 (1)
    aad      header | context

So a chunk cannot be changed, moved, repeated or left out, the end cannot be
cut off, and a whole stream cannot be passed off as another (`context` is the
document's id).  Each document has its own key, so nonces cannot meet.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 65_536
"""Bytes of clear text in one chunk."""
KEY_BYTES = 32
_TAG = 16
_VERSION = b"\x01"
_PREFIX = 7
HEADER = len(_VERSION) + _PREFIX
"""Bytes before the first chunk."""
_NONCE = 12
_MAX_CHUNKS = 2**32


class Tampered(Exception):
    """What was read is not what was sealed here, with this key, for this context."""


def new_key() -> bytes:
    """A random 256-bit key."""
    return os.urandom(KEY_BYTES)


def sealed_size(size: int) -> int:
    """Bytes that `size` bytes of clear text take when sealed as a stream."""
    chunks = max(1, -(-size // CHUNK))
    return HEADER + size + chunks * _TAG


def seal_stream(key: bytes, clear: Iterable[bytes], context: str) -> Iterator[bytes]:
    """Encrypt pieces of any size as they come; holds one chunk at a time."""
    header = _VERSION + os.urandom(_PREFIX)
    cipher, aad = AESGCM(key), header + context.encode()
    yield header
    for number, (chunk, last) in enumerate(_marked_last(_regrouped(clear, CHUNK))):
        yield cipher.encrypt(_nonce(header, number, last), chunk, aad)


def open_stream(key: bytes, sealed: Iterable[bytes], context: str) -> Iterator[bytes]:
    """Decrypt pieces of any size as they come; each piece that comes out is genuine.

    Raises Tampered as soon as something is wrong; when the end is missing, that is at the end.
    """
    pieces = _Reader(sealed)
    header = pieces.take(HEADER)
    if len(header) != HEADER or header[:1] != _VERSION:
        raise Tampered
    cipher, aad = AESGCM(key), header + context.encode()
    for number, (chunk, last) in enumerate(_marked_last(_regrouped(pieces.rest(), CHUNK + _TAG))):
        try:
            yield cipher.decrypt(_nonce(header, number, last), chunk, aad)
        except InvalidTag:
            raise Tampered from None


def sealed_range(first: int, count: int, size: int) -> tuple[int, int]:
    """Where chunks of a stream of `size` clear bytes lie, from number `first` on: (offset, length)."""
    chunk = CHUNK + _TAG
    begin = HEADER + first * chunk
    return begin, min(begin + count * chunk, sealed_size(size)) - begin


def open_chunks(key: bytes, header: bytes, sealed: bytes, first: int, size: int, context: str) -> bytes:
    """Decrypt chunks from the middle of a stream of `size` bytes of clear text, from number `first` on.

    `header` is its first HEADER bytes.  Raises Tampered.
    """
    if len(header) != HEADER or header[:1] != _VERSION:
        raise Tampered
    cipher, aad, last = AESGCM(key), header + context.encode(), max(1, -(-size // CHUNK)) - 1
    clear = []
    for number, at in enumerate(range(0, len(sealed), CHUNK + _TAG), first):
        try:
            chunk = sealed[at : at + CHUNK + _TAG]
            clear.append(cipher.decrypt(_nonce(header, number, number == last), chunk, aad))
        except InvalidTag:
            raise Tampered from None
    return b"".join(clear)


def padded(clear: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The pieces, then zeros up to `size` bytes: the length of an upload has to be told before it is known.

    Raises ValueError when the pieces are longer than that.
    """
    left = size
    for piece in clear:
        left -= len(piece)
        if left < 0:
            raise ValueError("longer than announced")
        yield piece
    while left:
        zeros = bytes(min(left, CHUNK))
        left -= len(zeros)
        yield zeros


def clipped(clear: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The first `size` bytes; the rest is read to the end too, so that the stream is verified as a whole."""
    left = size
    for piece in clear:
        if left:
            yield piece[:left]
        left = max(0, left - len(piece))
    if left:
        raise Tampered


def seal(key: bytes, text: str, context: str) -> str:
    """Encrypt a short text (a name, a message) to URL-safe text; `context` must be the same to unseal."""
    nonce = os.urandom(_NONCE)
    return _to_text(nonce + AESGCM(key).encrypt(nonce, text.encode(), context.encode()))


def unseal(key: bytes, sealed: str, context: str) -> str:
    """The text that `seal` was given; raises Tampered."""
    return unwrap(key, sealed, context).decode()


def wrap(key: bytes, secret: bytes, context: str) -> str:
    """Encrypt a key by another; the same form as `seal`."""
    nonce = os.urandom(_NONCE)
    return _to_text(nonce + AESGCM(key).encrypt(nonce, secret, context.encode()))


def unwrap(key: bytes, wrapped: str, context: str) -> bytes:
    """The key that `wrap` was given; raises Tampered."""
    try:
        raw = base64.urlsafe_b64decode(wrapped.encode())
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], context.encode())
    except (InvalidTag, ValueError):
        raise Tampered from None


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _nonce(header: bytes, number: int, last: bool) -> bytes:
    if number >= _MAX_CHUNKS:
        raise ValueError("too long for one stream")
    return header[1:] + number.to_bytes(4, "big") + (b"\x01" if last else b"\x00")


def _regrouped(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in groups of exactly `size`, the last one shorter or, for no bytes at all, empty."""
    waiting, any_full = bytearray(), False
    for piece in pieces:
        waiting += piece
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
            any_full = True
    if waiting or not any_full:
        yield bytes(waiting)


def _marked_last(groups: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    held = next(groups)
    for group in groups:
        yield held, False
        held = group
    yield held, True


class _Reader:
    """Takes an exact number of bytes off an iterable, then gives the rest."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._held = iter(pieces), b""

    def take(self, count: int) -> bytes:
        while len(self._held) < count:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._held += piece
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def rest(self) -> Iterator[bytes]:
        yield self._held
        yield from self._pieces
