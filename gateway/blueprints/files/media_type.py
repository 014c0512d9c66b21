"""What a document really is, by its first bytes; its name and what the browser says are not asked.

puremagic knows some thousand signatures; the checks here make sure of the few
types that are accepted, so that a file cannot pass for one of them by a lucky
prefix.
"""

from __future__ import annotations

import re

import puremagic

HEAD_BYTES = 16 * 1024
"""Enough for every signature and for the first names in an office document's archive."""

UNKNOWN = "unknown"

EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "image/tiff": (".tif", ".tiff"),
    "text/plain": (".txt",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
}
"""Extensions of the accepted types, the usual one first."""

_SIGNATURES = {
    "application/pdf": re.compile(rb"%PDF-[12]\.\d[\s%]"),  # ISO 32000-2, 7.5.2, at the very beginning
    "image/jpeg": re.compile(rb"\xff\xd8\xff[\xc0-\xfe]"),  # ITU-T T.81, B.2.1
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),  # ISO/IEC 15948, 5
    "image/webp": re.compile(rb"RIFF....WEBPVP8[ LX]", re.DOTALL),  # RFC 9649, 2.4
    "image/heic": re.compile(rb"....ftyp(hei[cxms]|hev[cx]|mif1|msf1)", re.DOTALL),  # ISO/IEC 23008-12
    "image/tiff": re.compile(rb"II\*\x00|MM\x00\*"),  # TIFF 6.0, section 2
    "application/vnd.oasis.opendocument.text": re.compile(  # ODF 1.3, part 2, 3.3: the first entry, stored
        rb"PK\x03\x04.{14}\x27\0\0\0\x27\0\0\0\x08\0\0\0mimetypeapplication/vnd\.oasis\.opendocument\.textPK",
        re.DOTALL,
    ),
}
_OFFICE_FOLDERS = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ARCHIVE_NAMES = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)  # APPNOTE 4.3.7: local file header
_ALIASES = {"image/heif": "image/heic", "image/jpg": "image/jpeg"}
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_PROGRAM_TEXT = re.compile(rb"^(\xef\xbb\xbf)?\s*(#!|<\?|<!|<[a-z]|@echo)", re.IGNORECASE)


def detect(head: bytes) -> str:
    """Media type of a document that begins with `head`; `unknown` where it cannot be told."""
    for media_type, signature in _SIGNATURES.items():
        if signature.match(head):
            return media_type
    if head.startswith(b"PK\x03\x04"):
        return _office_type(head)
    found = _by_magic(head)
    if found in EXTENSIONS:
        return UNKNOWN  # looks like an accepted type, but is not well-formed
    return "text/plain" if found == UNKNOWN and _is_text(head) else found


def _office_type(head: bytes) -> str:
    """Office Open XML by the folders in its archive (ECMA-376, part 2)."""
    names = _names_in_archive(head)
    if b"[Content_Types].xml" in names:
        for folder, media_type in _OFFICE_FOLDERS.items():
            if any(name.startswith(folder) for name in names):
                return media_type
    return "application/zip"


def _names_in_archive(head: bytes) -> set[bytes]:
    """Names of the entries whose local headers lie in `head`."""
    names = set()
    for found in _ARCHIVE_NAMES.finditer(head):
        length = int.from_bytes(found[1], "little")
        names.add(head[found.end() : found.end() + length])
    return names


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
