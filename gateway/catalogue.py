"""`python -m gateway.catalogue update|check`: collect the sentences of code and templates in catalogues.

English is the language of the code: its catalogue stays empty and says only
what there is.  `check` lists what is missing and ends with 1 if the catalogues
do not match the code or a complete language has gaps.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.i18n import LANGUAGES, LOCALE

COMPLETE = ("de", "fr", "lb")
"""Languages without a gap, beside English, the language of the code; a test keeps it so."""

_BEGUN = datetime(2026, 11, 22, tzinfo=UTC)
"""Written into every catalogue, so that a file changes only when its words do."""

_SOURCES = Path(__file__).parent
_TEMPLATES = ("templates/**.html", "templates/**.txt")
_METHODS = [*((pattern, "jinja2") for pattern in _TEMPLATES), ("**.py", "python")]
_OPTIONS = {pattern: {"silent": "false", "trimmed": "true"} for pattern in _TEMPLATES}
_KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def extract() -> Catalog:
    """Every sentence with the files where it stands."""
    found = Catalog(project="CNS video consultation", charset="utf-8")
    for file, _line, message, comments, context in extract_from_dir(
        str(_SOURCES), _METHODS, _OPTIONS, keywords=_KEYWORDS, comment_tags=("Translators:",)
    ):
        found.add(message, locations=[(f"gateway/{file}", 0)], auto_comments=comments, context=context)
    return found


def update() -> None:
    """Merge what the code says into every catalogue; what it no longer says goes."""
    template = extract()
    for code in LANGUAGES:
        catalogue = _read(code)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(code, catalogue)


def gaps(code: str) -> list[str]:
    """What a catalogue lacks against the code, and, of a complete language, what is not translated."""
    catalogue, template = _read(code), extract()
    known, wanted = _ids(catalogue), _ids(template)
    faults = [f"{code}: not in the catalogue: {text}" for text in sorted(wanted - known)]
    faults += [f"{code}: no longer in the code: {text}" for text in sorted(known - wanted)]
    if code in COMPLETE:
        faults += [f"{code}: not translated: {m.id}" for m in catalogue if m.id and (not m.string or m.fuzzy)]
    return faults


def _ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}


def _path(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "messages.po"


def _read(code: str) -> Catalog:
    path = _path(code)
    if not path.exists():
        return Catalog(locale=code, project="CNS video consultation", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _write(code: str, catalogue: Catalog) -> None:
    path = _path(code)
    catalogue.header_comment, catalogue.fuzzy = f"# The gateway's words in {LANGUAGES[code]}.", False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "CNS"
    catalogue.creation_date = _BEGUN
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, omit_header=False, width=110, sort_output=True, include_lineno=False)


def _all_gaps() -> Iterator[str]:
    for code in LANGUAGES:
        yield from gaps(code)


def main() -> None:
    parser = argparse.ArgumentParser(prog="gateway.catalogue", description=__doc__)
    parser.add_argument("command", choices=("update", "check"))
    if parser.parse_args().command == "update":
        update()
        return
    faults = list(_all_gaps())
    print("\n".join(faults) or "Every catalogue matches the code.")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
