"""Office documents that act or fetch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.documents.good import (
    Files,
    archive,
    docx_files,
    link,
    odt,
    odt_files,
    pdf,
    xlsx_files,
)

Made = dict[str, tuple[str, Callable[[], bytes], str]]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
_RELATIONS = "word/_rels/document.xml.rels"


def documents() -> Made:
    """By what they are: file name, maker, reason."""
    made: Made = {}
    for name, more in _ACTIVE_WORD.items():
        made[f"docx: {name}"] = "a.docx", partial(_word, more), "active"
    for name, more in _ACTIVE_BOOK.items():
        made[f"xlsx: {name}"] = "a.xlsx", partial(_book, more), "active"
    for name, more in _ACTIVE_TEXT.items():
        made[f"odt: {name}"] = "a.odt", partial(_text, more), "active"
    for name, field in _FIELDS.items():
        made[f"docx: field {name}"] = "a.docx", partial(_with_field, field), "active"
    for name, markup in _ODT_MARKUP.items():
        made[f"odt: {name}"] = "a.odt", partial(_with_markup, markup), "active"
    return made


def _word(more: Files) -> bytes:
    return archive({**docx_files(), **more})


def _book(more: Files) -> bytes:
    return archive({**xlsx_files(), **more})


def _text(more: Files) -> bytes:
    return odt({**odt_files(), **more})


def _linked(kind: str, target: str = "http://track.example/x") -> Files:
    return {_RELATIONS: link(target, kind)}


def _field_of(instruction: str) -> str:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:document xmlns:w="{space}"><w:instrText>{instruction}</w:instrText></w:document>'


_ACTIVE_WORD: dict[str, Files] = {
    "macros": {"word/vbaProject.bin": _OLE},
    "macros named otherwise": {"word/VBAPROJECT.BIN": _OLE},
    "data of macros": {"word/vbaData.xml": "<a/>"},
    "an embedded object": {"word/embeddings/oleObject1.bin": _OLE},
    "an embedded book": {"word/embeddings/book.xlsx": archive(xlsx_files())},
    "a control": {"word/activeX/activeX1.xml": "<a/>"},
    "an own menu": {"customUI/customUI.xml": "<a/>"},
    "an extension from the web": {"word/webextensions/webextension1.xml": "<a/>"},
    "a template from elsewhere": _linked("attachedTemplate"),
    "a template from a share": _linked("attachedTemplate", r"\\host.example\share\a.dotm"),
    "a picture from elsewhere": _linked("image"),
    "an object from elsewhere": _linked("oleObject"),
    "a frame from elsewhere": _linked("frame"),
    "a part from elsewhere": _linked("subDocument"),
    "a link to a script": _linked("hyperlink", "javascript:alert(1)"),
    "a link to a file": _linked("hyperlink", "file:///c:/windows/system32/calc.exe"),
    "a link to a help of the system": _linked("hyperlink", "ms-msdt:/id PCWDiagnostic"),
    "an object in a relationship": {_RELATIONS: link("a.bin", "oleObject", "Internal")},
    "a drawing by vectors": {"word/media/image2.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>"},
    "a drawing in disguise": {"word/media/image2.png": b"<svg onload='alert(1)'/>"},
    "a program": {"word/media/setup.exe": b"MZ" + bytes(200)},
    "a program in disguise": {"word/media/image2.png": b"MZ" + bytes(200)},
    "a program of another system": {"word/media/image2.png": b"\x7fELF" + bytes(200)},
    "an old document in disguise": {"word/media/image2.png": _OLE},
    "a document in disguise": {"word/media/image2.png": pdf()},
    "a script": {"word/run.js": "alert(1)"},
    "a page": {"word/page.html": "<script>alert(1)</script>"},
    "a template from elsewhere, of which small letters say nothing": {
        "word/_rels/document.xml.RELS": link("http://track.example/x.dotm", "attachedTemplate")
    },
    "a drawing in disguise behind a prologue": {
        "word/media/image2.png": b"<?xml version='1.0'?><!-- - --><svg onload='alert(1)'/>"
    },
    "a drawing in disguise in wide letters": {
        "word/media/image2.png": "<svg onload='alert(1)'/>".encode("utf-16")
    },
    "a page in an old drawing": {"word/drawing1.vml": "<xml><script>alert(1)</script></xml>"},
    "a page that is taken in": {
        _RELATIONS: link("page.dat", "aFChunk", "Internal"),
        "word/page.dat": "From: x",
    },
    "a field in a part that lies elsewhere": {"other/main.xml": _field_of("DDEAUTO cmd")},
    "a part that is named as a picture": {"word/main.png": _field_of("DDEAUTO cmd")},
    "content types of macros": {
        "[Content_Types].xml": str(docx_files()["[Content_Types].xml"]).replace(
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            "application/vnd.ms-word.document.macroEnabled.main+xml",
        )
    },
}
_ACTIVE_BOOK: dict[str, Files] = {
    "macros": {"xl/vbaProject.bin": _OLE},
    "a sheet of macros": {"xl/macrosheets/sheet1.xml": "<a/>"},
    "links to other books": {"xl/externalLinks/externalLink1.xml": "<a/>"},
    "a link to a program in a folder of another name": {
        "xl/_rels/workbook.xml.rels": link("other/link1.xml", "externalLink", "Internal"),
        "xl/other/link1.xml": '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    },
    "an embedded object": {"xl/embeddings/oleObject1.bin": _OLE},
    "a control": {"xl/activeX/activeX1.xml": "<a/>"},
    "a form's control": {"xl/ctrlProps/ctrlProp1.xml": "<a/>"},
    "a picture from elsewhere": {
        "xl/drawings/_rels/drawing1.xml.rels": link("http://track.example/x.png", "image")
    },
    "a table of the web": {"xl/_rels/workbook.xml.rels": link("http://track.example/q", "externalLinkPath")},
}
_ACTIVE_TEXT: dict[str, Files] = {
    "macros": {"Basic/Standard/Module1.xml": "<a/>"},
    "scripts": {"Scripts/python/run.py": "import os"},
    "dialogs": {"Dialogs/Standard/dialog.xml": "<a/>"},
    "an object": {"Object 1/content.xml": "<a/>"},
    "an object's picture": {"ObjectReplacements/Object 1": b"VCLMTF"},
    "a drawing by vectors": {"Pictures/1.svg": "<svg/>"},
    "a drawing in disguise": {
        "Pictures/1.png": "<?xml version='1.0'?>\n<s:svg xmlns:s='http://www.w3.org/2000/svg'/>"
    },
    "a program": {"Pictures/2.png": b"MZ" + bytes(100)},
}
_FIELDS = {
    "DDE": "DDE Excel Sheet1 R1C1",
    "DDEAUTO": r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc.exe"',
    "INCLUDEPICTURE": 'INCLUDEPICTURE "http://track.example/x.png"',
    "INCLUDETEXT": 'INCLUDETEXT "http://track.example/x.docx"',
    "LINK": r"LINK Excel.Sheet.8 \\\\host.example\\a.xls",
    "MACROBUTTON": "MACROBUTTON AutoOpen click",
    "in pieces": "</w:instrText></w:r><w:r><w:instrText>".join(["DD", "EAU", "TO cmd"]),
}


def _with_field(field: str) -> bytes:
    run = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r></w:p>'
    return archive(docx_files(run.format(field)))


_ODT_MARKUP = {
    "a listener": "<office:scripts><office:event-listeners>"
    '<script:event-listener script:language="ooo:script"/></office:event-listeners></office:scripts>',
    "a script in its content": "<office:scripts>"
    '<office:script script:language="JavaScript"/></office:scripts>',
    "a picture from elsewhere": '<draw:image xlink:href="http://track.example/x.png"/>',
    "an object from elsewhere": '<draw:object xlink:href="file:///etc/passwd"/>',
    "a part from elsewhere": '<text:section-source xlink:href="http://track.example/x.odt"/>',
    "a connection": '<text:dde-connection-decl office:dde-application="soffice"/>',
    "an applet": '<draw:applet xlink:href="applet/"/>',
    "a link to a macro": '<text:a xlink:href="vnd.sun.star.script:Library.run?language=Python"/>',
    "a link to a program": '<text:a xlink:href="file:///c:/windows/system32/calc.exe"/>',
    "a picture above the archive": '<draw:image xlink:href="Pictures/../../x.png"/>',
}


def _with_markup(markup: str) -> bytes:
    return odt(odt_files(markup))
