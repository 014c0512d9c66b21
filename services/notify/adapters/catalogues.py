"""The words in four languages, from the catalogues beside this package."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent.parent / "locale"
LANGUAGES = ("de", "en", "fr", "lb")
FALLBACK = "en"


@cache
def catalogue(language: str) -> Translations:
    """The catalogue of a language; the fallback's for one that there is none of."""
    known = language if language in LANGUAGES else FALLBACK
    with (FOLDER / known / "LC_MESSAGES" / "messages.po").open("rb") as text:
        messages = read_po(text, locale=known)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def known_language(language: str) -> str:
    """The language itself, or the fallback where there is no catalogue."""
    return language if language in LANGUAGES else FALLBACK
