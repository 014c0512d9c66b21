"""The sandbox's words in the platform's four languages (`words.toml`), and the cards of the galleries."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import request

from deploy.dev.sandbox.persons import Means, Person, cast

NAMES = {"en": "English", "fr": "Français", "de": "Deutsch", "lb": "Lëtzebuergesch"}

WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())
"""By language and key; each language has every key."""


@dataclass(frozen=True, slots=True)
class Card:
    """One choice: the value of its button, a name, and lines about it."""

    code: str
    name: str
    about: tuple[str, ...]


def language() -> str:
    """As asked for by `lang`, else the browser's best, else English."""
    asked = request.args.get("lang", "")
    return asked if asked in NAMES else request.accept_languages.best_match(NAMES) or "en"


def cards(door: str) -> list[Card]:
    """Whom one provider offers, in the reader's language."""
    say = WORDS[language()]
    if door == "staff":
        return [Card(m.subject, m.name, (say[m.role],)) for m in cast().staff]
    holders = cast().holders(door)
    return [Card(code, person.name, _about(person, means, say)) for code, (person, means) in holders.items()]


def _about(person: Person, means: Means, say: Mapping[str, str]) -> tuple[str, ...]:
    lines = [say[means.about]]
    if person.national_number and not any(own.registered for own in person.means):
        lines.append(f"{say['number']}: {person.national_number}")  # which she will be asked for
    if means.company_name:
        lines.append(means.company_name)
    if means.provider == "eidas":
        lines.append(f"{say['level']}: {say[means.level]}")
    return tuple(lines)
