"""Documents are told by what they are, not by what they are called."""

from __future__ import annotations

import io
import zipfile

import pytest

from gateway.blueprints.files.media_type import EXTENSIONS, UNKNOWN, detect, named_for

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 \x18"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"


def archive(*names: str, first: tuple[str, str] | None = None) -> bytes:
    """A ZIP archive with some content in each entry; `first` is stored without compression."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        if first:
            target.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            target.writestr(name, f"<xml>{name}</xml>" * 50)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (archive("[Content_Types].xml", "_rels/.rels", "word/document.xml"), DOCX),
        (archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), XLSX),
        (archive("content.xml", first=("mimetype", ODT)), ODT),
        (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
        (PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (PNG, "image/png"),
        (WEBP, "image/webp"),
        (HEIC, "image/heic"),
        ("Guten Tag, ça va?\n".encode(), "text/plain"),
        ("é".encode() * 10 + "é".encode()[:1], "text/plain"),
    ],
)
def test_accepted_types_are_recognised(head: bytes, media_type: str) -> None:
    assert detect(head) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"MZ\x90\x00\x03\x00\x00\x00\x04\x00" + bytes(100),
        b"\x7fELF\x02\x01\x01" + bytes(50),
        b"PK\x03\x04\x14\x00\x00\x00" + bytes(30),
        archive("setup.exe", "word/document.xml"),
        archive("META-INF/MANIFEST.MF", "Main.class"),
        b"#!/bin/sh\nrm -rf /\n",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  <html>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<script>",
        b"GIF89a\x01\x00\x01\x00",
        b"\x89PNG\r\n\x1a\n but no header",
        b"%PDF-but no version",
        b"\xff\xd8\xff\x00",
        b"\x00\x01\x02",
        b"Latin-1 \xe9 text",
    ],
)
def test_everything_else_is_not_taken_for_an_accepted_type(head: bytes) -> None:
    assert detect(head) not in EXTENSIONS


def test_what_cannot_be_told_is_unknown() -> None:
    assert detect(b"\x00\x01\x02\x03") == UNKNOWN


@pytest.mark.parametrize(
    ("name", "media_type", "named"),
    [
        ("letter.pdf", "application/pdf", "letter.pdf"),
        ("LETTER.PDF", "application/pdf", "LETTER.PDF"),
        ("photo.jpeg", "image/jpeg", "photo.jpeg"),
        ("setup.exe", "application/pdf", "setup.exe.pdf"),
        ("letter", "image/png", "letter.png"),
        ("other.bin", "application/other", "other.bin"),
    ],
)
def test_a_name_says_what_the_document_is(name: str, media_type: str, named: str) -> None:
    assert named_for(name, media_type) == named
