"""The frame of the pages of one space: which it is, the others to change to, and what there is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from gateway.actors import actor_of
from gateway.backends import ask
from gateway.principals import citizen
from services.contracts.professional import ListSpaces, Overview
from services.contracts.space_access import DELETED, PRIVATE, PROFESSIONAL, SpaceCard


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; shown to who has the permission, in spaces of that kind or of both."""

    endpoint: str
    """Of the blueprint `spaces` with the space in its address, or else of the private space's own."""
    title: Any
    permission: str
    kind: str = ""


ENTRIES = (
    Entry("space.home", _l("Overview"), "see", PRIVATE),
    Entry("spaces.show", _l("Overview"), "see", PROFESSIONAL),
    Entry("space.data", _l("My data"), "data:read", PRIVATE),
    Entry("spaces.procedures", _l("Appointments and drafts"), "procedures:read"),
    Entry("spaces.documents", _l("Documents"), "documents:read"),
    Entry("spaces.sources", _l("Data held by authorities"), "sources:see"),
    Entry("space.consents", _l("Consents"), "data:read", PRIVATE),
    Entry("spaces.members", _l("Members"), "members:see", PROFESSIONAL),
    Entry("spaces.trail", _l("What has happened here"), "trail:see", PROFESSIONAL),
)
"""In the order in which they stand."""


@dataclass(frozen=True)
class Line:
    title: str
    address: str
    current: str
    """For `aria-current`: `page`, `true` on a page below it, or empty."""


def handle(space: SpaceCard) -> str:
    """What the space is called in addresses: `url_for("spaces.show", space_id=handle(space))`.

    The private one is called so for everybody: no person's id stands in an address.
    """
    return PRIVATE if space.kind == PRIVATE else space.space_id


def title(space: SpaceCard) -> str:
    return _("My private space") if space.kind == PRIVATE else space.name


def home_of(space: SpaceCard) -> str:
    """The address of its first page."""
    if space.kind == PRIVATE:
        return url_for("space.home")
    return url_for("spaces.show", space_id=space.space_id)


def menu(space: SpaceCard) -> list[Line]:
    """What the reader may open in that space; the longest address that leads here is the current one."""
    shown = [(str(entry.title), _address(entry, space)) for entry in ENTRIES if _is_shown(entry, space)]
    here = max((address for _title, address in shown if _leads_here(address)), key=len, default="")
    return [Line(name, address, _current(address) if address == here else "") for name, address in shown]


def switcher() -> Overview:
    """All spaces of who reads, asked for once a page."""
    if "my_spaces" not in g:
        who = citizen()
        assert who is not None, "the policy has looked"
        g.my_spaces = ask(ListSpaces(actor=actor_of(who)))
    found: Overview = g.my_spaces
    return found


def others(space: SpaceCard) -> list[SpaceCard]:
    """The reader's other spaces, for changing to one of them; deleted ones stand in the overview alone."""
    mine = switcher()
    cards = (*((mine.private,) if mine.private else ()), *mine.professional)
    return [one for one in cards if one.space_id != space.space_id and one.state != DELETED]


def _is_shown(entry: Entry, space: SpaceCard) -> bool:
    return entry.kind in ("", space.kind) and entry.permission in space.may


def _address(entry: Entry, space: SpaceCard) -> str:
    if entry.endpoint.startswith("spaces."):
        return url_for(entry.endpoint, space_id=handle(space))
    return url_for(entry.endpoint)


def _leads_here(address: str) -> bool:
    return request.path == address or request.path.startswith(f"{address}/")


def _current(address: str) -> str:
    return "page" if request.path == address else "true"
