"""XML of an office document, read once from end to end; elements are shown to who wants to see them.

A document type is refused whatever it says: without one there are no entities, so nothing in the text can
multiply or fetch anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat  # what defusedxml would forbid is forbidden here, at the parser itself

from gateway.inspection.refusal import Refused
from services.contracts.document_rules import ACTIVE, DAMAGED, TOO_MUCH_INSIDE

MOST_NESTED = 256

Element = Callable[[str, dict[str, str]], None]
"""Told of each element: `namespace name` and its attributes, named alike."""
Text = Callable[[str], None]


def read(pieces: Iterable[bytes], element: Element | None = None, text: Text | None = None) -> None:
    """Raises Refused, and what the callbacks raise."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_type
    if element is not None:
        _Depth(parser, element)
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Refused(DAMAGED) from None


class _Depth:
    """Counts how deep elements lie in one another."""

    def __init__(self, parser: expat.XMLParserType, element: Element) -> None:
        self._depth, self._element = 0, element
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise Refused(TOO_MUCH_INSIDE)
        self._element(name, attributes)

    def _end(self, _name: str) -> None:
        self._depth -= 1


def _refuse_type(_name: str, system: str | None, _public: str | None, has_own: bool) -> None:
    """Entities of its own multiply (a "billion laughs"); others would be fetched."""
    if system or not has_own:
        raise Refused(ACTIVE)
    raise Refused(TOO_MUCH_INSIDE)
