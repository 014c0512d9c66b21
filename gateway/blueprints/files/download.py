"""A document handed to a browser."""

from __future__ import annotations

from typing import Protocol

from flask import Response

from gateway.blueprints.files.headers import download_headers
from gateway.blueprints.files.media_type import named_for
from gateway.blueprints.files.transfer import ReadGrant, Store, deliver


class NamedGrant(ReadGrant, Protocol):
    @property
    def name(self) -> str: ...

    @property
    def media_type(self) -> str: ...


def handed_out(grant: NamedGrant, label: str, store: Store) -> Response:
    """To be saved, whatever it is: what is to be seen of it is drawn.  Raises what `deliver` does."""
    name = named_for(grant.name, grant.media_type)  # a new name may have lost it
    response = Response(deliver(grant, label, store), mimetype=grant.media_type)
    response.headers.update(download_headers(name, grant.size))
    return response
