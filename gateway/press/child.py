"""The process that prints: pages on standard input, PDFs on standard output, each after its length."""

from __future__ import annotations

import resource
import struct
import sys
from typing import BinaryIO

from weasyprint import HTML  # type: ignore[import-untyped]
from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

_HEAD = struct.Struct(">I")
_MEMORY = 1024**3
"""Bytes of address space; a letter needs a third of it, and 90 MB of real memory."""


def pdf(html: str) -> bytes:
    """Tagged for screen readers (PDF/UA-1), with local fonts; nothing is fetched but what the page brings."""
    nothing_else = URLFetcher(allowed_protocols=("data",))
    return bytes(HTML(string=html, url_fetcher=nothing_else).write_pdf(pdf_variant="pdf/ua-1"))


def serve(pages: BinaryIO, letters: BinaryIO) -> None:
    """Until the parent closes its end."""
    while len(head := pages.read(_HEAD.size)) == _HEAD.size:
        letter = pdf(pages.read(_HEAD.unpack(head)[0]).decode())
        letters.write(_HEAD.pack(len(letter)) + letter)
        letters.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    serve(sys.stdin.buffer, sys.stdout.buffer)
