"""One page of a document that somebody looks at: where its picture is, and the pages before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from services.contracts.errors import NotFound

_LONGEST = 6
"""Digits of a page's number."""


@dataclass(frozen=True)
class Sheet:
    name: str
    """Of the document, as its reader knows it."""
    number: int
    pages: int
    place: str
    """Address of the page that shows it, with a query or without."""
    pictures: str
    """Address of its pictures, the number of the page as `{page}`; the files entry answers there."""

    @property
    def picture(self) -> str:
        return self.pictures.format(page=self.number)

    @property
    def before(self) -> str:
        """Address of the page before; empty on the first one."""
        return self._at(self.number - 1)

    @property
    def after(self) -> str:
        return self._at(self.number + 1)

    def _at(self, number: int) -> str:
        if not 1 <= number <= self.pages:
            return ""
        return f"{self.place}{'&' if '?' in self.place else '?'}page={number}"


def page_asked(pages: int) -> int:
    """The address's `page`, the first one without.  Raises NotFound(page)."""
    said = request.args.get("page", "1")
    if not (said.isascii() and said.isdigit() and len(said) <= _LONGEST and 1 <= int(said) <= pages):
        raise NotFound("page")
    return int(said)
