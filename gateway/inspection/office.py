"""Office documents, Office Open XML (ECMA-376) and OpenDocument text (ODF 1.3): nothing in them may act."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

from gateway.inspection import markup
from gateway.inspection.archive import Archive
from gateway.inspection.refusal import Refused
from services.contracts.document_rules import ACTIVE, DAMAGED, MISMATCH, PROTECTED, TOO_MUCH_INSIDE

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MAIN = {DOCX: "word/document.xml", ODT: "content.xml"}
_WORKBOOK = "xl/workbook.xml"

_ACTIVE_NAMES = re.compile(
    r"vbaProject|vbaData|(^|/)(macrosheets|activeX|embeddings|externalLinks|customUI|ctrlProps|webextensions)/"
    r"|^(Basic|Scripts|Dialogs)/|^Object \d|^ObjectReplacements/|(^|/)attachedToolbars"
    r"|\.(svgz?|exe|dll|js|jse|vbs|vbe|wsf|bat|cmd|ps1|hta|lnk|scr|jar|swf|msi|com|html?|xhtml|mht)$",
    re.IGNORECASE,
)
_ACTIVE_TYPE = re.compile(
    r"macroEnabled|macrosheet|vbaProject|oleObject|activeX|ms-office\.controlproperties|externalLink|aFChunk",
    re.IGNORECASE,
)
"""Of a part or a relationship: what a part is says its type, wherever it lies."""
_HYPERLINK = "/hyperlink"
_FIELD = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|AUTOTEXT|MACROBUTTON)\b", re.IGNORECASE
)
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0 "
_LINK = "http://www.w3.org/1999/xlink href"
_CLICKED = ("text:1.0 a", "drawing:1.0 a")
_HARMLESS = ("http:", "https:", "mailto:", "tel:", "#")
_INSIDE = re.compile(r"^(?!.*\.\./)(\./|#|[\w-]+/|$)")
_ARCHIVES = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"%PDF-", b"#!")
_LETTER = rb"[\t\n\r -~\x80-\xff\0]"
_MARKUP = re.compile(rb"[\xef\xbb\xbf\xff\xfe\0\s]*<\0?[\w?!\x80-\xff](%b{60}|%b*\Z)" % (_LETTER, _LETTER))
"""In UTF-16, too; a font that is sealed begins with anything, and does not go on like this."""
_DRAWINGS_OF_OLD = ".vml"
_PAGE = re.compile(rb"<\s*([\w-]+:)?(svg|html|script)\b", re.IGNORECASE)
_MOST_FIELD = 4_000


def examine(media_type: str, file: BinaryIO, size: int) -> int:
    """0: pages of an office document are not counted.  Raises Refused."""
    archive = Archive(file, size)
    names = set(archive.names())
    if _MAIN.get(media_type, _WORKBOOK) not in names:
        raise Refused(DAMAGED)
    if {_WORKBOOK, *_MAIN.values()} & names != {_MAIN.get(media_type, _WORKBOOK)}:
        raise Refused(MISMATCH)
    if any(map(_ACTIVE_NAMES.search, names)):
        raise Refused(ACTIVE)
    for entry in archive.entries:
        _check(archive, entry, media_type)
    return 0


def _check(archive: Archive, entry: zipfile.ZipInfo, media_type: str) -> None:
    name = entry.filename.lower()  # of two that differ in case a reader takes either (ECMA-376 part 2, 6.2.2)
    if name.endswith((".xml", ".rels", ".rdf")):
        _check_markup(archive, entry, media_type)
        return
    for number, piece in enumerate(archive.pieces(entry)):
        if number == 0:
            _check_beginning(piece, old_drawing=name.endswith(_DRAWINGS_OF_OLD))


def _check_beginning(piece: bytes, *, old_drawing: bool) -> None:
    """An archive in the archive, or a program; pictures are what an office document may hold.

    Markup that does not say so in its name is a drawing or a page in disguise, or a part that is to be
    overlooked.
    """
    if piece.startswith(_ARCHIVES):
        raise Refused(TOO_MUCH_INSIDE)
    if piece.startswith(_PROGRAMS):
        raise Refused(ACTIVE)
    if _MARKUP.match(piece) and (not old_drawing or _PAGE.search(piece)):
        raise Refused(ACTIVE)


def _check_markup(archive: Archive, entry: zipfile.ZipInfo, media_type: str) -> None:
    name, pieces = entry.filename.lower(), archive.pieces(entry)
    if name.endswith(".rels"):
        markup.read(pieces, _relationship)
    elif name == "[content_types].xml":
        markup.read(pieces, _content_type)
    elif media_type == ODT:
        markup.read(pieces, _manifest if name == "meta-inf/manifest.xml" else _of_text)
    elif media_type == DOCX:
        fields = _Fields()
        markup.read(pieces, fields.element, fields.text)
    else:
        markup.read(pieces)


def _relationship(_name: str, attributes: dict[str, str]) -> None:
    """ECMA-376 part 2, 9.3: what lies outside is loaded when the document is opened, but for hyperlinks."""
    if attributes.get("TargetMode", "").lower() == "external" and not _is_harmless_link(attributes):
        raise Refused(ACTIVE)
    if _ACTIVE_TYPE.search(attributes.get("Type", "")):
        raise Refused(ACTIVE)


def _is_harmless_link(attributes: dict[str, str]) -> bool:
    return attributes.get("Type", "").endswith(_HYPERLINK) and _may_be_clicked(attributes.get("Target", ""))


def _may_be_clicked(target: str) -> bool:
    """An address of the network; a script, a macro or a file of the reader's is none."""
    return target.strip().lower().startswith(_HARMLESS)


def _content_type(_name: str, attributes: dict[str, str]) -> None:
    if _ACTIVE_TYPE.search(attributes.get("ContentType", "")):
        raise Refused(ACTIVE)


def _manifest(name: str, _attributes: dict[str, str]) -> None:
    if name == f"{_MANIFEST}encryption-data":
        raise Refused(PROTECTED)


def _of_text(name: str, attributes: dict[str, str]) -> None:
    """Scripts, listeners, DDE, and what is linked to instead of lying in the archive."""
    if name in (f"{_OFFICE}script", f"{_OFFICE}event-listeners", f"{_OFFICE}dde-source"):
        raise Refused(ACTIVE)
    if name.endswith((" event-listener", "text:1.0 dde-connection-decl", "drawing:1.0 applet")):
        raise Refused(ACTIVE)
    target = attributes.get(_LINK, "")
    if not _INSIDE.match(target) and not (name.endswith(_CLICKED) and _may_be_clicked(target)):
        raise Refused(ACTIVE)


class _Fields:
    """Field instructions of a Word document, put together from their runs (ECMA-376 part 1, 17.16)."""

    def __init__(self) -> None:
        self._reads, self._said = False, ""

    def element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        self._reads = tag == "instrText"
        if tag == "fldChar" or tag == "fldSimple":
            self._said = ""
            self._judge(attributes.get(f"{space} instr", ""))

    def text(self, said: str) -> None:
        if self._reads and len(self._said) < _MOST_FIELD:
            self._said += said
            self._judge(self._said)

    def _judge(self, instruction: str) -> None:
        if _FIELD.match(instruction):
            raise Refused(ACTIVE)
