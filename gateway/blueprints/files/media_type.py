"""What a document really is, by its first bytes; its name and what the browser says are not asked.

puremagic knows some thousand signatures; the checks here make sure of the few
types that are accepted, so that a file cannot pass for one of them by a lucky
prefix.
"""

from __future__ import annotations

import re

import puremagic

HEAD_BYTES = 4 * 1024
"""Enough for every signature and check here."""

UNKNOWN = "unknown"

EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "text/plain": (".txt",),
}
"""Extensions of the accepted types, the usual one first."""

IMAGES = tuple(kind for kind in EXTENSIONS if kind.startswith("image/"))

_SIGNATURES = {
    "application/pdf": re.compile(rb"%PDF-[12]\.\d[\s%]"),  # ISO 32000-2, 7.5.2, at the very beginning
    "image/jpeg": re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"),  # ITU-T T.81, B.2.1
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),  # ISO/IEC 15948, 5
    "image/webp": re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL),  # RFC 9649, 2.4
    "image/heic": re.compile(rb"....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", re.DOTALL),  # ISO/IEC 23008-12
}
_ALIASES = {"image/heif": "image/heic", "image/jpg": "image/jpeg"}
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_PROGRAM_TEXT = re.compile(rb"^(\xef\xbb\xbf)?\s*(#!|<\?|<!|<[a-z]|@echo)", re.IGNORECASE)


def detect(head: bytes) -> str:
    """Media type of a document that begins with `head`; `unknown` where it cannot be told."""
    for media_type, signature in _SIGNATURES.items():
        if signature.match(head):
            return media_type
    found = _by_magic(head)
    if found in _SIGNATURES:
        return UNKNOWN  # looks like an accepted type, but is not well-formed
    return "text/plain" if found == UNKNOWN and _is_text(head) else found


def _by_magic(head: bytes) -> str:
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    kinds = [match.mime_type for match in found if match.mime_type]
    return _ALIASES.get(kinds[0], kinds[0]) if kinds else "application/octet-stream"


def _is_text(head: bytes) -> bool:
    """Readable text that no browser or shell would take for a page or a program."""
    if _NOT_TEXT.search(head) or _PROGRAM_TEXT.match(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.end == len(head)  # the last character is cut in two
    return True


def named_for(name: str, media_type: str) -> str:
    """`name` with an extension that says what it is, so that no system opens it as something else."""
    extensions = EXTENSIONS.get(media_type, ())
    if not extensions or name.lower().endswith(extensions):
        return name
    return f"{name}{extensions[0]}"
