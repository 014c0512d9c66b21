"""Office documents whose archive or markup bursts, hides or is broken."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from functools import partial

from tests.documents.good import archive, docx_files, encoded, odt_files, pdf, xlsx_files

Made = dict[str, tuple[str, Callable[[], bytes], str]]


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {}
    for name, change in _LARGE.items():
        made[f"docx: {name}"] = "a.docx", partial(_rebuilt, "docx", change), "too_much_inside"
    for kind in _KINDS:
        for name, (content, reason) in _MARKUP.items():
            made[f"{kind}: {name}"] = f"a.{kind}", partial(_marked, kind, content), reason
        for name, (change, reason) in _ARCHIVES.items():
            made[f"{kind}: {name}"] = f"a.{kind}", partial(_rebuilt, kind, change), reason
        for name, (change_bytes, reason) in _BYTES.items():
            made[f"{kind}: {name}"] = f"a.{kind}", partial(_altered, kind, change_bytes), reason
    return made


_KINDS: dict[str, tuple[Callable[[], dict[str, str | bytes]], str]] = {
    "docx": (docx_files, "word/document.xml"),
    "xlsx": (xlsx_files, "xl/workbook.xml"),
    "odt": (odt_files, "content.xml"),
}
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
_MARKUP: dict[str, tuple[str, str]] = {
    "a billion laughs": (
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{_LAUGHS}]><a>&l9;</a>',
        "too_much_inside",
    ),
    "an entity from a file": ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "active"),
    "a type from elsewhere": ('<!DOCTYPE a PUBLIC "-//X//Y" "http://track.example/x.dtd"><a/>', "active"),
    "markup that is not closed": ("<a><b></a>", "damaged"),
    "no markup": ("only words", "damaged"),
}


def _marked(kind: str, content: str) -> bytes:
    files, main = _KINDS[kind]
    return archive({**files(), main: content}, stored=("mimetype",))


def _zeros(made: zipfile.ZipFile) -> None:
    made.writestr("media/zeros.bin", bytes(20_000_000))


def _many_zeros(made: zipfile.ZipFile) -> None:
    for number in range(12):
        made.writestr(f"media/{number}.bin", bytes(7_900_000))


def _nested(made: zipfile.ZipFile) -> None:
    inner = archive({"zeros": bytes(1_000_000)})
    for _ in range(5):
        inner = archive({"inner.zip": inner})
    made.writestr("media/inner.bin", inner)


def _deep(made: zipfile.ZipFile) -> None:
    made.writestr("a/" * 60 + "x", "deep")


def _many(made: zipfile.ZipFile) -> None:
    for number in range(5_100):
        made.writestr(f"media/{number}", "")


def _packed_otherwise(made: zipfile.ZipFile) -> None:
    made.writestr("media/x.bin", bytes(100), zipfile.ZIP_LZMA)


def _up(made: zipfile.ZipFile) -> None:
    made.writestr("../../etc/cron.d/x", "x")


def _absolute(made: zipfile.ZipFile) -> None:
    made.writestr("/etc/cron.d/x", "x")


def _turned(made: zipfile.ZipFile) -> None:
    made.writestr("media/\u202egnp.exe", "x")


def _control(made: zipfile.ZipFile) -> None:
    made.writestr("media/a\x07b", "x")


def _twice(made: zipfile.ZipFile) -> None:
    made.writestr("MIMETYPE", "x")
    made.writestr("CONTENT.XML", "<other/>")
    made.writestr("Word/Document.xml", "<other/>")
    made.writestr("XL/workbook.xml", "<other/>")


def _comment(made: zipfile.ZipFile) -> None:
    made.comment = b"<script>" + b"c" * 9_000


_ARCHIVES: dict[str, tuple[Callable[[zipfile.ZipFile], None], str]] = {
    "archives in one another": (_nested, "too_much_inside"),
    "60 folders in one another": (_deep, "too_much_inside"),
    "packed in another way": (_packed_otherwise, "damaged"),
    "a name that leads up": (_up, "damaged"),
    "a name that leads elsewhere": (_absolute, "damaged"),
    "a name that is turned round": (_turned, "damaged"),
    "a name with a bell": (_control, "damaged"),
    "entries of the same name": (_twice, "mismatch"),
    "a comment that is a page": (_comment, "mismatch"),
}


_LARGE: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "20 MB of zeros": _zeros,
    "many entries of zeros": _many_zeros,
    "5,100 entries": _many,
}


def _rebuilt(kind: str, change: Callable[[zipfile.ZipFile], None]) -> bytes:
    files, _ = _KINDS[kind]
    buffer = io.BytesIO(archive(files(), stored=("mimetype",)))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as made:
        change(made)
    return buffer.getvalue()


def _locked(content: bytes) -> bytes:
    """The flag of encryption on each entry, here and in the directory."""
    changed = bytearray(content)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            if mark == b"PK\x01\x02":
                changed[at + flags] |= 1
            at = content.find(mark, at + 1)
    return bytes(changed)


def _overlapping(content: bytes) -> bytes:
    """The directory leads twice to the same place."""
    changed = bytearray(content)
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    third = content.find(b"PK\x01\x02", second + 4)
    changed[third + 42 : third + 46] = content[second + 42 : second + 46]
    return bytes(changed)


def _said_smaller(content: bytes) -> bytes:
    """An entry unpacks to more than the directory says."""
    changed = bytearray(content)
    last = content.rfind(b"PK\x01\x02")
    said = struct.unpack_from("<I", content, last + 24)[0]
    struct.pack_into("<I", changed, last + 24, max(1, said // 2))
    return bytes(changed)


def _checksum(content: bytes) -> bytes:
    changed = bytearray(content)
    last = content.rfind(b"PK\x01\x02")
    changed[last + 16] ^= 0xFF
    return bytes(changed)


def _noisy(content: bytes) -> bytes:
    changed = bytearray(content)
    directory = content.find(b"PK\x01\x02")
    for at in range(directory - 120, directory - 60):
        changed[at] ^= 0xA5
    return bytes(changed)


_BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a password": (_locked, "protected"),
    "entries in one another": (_overlapping, "too_much_inside"),
    "an entry longer than it says": (_said_smaller, "damaged"),
    "a wrong checksum": (_checksum, "damaged"),
    "noise in an entry": (_noisy, "damaged"),
    "cut in the middle": (lambda content: content[: len(content) // 2], "damaged"),
    "cut before its directory": (lambda content: content[: content.find(b"PK\x01\x02")], "damaged"),
    "a document behind it": (lambda content: content + pdf(), "mismatch"),
    "another archive behind it": (lambda content: content + archive({"a": encoded("PNG")}), "mismatch"),
    "noise behind it": (lambda content: content + random.Random(6).randbytes(100_000), "damaged"),
}


def _altered(kind: str, change: Callable[[bytes], bytes]) -> bytes:
    files, _ = _KINDS[kind]
    return change(archive(files(), stored=("mimetype",)))
