"""The words of a space's documents, and where the files entry takes and hands them out."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from gateway.blueprints.spaces.blueprint import handle
from gateway.forms.documents import FOLDER_CHOICES
from gateway.i18n import file_size
from services.contracts.document_rules import MOST_BYTES as MOST_BYTES
from services.contracts.space_access import SpaceCard
from services.contracts.space_documents import FOLDERS, Shelf, SpaceDocument

_FOLDERS = dict(FOLDER_CHOICES)
_LITTLE = 0.1


def folder(code: str) -> str:
    return str(_FOLDERS.get(code, code))


def folders(chosen: str) -> list[dict[str, Any]]:
    """For a drop-down list; `chosen` may be none of them."""
    first = {"value": "", "text": str(_("Choose a folder")), "selected": not chosen}
    return [first, *({"value": code, "text": folder(code), "selected": code == chosen} for code in FOLDERS)]


def by_folder(documents: tuple[SpaceDocument, ...]) -> list[tuple[str, list[SpaceDocument]]]:
    """Those folders that hold something, in their order."""
    lying = {code: [one for one in documents if one.folder == code] for code in FOLDERS}
    return [(code, found) for code, found in lying.items() if found]


def used(shelf: Shelf) -> str:
    """How full the space is, as its bar shows it."""
    free = max(0, shelf.quota - shelf.used)
    return str(
        _(
            "%(used)s of %(quota)s used, %(free)s free",
            used=file_size(shelf.used),
            quota=file_size(shelf.quota),
            free=file_size(free),
        )
    )


def is_nearly_full(shelf: Shelf) -> bool:
    return shelf.quota - shelf.used < shelf.quota * _LITTLE


def url_for_upload(space: SpaceCard) -> str:
    """Another process answers there, so its routes are not known here."""
    return f"/files/spaces/{handle(space)}"


def url_for_download(space: SpaceCard, document: SpaceDocument, version: int = 0) -> str:
    """Of the current version, or of an earlier one."""
    return f"{url_for_upload(space)}/{document.document_id}" + (f"/{version}" if version else "")


def url_for_pictures(space: SpaceCard, document: SpaceDocument) -> str:
    """Where the files entry shows the page `{page}` of the current version."""
    return f"{url_for_download(space, document)}/pages/{{page}}"
