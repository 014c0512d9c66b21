"""Logging in at the sandbox as a browser does, but without one: the only place that knows its pages."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx

from deploy.dev.sandbox.persons import cast
from services.chassis.clock import SystemClock
from services.chassis.rpc_client import RpcClient
from services.contracts.identity import BeginLogin, FinishLogin, Principal
from services.identity.adapters import oidc_config, saml_config
from services.identity.ports import Provider
from services.identity.providers import KeyFolder, Parts, read

_FORM = re.compile(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
_LEAVING = re.compile(r'<form method="post" action="([^"]+)" data-leave>(.*?)</form>', re.DOTALL)
_REFRESH = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CANCEL = ""


class EverythingIsNew:
    """Answers that come again are somebody else's test."""

    def first(self, what: str, until: datetime) -> bool:
        return True


def providers_of(file: Path, public_url: str) -> dict[str, Provider]:
    """The sandbox's providers, by their codes, as identity reads them."""
    parts = Parts("test", public_url, KeyFolder(file.parent), SystemClock(), EverythingIsNew())
    kinds = {"oidc": oidc_config.KIND, **saml_config.KINDS}
    return {provider.code: provider for provider in read(file, kinds, parts)}


@dataclass(frozen=True)
class Reply:
    """What comes back to the platform: an address, and the fields of a form that is posted there, if any."""

    url: str
    form: Mapping[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """However they travel."""
        return dict(self.form) or dict(parse_qsl(urlsplit(self.url).query))


def departure_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the platform's page sends the browser: an address, and the fields that it posts there."""
    if form := _LEAVING.search(page):
        return html.unescape(form[1]), _fields(form[2])
    refresh = _REFRESH.search(page)
    assert refresh is not None, page
    return html.unescape(refresh[1]), {}


def visit(http: httpx.Client, url: str, form: Mapping[str, str], person: str) -> Reply:
    """Follow the platform's departure and choose a person, as `card_of`; CANCEL: nobody."""
    page = http.post(url, data=dict(form)) if form else http.get(url)
    while page.is_redirect:
        page = http.get(page.url.join(page.headers["Location"]))
    assert page.status_code == 200, page.text
    _, code = card_of(person) if person != CANCEL else ("", CANCEL)
    return _reply(http.post(str(page.url), data={"person": code}))


def card_of(person: str) -> tuple[str, str]:
    """The provider and the code of the first card with this code, or of this person's."""
    staff = [("staff", member.subject, member.name) for member in cast().staff]
    means = [(m.provider, m.code, p.name) for p in cast().person for m in p.means]
    provider, code, _ = next(card for card in [*means, *staff] if person in card[1:])
    return provider, code


def log_in(client: RpcClient, person: str) -> Principal:
    """Log in at identity over the bus, at the sandbox that it knows."""
    return client.call(answered(client, person))


def answered(client: RpcClient, person: str) -> FinishLogin:
    """The request that ends a log-in, which has been begun and answered by the person."""
    provider, _ = card_of(person)
    audience = "staff" if provider == "staff" else "citizen"
    begun = client.call(BeginLogin(provider=provider, audience=audience))
    with httpx.Client(trust_env=False) as http:
        reply = visit(http, begun.redirect_url, begun.form, person)
    # The gateway keeps the field that says which log-in it is, but for the state of OpenID Connect.
    fields = {name: value for name, value in reply.fields.items() if name != "RelayState"}
    return FinishLogin(login_id=begun.login_id, provider=provider, answer=fields)


def _reply(answer: httpx.Response) -> Reply:
    if answer.is_redirect:
        return Reply(answer.headers["Location"], {})
    form = _FORM.search(answer.text)
    assert form is not None, answer.text
    return Reply(html.unescape(form[1]), _fields(form[2]))


def _fields(form: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(form)}
