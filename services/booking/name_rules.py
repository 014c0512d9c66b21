"""What subjects, topics and kinds may be called: the same in every language, and in every one.

Errors: InvalidField named after the text (`names.de`), or after all of them (`names`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.contracts.booking import LANGUAGES
from services.contracts.calendars import MAX_HINT, MAX_NAME, MAX_TOPIC_NAMES
from services.contracts.errors import InvalidField
from services.contracts.subjects import Names


def names(given: Mapping[str, str], field: str = "names", most: int = MAX_NAME) -> Names:
    """A text in each language, tidied."""
    if not set(given) <= set(LANGUAGES):
        raise InvalidField(field, "choice")
    return {language: _text(f"{field}.{language}", given.get(language, ""), most) for language in LANGUAGES}


def hints(given: Mapping[str, str]) -> Names:
    """The same, or none at all."""
    return names(given, "hints", MAX_HINT) if any(text.strip() for text in given.values()) else {}


def topic_names(given: Mapping[str, Mapping[str, str]], topics: Sequence[str]) -> dict[str, Names]:
    """Names of all topics; those that the subject had before may be among them."""
    if len(given) > MAX_TOPIC_NAMES:
        raise InvalidField("topic_names", "too_long")
    named = dict.fromkeys([*topics, *given])
    return {topic: names(given.get(topic, {}), f"topic_names.{topic}") for topic in named}


def _text(field: str, text: str, most: int) -> str:
    tidy = " ".join(text.split())
    if not tidy:
        raise InvalidField(field, "missing")
    if len(tidy) > most:
        raise InvalidField(field, "too_long")
    if not tidy.isprintable():
        raise InvalidField(field, "format")
    return tidy
