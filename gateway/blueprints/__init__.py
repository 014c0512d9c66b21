"""Which blueprints each entry serves; every package here has `register(app)`."""

from __future__ import annotations

ENTRIES: dict[str, tuple[str, ...]] = {
    "pages": (
        "start",
        "booking",
        "login",
        "account",
        "space",
        "spaces",
        "link",
        "development",
        "room",
        "deletion",
        "guest",
        "change",
        "earlier",
        "console",
        "api",
    ),
    "events": ("events",),
    "files": ("files",),
}
