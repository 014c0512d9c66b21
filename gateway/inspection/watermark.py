"""Who looked at what, written all over it, so that a photograph of the screen says so too."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf")
_ANGLE = 30
_INK, _EDGE = (60, 60, 60, 110), (255, 255, 255, 80)
"""Dark with a light edge: to be read on white paper and on a dark picture."""
_PER_WIDTH = 32
"""Letters of this size stand side by side across the picture, about twice."""


def marked(picture: Image.Image, text: str) -> Image.Image:
    """The picture with the text in rows, aslant."""
    if not text:
        return picture
    letters = ImageFont.truetype(str(FONT), max(10, picture.width // _PER_WIDTH))
    side = int((picture.width**2 + picture.height**2) ** 0.5) + 1
    layer = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    _write(ImageDraw.Draw(layer), text, letters, side)
    turned = layer.rotate(_ANGLE)
    left, top = (side - picture.width) // 2, (side - picture.height) // 2
    mask = turned.crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), mask).convert("RGB")


def _write(drawing: ImageDraw.ImageDraw, text: str, letters: ImageFont.FreeTypeFont, side: int) -> None:
    wide, high = int(letters.getlength(text)) + 1, int(letters.size)
    for row, top in enumerate(range(0, side, high * 4)):
        for left in range(-(row % 2) * wide // 2, side, wide + high * 2):
            drawing.text((left, top), text, fill=_INK, font=letters, stroke_width=1, stroke_fill=_EDGE)
