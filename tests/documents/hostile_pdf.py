"""PDF that bursts, is locked, broken, or two things at once."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.documents.good import archive, docx_files, encoded, large_pdf, pdf, pdf_bytes, pdf_document
from tests.documents.hostile_pdf_active import Change, changed_pdf

Made = dict[str, tuple[str, Callable[[], bytes], str]]


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {}
    for name, change in _BURSTING.items():
        made[f"pdf: {name}"] = changed_pdf(change, "too_much_inside")
    for name, maker in _TOO_MUCH.items():
        made[f"pdf: {name}"] = ("a.pdf", maker, "too_much_inside")
    for strength in (2, 3, 4, 6):
        made[f"pdf: password, strength {strength}"] = (
            "a.pdf",
            partial(_locked, strength, "open"),
            "protected",
        )
        made[f"pdf: encrypted, strength {strength}"] = ("a.pdf", partial(_locked, strength, ""), "protected")
    for name, maker in _BROKEN.items():
        made[f"pdf: {name}"] = ("a.pdf", maker, "damaged")
    for name, appended in _APPENDED.items():
        made[f"pdf: with {name} behind it"] = ("a.pdf", partial(_with, appended), "mismatch")
    return made


# --- what bursts ---


def _packed_content(size: int, document: Pdf) -> None:
    packed = zlib.compress(bytes(size), 9)
    document.pages[0].Contents = pikepdf.Stream(document, packed, Filter=Name.FlateDecode)


def _many_bombs(document: Pdf) -> None:
    packed = zlib.compress(bytes(50_000_000), 9)
    parts = [pikepdf.Stream(document, packed, Filter=Name.FlateDecode, N=n) for n in range(6)]
    document.pages[0].Contents = Array([document.make_indirect(part) for part in parts])


def _called_a_picture(document: Pdf) -> None:
    _packed_content(70_000_000, document)
    content = document.pages[0].Contents
    content.Subtype, content.Width, content.Height = Name.Image, 1, 1


def _packed_as_letters(document: Pdf) -> None:
    packed = zlib.compress(bytes(70_000_000), 9).hex().encode() + b">"
    filters = Array([Name.ASCIIHexDecode, Name.FlateDecode])
    document.pages[0].Contents = pikepdf.Stream(document, packed, Filter=filters)


def _packed_twice(document: Pdf) -> None:
    packed = zlib.compress(zlib.compress(bytes(10_000_000), 9), 9)
    twice = pikepdf.Stream(document, packed, Filter=Array([Name.FlateDecode, Name.FlateDecode]))
    document.pages[0].Contents = twice


def _huge_picture(document: Pdf) -> None:
    picture = pikepdf.Stream(document, zlib.compress(bytes(1_000_000)), Filter=Name.FlateDecode)
    picture.Subtype, picture.Width, picture.Height = Name.Image, 60_000, 60_000
    picture.ColorSpace, picture.BitsPerComponent = Name.DeviceGray, 8
    document.pages[0].Resources = Dictionary(XObject=Dictionary(Im0=picture))


_BURSTING: dict[str, Change] = {
    "content that unpacks to 130 MB": partial(_packed_content, 130_000_000),
    "content that unpacks to 70 MB": partial(_packed_content, 70_000_000),
    "many contents that unpack": _many_bombs,
    "content that is called a picture": _called_a_picture,
    "content that is packed and written in letters": _packed_as_letters,
    "content that is packed twice": _packed_twice,
    "a picture of 3,600 million pixels": _huge_picture,
}


def _objects_that_unpack() -> bytes:
    """An object stream of 70 megabytes, which is unpacked to read any object of it."""
    packed = zlib.compress(b"2 0 " + b" " * 70_000_000, 9)
    return _raw(
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
        b"3 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\n"
        % (len(packed), packed),
        compressed={2: (3, 0)},
    )


def _raw(*objects: bytes, compressed: dict[int, tuple[int, int]]) -> bytes:
    """A document with a cross-reference stream (7.5.8)."""
    body, places = b"%PDF-1.7\n", {}
    for one in objects:
        places[int(one.split()[0])] = len(body)
        body += one
    number = max([*places, *compressed]) + 1
    places[number] = len(body)
    rows = b"\x00\x00\x00\x00\x00\xff"
    for at in range(1, number + 1):
        if at in compressed:
            stream, index = compressed[at]
            rows += b"\x02" + stream.to_bytes(4, "big") + index.to_bytes(1, "big")
        else:
            rows += b"\x01" + places[at].to_bytes(4, "big") + b"\x00"
    table = b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%b\nendstream\nendobj\n"
    return body + table % (number, number + 1, len(rows), rows) + b"startxref\n%d\n%%%%EOF\n" % places[number]


def _many_pages() -> bytes:
    document = pikepdf.new()
    page = document.add_blank_page()
    for _ in range(1_100):
        document.pages.append(page)
    return pdf_bytes(document)


def _nested() -> bytes:
    return pdf().replace(b"/Type /Catalog", b"/Deep " + b"[" * 3_000 + b"]" * 3_000 + b" /Type /Catalog", 1)


def _many_objects() -> bytes:
    document = pdf_document()
    document.Root.Many = Array([document.make_indirect(Dictionary(N=number)) for number in range(100_100)])
    return pdf_bytes(document)


_TOO_MUCH: dict[str, Callable[[], bytes]] = {
    "objects that unpack to 70 MB": _objects_that_unpack,
    "1,100 pages": _many_pages,
    "arrays 3,000 deep": _nested,
    "100,100 objects": _many_objects,
}


# --- what is locked, broken, or two things ---


def _locked(strength: int, word: str) -> bytes:
    rights = pikepdf.Encryption(owner="owner", user=word, R=strength, aes=strength > 3, metadata=strength > 3)
    return pdf_bytes(pdf_document(), encryption=rights)


def _cut(share: float) -> bytes:
    whole = large_pdf(300_000)
    return whole[: int(len(whole) * share)]


def _without(part: bytes) -> bytes:
    return pdf().replace(part, b"X" * len(part))


def _noise() -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)


def _round() -> bytes:
    document = pdf_document()
    document.Root.Pages.Kids.append(document.Root.Pages)
    return pdf_bytes(document)


_BROKEN: dict[str, Callable[[], bytes]] = {
    "cut in the middle": partial(_cut, 0.5),
    "cut near its end": partial(_cut, 0.98),
    "cut after its head": lambda: pdf()[:12],
    "noise": _noise,
    "noise with an end": lambda: _noise() + b"\n%%EOF\n",
    "a head and text": lambda: b"%PDF-1.4\n" + b"content " * 30_000,
    "without its pages": partial(_without, b"/Pages"),
    "without its catalogue": partial(_without, b"/Root"),
    "no page at all": lambda: pdf_bytes(pikepdf.new()),
    "pages that go round": _round,
}


def _with(appended: Callable[[], bytes]) -> bytes:
    return pdf() + appended()


def _program() -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(2_000)


_APPENDED: dict[str, Callable[[], bytes]] = {
    "an archive": lambda: archive({"payload.txt": "payload"}),
    "an office document": lambda: archive(docx_files()),
    "a page": lambda: b"<html><script>alert(1)</script></html>" + b" " * 2_000,
    "a program": _program,
    "another archive": lambda: b"Rar!\x1a\x07\x00" + bytes(2_000),
    "a third kind of archive": lambda: b"7z\xbc\xaf\x27\x1c" + bytes(2_000),
    "a page of PHP": lambda: b"<?php system($_GET[0]); ?>" + b" " * 2_000,
    "an archive with a picture": lambda: archive({"a.png": encoded("PNG")}),
}
