"""Fill in calendars, kinds and subjects; in development and tests also the demonstration.

`python -m services.booking.seed` adds what is missing and leaves what is there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from services.booking import seed_words as words
from services.booking.adapters.catalogue import MongoCatalogue
from services.booking.settings import SeedSettings
from services.chassis import mongo
from services.chassis.settings import GUARDED, SettingsError, load

_EVERY_LANGUAGE = ["lb", "fr", "de", "en"]
_OFFICE_HOURS = ["08:30-11:30", "13:00-16:00"]

Documents = Mapping[str, list[dict[str, Any]]]


def documents(*, demonstration: bool) -> Documents:
    """By collection, what there is to book."""
    kinds = ["video", "video-demo"] if demonstration else ["video"]
    real: dict[str, list[dict[str, Any]]] = {
        "calendars": [_cns()],
        "agents": [],
        "kinds": [{"_id": "video", "channel": "video", "calendar": "cns", "names": words.VIDEO}],
        "subjects": _subjects(kinds),
    }
    if demonstration:
        for collection, added in _demonstration().items():
            real[collection].extend(added)
    return real


def _cns() -> dict[str, Any]:
    return {
        "_id": "cns",
        "zone": "Europe/Luxembourg",
        "hours": [_OFFICE_HOURS] * 5 + [[], []],
        "minutes": 20,
        "notice_minutes": 60,
        "horizon_days": 42,
        "closures": [],
        "holidays_of": "LU",
    }


def _subjects(kinds: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "_id": "information-documents",
            "position": 1,
            "by_video": True,
            "topics": list(words.TOPICS),
            "topic_names": words.TOPICS,
            "kinds": kinds,
            "names": words.INFORMATION,
            "hints": words.INFORMATION_HINT,
        },
        {
            "_id": "long-term-care-insurance",
            "position": 2,
            "by_video": True,
            "kinds": kinds,
            "names": words.CARE,
            "hints": words.CARE_HINT,
        },
        {
            "_id": "reimbursement-of-bills",
            "position": 3,
            "by_video": False,
            "names": words.BILLS,
            "hints": words.BILLS_HINT,
        },
    ]


def _demonstration() -> Documents:
    """A calendar to try everything at any hour: somewhere a slot begins every five minutes.

    Each agent's day is shifted against the others', so that his slots follow each
    other without a gap over midnight too.
    """
    calendar = {**_cns(), "_id": "demo", "hours": [["00:00-24:00"]] * 7, "notice_minutes": 0}
    return {
        "calendars": [{**calendar, "holidays_of": ""}],
        "agents": [
            _agent("agent-anna", "Anna Demo", "demo", "00:00-24:00"),
            _agent("agent-ben", "Ben Demo", "demo", "00:05-24:05"),
            _agent("agent-chloe", "Chloé Demo", "demo", "00:10-24:10"),
            {
                **_agent("agent-david", "David Demo", "demo", "00:15-24:15"),
                "languages": ["fr", "en"],
            },
            _agent("agent-emma", "Emma Demo", "cns"),
            _agent("agent-felix", "Felix Demo", "cns"),
        ],
        "kinds": [
            {
                "_id": "video-demo",
                "channel": "video",
                "calendar": "demo",
                "demonstration": True,
                "names": words.VIDEO_DEMO,
            }
        ],
        "subjects": [],
    }


def _agent(agent_id: str, name: str, calendar: str, hours: str = "") -> dict[str, Any]:
    agent = {"_id": agent_id, "name": name, "calendar": calendar, "languages": _EVERY_LANGUAGE}
    return agent | ({"hours": [[hours]] * 7} if hours else {})


def seed(settings: SeedSettings) -> int:
    """Number of documents added."""
    database = mongo.connect(settings.mongo_uri.reveal(), settings.mongo_database, timeout_ms=10_000)
    demonstration = settings.environment not in GUARDED
    with database.client:
        return MongoCatalogue(database).add_missing(documents(demonstration=demonstration))


if __name__ == "__main__":
    try:
        print(f"{seed(load(SeedSettings))} documents added")
    except SettingsError as error:
        sys.exit(f"booking seed: {error}")
