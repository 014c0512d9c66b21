"""XML from strangers: read strictly, before anything else looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from services.contracts.errors import LoginRefused

Element = Any
"""An element of lxml, which has no types of its own."""

MAX_BYTES = 262_144
_ID_NAMES = ("ID", "Id", "id", "{http://www.w3.org/XML/1998/namespace}id")


def parse(data: bytes) -> Element:
    """The root element of a message.

    Refused (LoginRefused): too large, not UTF-8, a document type, comments, processing instructions,
    an id twice, a namespace that is no absolute URI (its canonical form would be empty).
    """
    if len(data) > MAX_BYTES:
        raise LoginRefused("message_too_large")
    return _checked(_read(_text(data)))


def parse_inside(data: bytes, namespaces: Mapping[str | None, str]) -> Element:
    """The one element that decrypted bytes hold; they may lean on prefixes of the place they lay in."""
    declared = "".join(_declaration(prefix, uri) for prefix, uri in namespaces.items())
    wrapped = parse(b"<inside" + declared.encode() + b">" + _text(data).encode() + b"</inside>")
    if len(wrapped) != 1 or (wrapped.text or "").strip() or (wrapped[0].tail or "").strip():
        raise LoginRefused("malformed")
    return alone(wrapped[0])


def alone(element: Element) -> Element:
    """A copy of an element as the root of a document of its own, with the prefixes that it uses."""
    return _read(etree.tostring(element, encoding="unicode", with_tail=False))


def only(parent: Element, name: str, refusal: str = "malformed") -> Element:
    """The one child of that name.  Errors: LoginRefused(refusal) for none or several."""
    found = parent.findall(name)
    if len(found) != 1:
        raise LoginRefused(refusal)
    return found[0]


def text_of(element: Element) -> str:
    """What an element says, blanks at the ends apart; one that holds elements says nothing of its own."""
    if len(element):
        raise LoginRefused("malformed")
    return (element.text or "").strip()


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise LoginRefused("encoding") from None
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise LoginRefused("document_type")
    return text


def _read(text: str) -> Element:
    # Told its encoding, the parser takes no other from the declaration.
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise LoginRefused("malformed") from None


def _checked(root: Element) -> Element:
    # A comment before or behind the root is a sibling of it.
    if root.getprevious() is not None or root.getnext() is not None:
        raise LoginRefused("comment")
    seen: set[str] = set()
    for node in root.iter():
        if not isinstance(node.tag, str):
            raise LoginRefused("comment")
        if any(uri and not urlsplit(uri).scheme for uri in node.nsmap.values()):
            raise LoginRefused("relative_namespace")
        for name in _ID_NAMES:
            value = node.get(name)
            if value is not None and value in seen:
                raise LoginRefused("id_twice")
            if value is not None:
                seen.add(value)
    return root


def _declaration(prefix: str | None, uri: str) -> str:
    quoted = uri.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return f' xmlns:{prefix}="{quoted}"' if prefix else f' xmlns="{quoted}"'
