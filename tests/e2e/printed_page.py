"""A printed page before a camera, and a reader who was not told what stands on it."""

from __future__ import annotations

import io
import random
import subprocess
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from deploy.dev.install import TESSERACT

FONT = "/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"
A4_INCHES = (8.27, 11.69)
DPI = 300
POINTS = 12
MARGIN = round(0.8 * DPI)
WORDS = (
    *("house", "river", "garden", "winter", "letter", "number", "street", "doctor", "family", "school"),
    *("market", "bridge", "window", "paper", "signature", "office", "citizen", "pension", "income"),
    *("worker", "holiday", "morning", "evening", "kitchen", "village", "forest", "island"),
)
ENLARGED = 3
"""The reader wants letters of some 20 pixels; enlarging adds nothing that was not there."""


class PrintedPage:
    """A full A4 page of plain words, in no order that a reader could guess."""

    def __init__(self, seed: int = 1) -> None:
        self._choice = random.Random(seed)
        self._font = ImageFont.truetype(FONT, round(POINTS / 72 * DPI))
        width, height = (round(inches * DPI) for inches in A4_INCHES)
        self.image = Image.new("L", (width, height), 255)
        self.words = [word for top in self._tops(height) for word in self._line(top, width)]

    def _tops(self, height: int) -> range:
        return range(MARGIN, height - 2 * MARGIN, round(1.5 * POINTS / 72 * DPI))

    def _line(self, top: int, width: int) -> list[str]:
        draw, line = ImageDraw.Draw(self.image), [self._choice.choice(WORDS)]
        while True:
            longer = [*line, self._choice.choice(WORDS)]
            if draw.textlength(" ".join(longer), font=self._font) > width - 2 * MARGIN:
                draw.text((MARGIN, top), " ".join(line), font=self._font, fill=20)
                return line
            line = longer

    def before_camera(self, width: int, height: int) -> Image.Image:
        """What a camera sees to which the whole page is held upright, on a table that is grey."""
        page = self.image.resize((round(self.image.width * height / self.image.height), height))
        seen = Image.new("L", (width, height), 90)
        seen.paste(page, ((width - page.width) // 2, 0))
        return seen

    def legible(self, picture: bytes) -> float:
        """The part of all words, 0 to 1, that is read in the picture of it."""
        found = Counter(read(picture))
        return (found & Counter(self.words)).total() / len(self.words)


def film(seen: Image.Image, path: Path, frames: int = 4) -> Path:
    """The picture as a camera's film (YUV4MPEG2, 4:2:0), which a browser plays in a circle."""
    chroma = bytes([128]) * (seen.width * seen.height // 2)
    frame = b"FRAME\n" + seen.tobytes() + chroma
    header = f"YUV4MPEG2 W{seen.width} H{seen.height} F30:1 Ip A1:1 C420jpeg\n"
    path.write_bytes(header.encode() + frame * frames)
    return path


def read(picture: bytes) -> list[str]:
    """The words that text recognition makes out, without any knowledge of those that are there."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    size = (image.width * ENLARGED, image.height * ENLARGED)
    page = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(page, "PNG")
    command = [TESSERACT, "-", "-", "--psm", "6", "-l", "eng"]
    found = subprocess.run(command, input=page.getvalue(), capture_output=True, check=True)
    return found.stdout.decode().split()
