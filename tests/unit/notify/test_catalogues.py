"""No sentence is missing in any language."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from services.notify import domain
from services.notify.adapters.catalogues import FOLDER, LANGUAGES

DOMAIN = Path(domain.__file__).parent
PLACEHOLDERS = re.compile(r"%\(\w+\)s")


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as text:
        return read_po(text, locale=language)


def sentences() -> set[str]:
    return {
        str(message)
        for module in DOMAIN.glob("*.py")
        for _, message, _, _ in extract_from_file("python", module, keywords={"_": None})
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_translation_and_no_other_is_kept(language: str) -> None:
    translated = {str(m.id) for m in catalogue(language) if m.id and m.string and not m.fuzzy}
    assert translated == sentences()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_insert_the_same_things(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            assert sorted(PLACEHOLDERS.findall(str(message.string))) == sorted(
                PLACEHOLDERS.findall(str(message.id))
            ), message.id


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_languages_differ(language: str) -> None:
    same = [m.id for m in catalogue(language) if m.id and m.id == m.string]
    assert same == []
