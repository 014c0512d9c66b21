"""The catalogues match the code; all four languages are complete; no placeholder is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.catalogue import COMPLETE, _read, gaps
from gateway.i18n import LANGUAGES

_PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_catalogue_matches_the_code(code: str) -> None:
    assert gaps(code) == []


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_translations_keep_the_placeholders(code: str) -> None:
    for message in _read(code):
        if message.id and message.string:
            wanted, found = (set(_PLACEHOLDER.findall(str(text))) for text in (message.id, message.string))
            assert found == wanted, message.id


def test_no_language_may_have_a_gap() -> None:
    assert {"en", *COMPLETE} == set(LANGUAGES)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", "Sprechen Sie per Video"),
        ("fr", "Parlez à un agent"),
        ("en", "Talk with a CNS agent"),
        ("lb", "Schwätzt per Video"),
    ],
)
def test_the_reader_chooses_his_language_and_it_is_remembered(browser: Any, code: str, words: str) -> None:
    assert words in browser.get(f"/?lang={code}").text
    another = "fr" if code != "fr" else "de"
    assert words in browser.get("/", headers={"Accept-Language": another}).text


def test_the_browsers_language_is_the_first_guess(browser: Any) -> None:
    assert "Sprechen Sie" in browser.get("/", headers={"Accept-Language": "de-LU, fr;q=0.5"}).text
    assert 'lang="en"' in browser.get("/", headers={"Accept-Language": "pt"}).text
    assert 'lang="en"' in browser.get("/?lang=xx").text
