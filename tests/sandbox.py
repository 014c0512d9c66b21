"""Logging in at the sandbox as a browser does, but without one: the only place that knows its pages."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx

from services.chassis.rpc_client import RpcClient
from services.contracts.identity import BeginLogin, FinishLogin, LoginBegun, Principal

_FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CANCEL = ""


@dataclass(frozen=True)
class Reply:
    """What comes back to the platform: an address, and the fields of a form that is posted there, if any."""

    url: str
    form: Mapping[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """However they travel."""
        return dict(self.form) or dict(parse_qsl(urlsplit(self.url).query))


def visit(http: httpx.Client, url: str, form: Mapping[str, str], person: str) -> Reply:
    """Follow the platform's departure and choose a person, by the card's code or by name; CANCEL: nobody."""
    page = http.post(url, data=dict(form)) if form else http.get(url)
    while page.is_redirect:
        page = http.get(page.url.join(page.headers["Location"]))
    assert page.status_code == 200, page.text
    answer = http.post(str(page.url), data={"person": code_of(page.text, person)})
    return _reply(answer)


def code_of(page: str, person: str) -> str:
    """Of the card with this code, or with this name."""
    if f'value="{person}"' in page:
        return person
    card = re.search(rf'value="([^"]+)"[^>]*>\s*<span class="who">{re.escape(person)}<', page)
    assert card is not None, f"no {person!r} in the gallery"
    return card[1]


def log_in(client: RpcClient, person: str, provider: str = "luxtrust") -> Principal:
    """Log in at identity over the bus, at the sandbox that it knows."""
    audience = "staff" if provider == "staff" else "citizen"
    begun = client.call(BeginLogin(provider=provider, audience=audience))
    return client.call(finish_of(begun, person, provider))


def finish_of(begun: LoginBegun, person: str, provider: str = "luxtrust") -> FinishLogin:
    """The request that ends a log-in, once the person has been chosen."""
    with httpx.Client(trust_env=False) as http:
        reply = visit(http, begun.redirect_url, begun.form, person)
    return FinishLogin(login_id=begun.login_id, provider=provider, answer=reply.fields)


def _reply(answer: httpx.Response) -> Reply:
    if answer.is_redirect:
        return Reply(answer.headers["Location"], {})
    form = _FORM.search(answer.text)
    assert form is not None, answer.text
    fields = {name: html.unescape(value) for name, value in _HIDDEN.findall(form[2])}
    return Reply(html.unescape(form[1]), fields)
