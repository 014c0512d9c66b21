"""PDF that runs, opens, fetches or holds something."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from tests.documents.good import pdf_bytes, pdf_document

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
            made[f"pdf: {name} {place}"] = changed_pdf(partial(put, action), "active")
    for name, change in _ACTIVE.items():
        made[f"pdf: {name}"] = changed_pdf(change, "active")
    made["pdf: script in a packed object"] = (
        "a.pdf",
        lambda: _changed(partial(_at_open, ACTIONS["script"]), packed=True),
        "active",
    )
    return made


def changed_pdf(change: Change, reason: str) -> tuple[str, Callable[[], bytes], str]:
    """File name, maker and reason of a letter that is changed before it is written."""
    return "a.pdf", partial(_changed, change), reason


def _changed(change: Change, *, packed: bool = False) -> bytes:
    document = pdf_document()
    change(document)
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    as_they_are = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "compress_streams": False}
    return pdf_bytes(document, object_stream_mode=mode, **as_they_are)


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


def _address_after_all(document: Pdf) -> None:
    there = Array([document.pages[0].obj, Name.Fit])
    address = Dictionary(S=Name.URI, URI=String("http://track.example/"))
    between = document.make_indirect(Dictionary(S=Name.GoTo, D=there, Next=Array([address])))
    document.Root.OpenAction = Dictionary(S=Name.GoTo, D=there, Next=between)


def _address_after_a_page(document: Pdf) -> None:
    address = Dictionary(S=Name.URI, URI=String("http://track.example/"))
    document.pages[0].AA = Dictionary(O=Dictionary(S=Name.Named, N=Name.NextPage, Next=address))


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
    "an address that is opened after all else": _address_after_all,
    "an address that follows what a page does": _address_after_a_page,
    "content that lies elsewhere": _stream_elsewhere,
    "script hidden deep": _script_nobody_refers_to,
    "a screen": partial(_note, "Screen"),
    "a film in a note": partial(_note, "Movie"),
    "a sound in a note": partial(_note, "Sound"),
    "rich media in a note": partial(_note, "RichMedia"),
    "three dimensions": partial(_note, "3D"),
}
