"""A good document of each type that is taken."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping
from functools import cache

import pikepdf
import pillow_heif
from PIL import Image, ImageDraw

Files = Mapping[str, str | bytes]

_CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>
</Types>"""
_RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Target="{main}"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>
</Relationships>"""
_WORD = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
<w:p><w:r><w:t>Bonjour, voici ma lettre.</w:t></w:r></w:p>{more}</w:body></w:document>"""
_BOOK = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheets>
<sheet name="A" sheetId="1"/></sheets></workbook>"""
_SHEET = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>"""
_LINKS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>"""
LINK_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
ODT_TYPE = "application/vnd.oasis.opendocument.text"
_ODT_CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" office:version="1.3">{more}<office:body>
<office:text><text:p>Moien</text:p></office:text></office:body></office:document-content>"""
_ODT_LINK = '<text:a xlink:href="https://cns.example/"/>'
_ODT_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">
{more}</manifest:file-entry>
</manifest:manifest>"""


_SIZE = (320, 200)


def picture(number: int = 0) -> Image.Image:
    """Something to see: noise, a line; of each number the same bytes in every run."""
    drawn = Image.frombytes("L", _SIZE, _noise(number)).convert("RGB")
    ImageDraw.Draw(drawn).line((0, 0, *_SIZE), fill="navy", width=5)
    return drawn


@cache
def _noise(number: int) -> bytes:
    chance, (width, height) = random.Random(number), _SIZE
    return bytes(min(255, max(0, round(chance.gauss(128, 40)))) for _ in range(width * height))


def encoded(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    """A picture as `JPEG`, `PNG`, `WEBP`, `TIFF` or `HEIF`."""
    if kind == "HEIF":
        pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    (image or picture()).save(buffer, kind, **options)
    return buffer.getvalue()


def tiff(pages: int = 3) -> bytes:
    others = [picture(number) for number in range(1, pages)]
    return encoded("TIFF", save_all=True, append_images=others)


def pdf_document(pages: int = 2) -> pikepdf.Pdf:
    """To be changed before it is written."""
    document = pikepdf.new()
    for number in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.Contents = document.make_stream(b"0.2 0.4 0.8 rg 100 %d 200 80 re f" % (200 + 100 * number))
    return document


def pdf_bytes(document: pikepdf.Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def pdf(pages: int = 2) -> bytes:
    return pdf_bytes(pdf_document(pages))


def large_pdf(size: int) -> bytes:
    """One page with a picture of noise, about so many bytes."""
    document = pdf_document(1)
    side = int((size / 3) ** 0.5)
    noise = document.make_stream(random.Random(7).randbytes(side * side * 3))
    noise.Type, noise.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    noise.Width = noise.Height = side
    noise.ColorSpace, noise.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    document.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=noise))
    return pdf_bytes(document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def archive(files: Files, *, stored: tuple[str, ...] = ()) -> bytes:
    """The files in their order, packed but for `stored`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def docx_files(more: str = "") -> dict[str, str | bytes]:
    """`more` is markup of its body."""
    main = "word/document.xml"
    return {
        "[Content_Types].xml": _CONTENT_TYPES.format(main=main, kind="wordprocessingml.document"),
        "_rels/.rels": _RELATIONSHIPS.format(main=main),
        main: _WORD.format(more=more),
        "word/media/image1.png": encoded("PNG"),
    }


def xlsx_files() -> dict[str, str | bytes]:
    main = "xl/workbook.xml"
    return {
        "[Content_Types].xml": _CONTENT_TYPES.format(main=main, kind="spreadsheetml.sheet"),
        "_rels/.rels": _RELATIONSHIPS.format(main=main),
        main: _BOOK,
        "xl/worksheets/sheet1.xml": _SHEET,
    }


def odt_files(more: str = "", manifest: str = "") -> dict[str, str | bytes]:
    """`more` is markup before its body, `manifest` within the entry of its content."""
    return {
        "mimetype": ODT_TYPE,
        "content.xml": _ODT_CONTENT.format(more=more),
        "META-INF/manifest.xml": _ODT_MANIFEST.format(more=manifest),
        "Pictures/1.png": encoded("PNG"),
    }


def link(target: str, kind: str, mode: str = "External") -> str:
    """The relationships of a part, with one that leads outside."""
    made = f'<Relationship Id="rId9" Type="{LINK_TYPES}{kind}" Target="{target}" TargetMode="{mode}"/>'
    return _LINKS.format(links=made)


def docx(**more: str | bytes) -> bytes:
    return archive(docx_files() | more)


def odt(files: Files | None = None) -> bytes:
    """Its type stands first and unpacked, as it has to."""
    return archive(files or odt_files(), stored=("mimetype",))


def motion_photo() -> bytes:
    """As phones take it: a film and a mark of the maker follow the picture."""
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + random.Random(3).randbytes(30_000)
    return encoded("JPEG") + film + b"SEFH\x00\x00\x00\x00SEFT"


def good_documents() -> dict[str, tuple[str, str, bytes, int]]:
    """By what it is: file name, media type, content, pages that can be shown."""
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    linked = {"word/_rels/document.xml.rels": link("https://cns.example/", "hyperlink")}
    sealed_font = {"word/fonts/font1.odttf": b"<" + bytes(range(200))}
    old_drawing = {
        "xl/drawings/vmlDrawing1.vml": '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape/></xml>'
    }
    return {
        "pdf": ("lettre.pdf", "application/pdf", pdf(), 2),
        "pdf with packed objects": (
            "lettre.pdf",
            "application/pdf",
            pdf_bytes(pdf_document(5), object_stream_mode=pikepdf.ObjectStreamMode.generate),
            5,
        ),
        "pdf for the web": ("lettre.pdf", "application/pdf", pdf_bytes(pdf_document(3), linearize=True), 3),
        "pdf with a picture": ("scan.pdf", "application/pdf", large_pdf(3_000_000), 1),
        "jpeg": ("photo.jpg", "image/jpeg", encoded("JPEG"), 1),
        "progressive jpeg": ("photo.jpg", "image/jpeg", encoded("JPEG", progressive=True), 1),
        "photo in motion": ("photo.jpg", "image/jpeg", motion_photo(), 1),
        "png": ("scan.png", "image/png", encoded("PNG"), 1),
        "png with transparency": ("scan.png", "image/png", encoded("PNG", picture().convert("RGBA")), 1),
        "webp": ("photo.webp", "image/webp", encoded("WEBP"), 1),
        "heic": ("photo.heic", "image/heic", encoded("HEIF"), 1),
        "tiff": ("scan.tif", "image/tiff", tiff(3), 3),
        "tiff of a fax": (
            "fax.tif",
            "image/tiff",
            encoded("TIFF", picture().convert("1"), compression="group4"),
            1,
        ),
        "docx": ("lettre.docx", word, archive(docx_files()), 0),
        "docx with a link": ("lettre.docx", word, archive(docx_files() | linked), 0),
        "xlsx": ("frais.xlsx", sheet, archive(xlsx_files()), 0),
        "docx with a font of its own": ("lettre.docx", word, archive(docx_files() | sealed_font), 0),
        "xlsx with a comment": ("frais.xlsx", sheet, archive(xlsx_files() | old_drawing), 0),
        "odt": ("lettre.odt", ODT_TYPE, odt(), 0),
        "odt with a link": ("lettre.odt", ODT_TYPE, odt(odt_files(_ODT_LINK)), 0),
        "text": ("note.txt", "text/plain", "Moien, wéi geet et?\n".encode() * 40, 0),
    }
