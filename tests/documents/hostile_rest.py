"""Types that are not taken, texts that are none, nothing at all, names that hide what they say, malware."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from deploy.dev.servers.scanner import EICAR
from tests.documents.good import archive, docx_files, encoded, odt_files, pdf, pdf_bytes, pdf_document

Made = dict[str, tuple[str, Callable[[], bytes], str]]

_OTHER_TYPES: dict[str, bytes] = {
    "a program of Windows": b"MZ\x90\x00" + bytes(2_000),
    "a program of Linux": b"\x7fELF\x02\x01\x01" + bytes(2_000),
    "a program of a Mac": b"\xcf\xfa\xed\xfe" + bytes(2_000),
    "a class of Java": b"\xca\xfe\xba\xbe\x00\x00\x00\x37" + bytes(500),
    "an old document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000),
    "a page": b"<!DOCTYPE html><html><script>alert(1)</script></html>",
    "a page after blanks": b"  \n\t <html><body onload=alert(1)></html>",
    "a page with a mark of order": b"\xef\xbb\xbf<script>alert(1)</script>",
    "a drawing by vectors": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "a drawing as XML": b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
    "XML": b"<?xml version='1.0'?><a/>",
    "PHP": b"<?php system($_GET['c']); ?>",
    "a script of a shell": b"#!/bin/sh\nrm -rf /\n",
    "a script of DOS": b"@echo off\r\ndel *.*\r\n",
    "rich text": b"{\\rtf1\\ansi{\\object\\objautlink}}",
    "PostScript": b"%!PS-Adobe-3.0\n(cmd) (r) file\n",
    "a packed file": b"\x1f\x8b\x08\x00" + bytes(100),
    "an archive of another kind": b"7z\xbc\xaf\x27\x1c" + bytes(100),
    "an archive of a third kind": b"Rar!\x1a\x07\x01\x00" + bytes(100),
    "a disk": bytes(0x8001) + b"CD001" + bytes(2_000),
    "a picture that moves": b"GIF89a" + bytes(100),
    "a bitmap": b"BM" + bytes(100),
    "a film": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(100),
    "sound": b"ID3\x04\x00" + bytes(100),
    "a shortcut": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(100),
    "a table of a program": b"SQLite format 3\x00" + bytes(100),
    "noise": random.Random(8).randbytes(4_000),
    "zeros": bytes(4_000),
    "text in another encoding": "été à Esch".encode("utf-16"),
    "text in an old encoding": "été à Esch-sur-Alzette".encode("latin-1"),
    "PDF not at its beginning": b"\n\n" + b"%PDF-1.7\n" + b"x" * 100 + b"\x00",
    "a head without a version": b"%PDF-" + b"\x00" * 100,
}
_ARCHIVES: dict[str, Callable[[], bytes]] = {
    "an archive": lambda: archive({"letter.pdf": pdf()}),
    "an archive of archives": lambda: archive({"a.zip": archive({"b.zip": archive({"c": "d"})})}),
    "an application": lambda: archive(
        {"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"}
    ),
    "a document with macros": lambda: archive({**docx_files(), "word/vbaProject.bin": b"x"}),
    "a presentation": lambda: archive({"[Content_Types].xml": "<a/>", "ppt/presentation.xml": "<a/>"}),
    "a sheet of another kind": lambda: archive(
        {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"},
        stored=("mimetype",),
    ),
    "a text whose type is packed": lambda: archive(odt_files()),
}
_HIDING_NAMES = {
    "turned round": "lettre\u202efdp.exe",
    "turned round and back": "\u202dlettre\u202c.pdf",
    "isolated": "\u2066lettre\u2069.pdf",
    "with a bell": "let\x07tre.pdf",
    "with an end in it": "lettre.pdf\x00.exe",
    "with a new line": "lettre\npdf",
    "with a rubout": "lettre\x7f.pdf",
    "with a control of another table": "lettre\x85.pdf",
}


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {"nothing at all": ("a.pdf", bytes, "DocumentEmpty")}
    for name, content in _OTHER_TYPES.items():
        made[f"{name} called a document"] = "a.pdf", partial(bytes, content), "DocumentTypeRefused"
    for name, maker in _ARCHIVES.items():
        made[f"{name} called a document"] = "a.docx", maker, _reason_of(name)
    for name, filename in _HIDING_NAMES.items():
        made[f"a name {name}"] = filename, pdf, "InvalidField(name, hidden)"
    for name, maker in _TEXTS.items():
        made[f"text: {name}"] = "a.txt", maker, _TEXT_REASONS.get(name, "mismatch")
    for name, maker in _INFECTED.items():
        made[f"malware {name}"] = "a.pdf", maker, "malware"
    return made


def _reason_of(name: str) -> str:
    return "active" if name == "a document with macros" else "DocumentTypeRefused"


_LONG = b"Moien, eng Zeil Text.\n" * 2_000
_TEXT_REASONS = {"that stops being text": "damaged", "cut in a character": "damaged"}
_TEXTS: dict[str, Callable[[], bytes]] = {
    "with an archive behind it": lambda: _LONG + archive({"a": "b"}),
    "with zeros behind it": lambda: _LONG + bytes(100),
    "with a program behind it": lambda: _LONG + b"\x7fELF\x02\x01\x01" + bytes(100),
    "with a bell behind it": lambda: _LONG + b"\x07",
    "with a document behind its first line": lambda: b"Moien\n%PDF-1.7\n" + _LONG,
    "that stops being text": lambda: _LONG + b"\xff\xfe\xfa" * 50,
    "cut in a character": lambda: _LONG + "é".encode()[:1],
}


def _in_a_stream() -> bytes:
    document = pdf_document()
    document.pages[0].Contents = document.make_stream(EICAR)
    return pdf_bytes(document, compress_streams=False)


_INFECTED: dict[str, Callable[[], bytes]] = {
    "in a document": _in_a_stream,
    "behind a document": lambda: pdf() + EICAR,
    "in a picture": lambda: encoded("JPEG") + EICAR,
    "in an office document": lambda: archive({**docx_files(), "word/media/a.bin": EICAR}),
    "as a text": lambda: EICAR,
    "in a text": lambda: _LONG + EICAR + b"\n",
}
