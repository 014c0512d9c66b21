"""Starts the OpenID provider of the tests, and walks through it as a browser would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.integration.identity.peers.process import node_peer

_HIDDEN = re.compile(r'name="xsrf" value="([^"]+)"')


@dataclass(frozen=True)
class OpenidPeer:
    """The provider; `browser` keeps its cookies, as one person's browser does."""

    issuer: str
    browser: httpx.Client

    def sign_in(self, url: str, person: str, callback: str) -> dict[str, str]:
        """What comes back to the callback after `person` has signed in there, or given up (`cancel`)."""
        response = self.browser.get(url)
        while response.is_redirect:
            place = urljoin(str(response.url), response.headers["Location"])
            if place.startswith(callback):
                return dict(parse_qsl(urlsplit(place).query))
            response = self.browser.get(place)
        assert "Sign in" in response.text, response.text
        response = self.browser.post(str(response.url), data={"person": person})
        return self.sign_in(urljoin(str(response.url), response.headers["Location"]), person, callback)

    def sign_out(self, client_id: str) -> None:
        """End the browser's session there; the provider tells whom it has signed in to."""
        page = self.browser.get(f"{self.issuer}/session/end", params={"client_id": client_id})
        hidden = _HIDDEN.search(page.text)
        assert hidden is not None, page.text
        form = {"xsrf": hidden[1], "logout": "yes"}
        assert self.browser.post(f"{self.issuer}/session/end/confirm", data=form).status_code < 400


@contextmanager
def openid(configuration: Mapping[str, Any]) -> Iterator[OpenidPeer]:
    """The peer while it runs."""
    with node_peer("openid.mjs", configuration) as issuer, httpx.Client() as browser:
        yield OpenidPeer(issuer, browser)
