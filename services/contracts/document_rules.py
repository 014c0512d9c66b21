"""What holds for documents wherever they lie, in a room or in a space."""

from __future__ import annotations

import hashlib
import unicodedata

from services.contracts.errors import InvalidField
from services.contracts.person_rules import BLANKS

MEDIA_TYPES = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/tiff",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
)
"""What is taken; the *files* process looks at the bytes."""
MALWARE, ACTIVE, PROTECTED = "malware", "active", "protected"
DAMAGED, TOO_MUCH_INSIDE, MISMATCH = "damaged", "too_much_inside", "mismatch"
REFUSALS = (MALWARE, ACTIVE, PROTECTED, DAMAGED, TOO_MUCH_INSIDE, MISMATCH)
"""Why a document of a type that is taken is refused all the same: known malware; something that runs,
opens or loads by itself; a password; bytes that cannot be read as what they are; what unpacks to far more
than it is; two things at once."""
MOST_PAGES = 1_000
"""Of one document."""
MOST_BYTES = 20 * 1024 * 1024
"""Of one document."""


def clean_name(name: str) -> str:
    """A file's name without its folders and without characters that cannot be seen; may be empty."""
    base = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(c for c in base if c not in BLANKS and unicodedata.category(c)[0] != "C")
    return " ".join(visible.split()).strip(" .")


_HIDDEN = frozenset(
    map(chr, (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)


def check_visible(name: str) -> None:
    """A name with control characters, or marks that turn the direction of what follows, hides what it is.

    Errors: InvalidField(name, hidden).
    """
    if _HIDDEN.intersection(name):
        raise InvalidField("name", "hidden")


def file_name(name: str, limit: int) -> str:
    """A name as it is kept: composed characters, nothing that cannot be seen, no folder.

    Errors: InvalidField(name) with `path` where it names a folder, `missing` where nothing is left of it,
    `too_long`.
    """
    if "/" in name or "\\" in name or name in (".", ".."):
        raise InvalidField("name", "path")
    clean = unicodedata.normalize("NFC", clean_name(name))
    if not clean:
        raise InvalidField("name", "missing")
    if len(clean) > limit:
        raise InvalidField("name", "too_long")
    return clean


def object_folder(kind: str, owner_id: str) -> str:
    """Where an owner's objects lie: computed from its id, which the store does not learn."""
    return f"{kind}/{hashlib.sha256(f'objects of {owner_id}'.encode()).hexdigest()[:32]}/"
