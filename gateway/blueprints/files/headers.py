"""Headers under which a stranger's bytes are handed to a browser."""

from __future__ import annotations

import re
from urllib.parse import quote

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ._()\[\]-]")
_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The name in both forms of RFC 6266: plain for old readers, UTF-8 (RFC 8187) for the others."""
    plain = _NOT_PLAIN.sub("_", name) or "document"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def download_headers(name: str, size: int, *, inline: bool = False) -> dict[str, str]:
    """Never run, never sniffed, never kept, whatever the document is."""
    return {
        "Content-Disposition": content_disposition(name, inline=inline),
        "Content-Length": str(size),
        "Accept-Ranges": "none",  # sealed as one stream: what is interrupted is fetched anew
        "Content-Security-Policy": _SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
