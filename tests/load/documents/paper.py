"""What citizens hand over: scanned sheets, as much as the platform takes, which no packing makes smaller."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable, Mapping

from PIL import Image

SIZE = 20_000_000
_SHEET = (874, 1240)
"""A5 at 150 dots per inch."""


def sheet(size: int = SIZE) -> bytes:
    """One sheet as scanners write it: a TIFF, not packed."""
    side = math.ceil((size / 3) ** 0.5)
    written = io.BytesIO()
    _noise(side, side, random.Random(7)).save(written, "TIFF")
    return written.getvalue()


def sheets(size: int = SIZE) -> bytes:
    """Many of them, as telephones write them: a PDF of JPEGs, each unlike all others."""
    pixels = random.Random(7)
    once = len(_pdf([_noise(*_SHEET, pixels)]))
    return _pdf([_noise(*_SHEET, pixels) for _ in range(math.ceil(size / once))])


DOCUMENTS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "tiff": ("image/tiff", sheet),
    "pdf": ("application/pdf", sheets),
}


def _noise(wide: int, high: int, pixels: random.Random) -> Image.Image:
    return Image.frombytes("RGB", (wide, high), pixels.randbytes(wide * high * 3))


def _pdf(pages: list[Image.Image]) -> bytes:
    written = io.BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=pages[1:], quality=75)
    return written.getvalue()
