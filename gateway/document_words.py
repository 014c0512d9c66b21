"""Why a document is not taken, in the words of its reader."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from services.contracts import document_rules as rules

DOCUMENT_REASONS: dict[str, Any] = {
    rules.MALWARE: _l("This file contains a known virus or other malicious software. It was not kept."),
    rules.ACTIVE: _l(
        "This file contains something that can run, open or load by itself, such as a macro, a script or "
        "another file. Save it without that, or as a plain PDF, and try again."
    ),
    rules.PROTECTED: _l(
        "This file is protected by a password or encrypted, so it cannot be checked. Save it without "
        "protection and try again."
    ),
    rules.DAMAGED: _l("This file cannot be read: it is damaged or incomplete. Save it again and try again."),
    rules.TOO_MUCH_INSIDE: _l(
        "There is too much inside this file: too many pages, too large a picture, or more than can be "
        "unpacked safely. Make it smaller or divide it."
    ),
    rules.MISMATCH: _l(
        "This file is two things at once: something else is hidden in it. Save it again from the program "
        "that it was made with."
    ),
}
"""Sentences for the reasons of DocumentRefused."""

PARTS_AWAY: dict[str, Any] = {
    part: _l(
        "Files cannot be checked at the moment, so none can be taken. "
        "Nothing was kept; try again in a minute."
    )
    for part in ("scanner", "inspector")
}
"""Sentences for some services of ServiceUnavailable."""
