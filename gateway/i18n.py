"""Languages and local time: who reads which, and how an instant is written for him."""

from __future__ import annotations

from datetime import date, datetime
from os import getpid
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_interval, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.units import format_unit
from flask import Flask, request
from flask.wrappers import Response
from flask_babel import Babel, format_date, format_time, get_locale
from flask_babel import gettext as _

LANGUAGES = {"de": "Deutsch", "fr": "Français", "en": "English", "lb": "Lëtzebuergesch"}
"""Languages of the pages by ISO 639-1 code, each in its own words."""

ZONE = ZoneInfo("Europe/Luxembourg")
LOCALE = Path(__file__).parent / "locale"
_COOKIE = "__Host-language"
_YEAR = 365 * 86400
_KILO = 1_000


def init_app(app: Flask) -> None:
    compile_catalogues(LOCALE)
    app.config.update(BABEL_TRANSLATION_DIRECTORIES=str(LOCALE), BABEL_DEFAULT_TIMEZONE="Europe/Luxembourg")
    Babel(app, locale_selector=_locale)
    app.after_request(_remember)
    app.jinja_env.globals.update(
        languages=LANGUAGES,
        language=language,
        day=day,
        local=local,
        weekday=weekday,
        birthday=birthday,
        country_name=country_name,
        day_short=day_short,
        day_span=day_span,
        clock_time=clock_time,
        day_and_time=day_and_time,
        file_size=file_size,
    )


def language() -> str:
    """The reader's: chosen with `?lang=`, remembered from before, or the browser's; else English."""
    for wish in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wish in LANGUAGES:
            return wish
    primary = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    return next((code for code in primary if code in LANGUAGES), "en")


def _locale() -> str:
    """Words and dates: English ones as they are written in Europe."""
    chosen = language()
    return "en_GB" if chosen == "en" else chosen


def local(instant: datetime) -> datetime:
    """An instant as the clocks in Luxembourg show it."""
    return instant.astimezone(ZONE)


def day(value: date | datetime) -> str:
    """`Thursday 3 December 2026`, in the reader's language and order."""
    return str(format_date(value, "full"))


def day_short(value: date) -> str:
    """Day and month, as in a calendar sheet."""
    return str(format_skeleton("MMMMd", value, locale=_locale()))


def day_span(first: date, last: date) -> str:
    """`23–29 Nov 2026`, in the reader's language and order; month and year once where they are the same."""
    return str(format_interval(first, last, "yMMMd", locale=_locale()))


def weekday(value: date) -> str:
    """`Thursday`."""
    return str(format_date(value, "EEEE"))


def birthday(value: date) -> str:
    """`27 March 1985`."""
    return str(format_date(value, "long"))


def country_name(code: str) -> str:
    """A country (ISO 3166-1 alpha-2) in the reader's language; the code where there is no name."""
    return str(Locale.parse(language()).territories.get(code, code))


def clock_time(instant: datetime) -> str:
    """`14:20`, by the clocks in Luxembourg; in the hour that comes twice, which of the two."""
    text, here = str(format_time(instant, "HH:mm")), local(instant)
    if here.utcoffset() == here.replace(fold=1 - here.fold).utcoffset():
        return text
    name = _("summer time") if here.dst() else _("winter time")
    return f"{text} ({name})"


def day_and_time(instant: datetime) -> str:
    """Day and time of an instant, by the clocks in Luxembourg."""
    return f"{format_date(local(instant).date(), 'full')}, {clock_time(instant)}"


def file_size(size: int) -> str:
    """`1.4 MB`, in French `1,4 Mo`: as the page's scripts write it, from the same tables (CLDR)."""
    scale = ((_KILO, 1, "byte"), (_KILO**2, _KILO, "kilobyte"))
    per, unit = next(((per, unit) for below, per, unit in scale if size < below), (_KILO**2, "megabyte"))
    return str(
        format_unit(round(size / per, 1), f"digital-{unit}", length="short", locale=get_locale() or "en")
    )


def compile_catalogues(folder: Path) -> None:
    """Compile every catalogue that is newer than its compiled form; images bring them compiled."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name)
    fresh = target.with_suffix(f".{getpid()}.new")  # several processes may start at once
    with fresh.open("wb") as file:
        write_mo(file, catalogue)
    fresh.replace(target)


def _remember(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LANGUAGES:
        response.set_cookie(
            _COOKIE, wish, max_age=_YEAR, secure=True, httponly=True, samesite="Lax", path="/"
        )
    return response
