"""What every page shows around its content: who is logged in, languages, the time machine's banner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Flask, request

from gateway import words
from gateway.backends import now, runtime
from gateway.i18n import LANGUAGES
from gateway.principals import citizen, person, staff
from services.chassis.ids import new_id

_SHIFTED = timedelta(seconds=2)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        citizen=citizen,
        somebody=person,
        words=words,
        staff=staff,
        now=now,
        new_id=new_id,
        platform=runtime,
        language_links=language_links,
        time_is_shifted=time_is_shifted,
    )


def language_links() -> list[tuple[str, str, str]]:
    """Code, name and address of this page in each language."""
    query = request.args.to_dict(flat=False)
    return [
        (code, name, f"{request.path}?{urlencode(query | {'lang': [code]}, doseq=True)}")
        for code, name in LANGUAGES.items()
    ]


def time_is_shifted() -> bool:
    """True while the development time machine stands elsewhere than real time."""
    settings = runtime().settings
    return settings.clock_url is not None and abs(now() - datetime.now(UTC)) > _SHIFTED
