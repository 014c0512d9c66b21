"""The pages of the providers that speak SAML: a question arrives, somebody is chosen, the answer leaves."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from deploy.dev.sandbox.kept import Kept
from deploy.dev.sandbox.persons import cast
from deploy.dev.sandbox.saml.providers import SamlProvider
from deploy.dev.sandbox.saml.question import Question
from deploy.dev.sandbox.words import cards
from services.contracts.errors import LoginRefused

LONGEST_STATE = 80
"""Bytes of RelayState (SAML bindings, section 3.5.3)."""


def pages(provider: SamlProvider) -> Blueprint:
    """The provider's pages below its code."""
    blueprint = Blueprint(provider.code, __name__, url_prefix=f"/{provider.code}")
    visits, asked = Kept[Question](), Kept[bool]()

    @blueprint.post("/sso")
    def ask() -> Any:
        """Where questions are posted.  Errors: LoginRefused, `replay` for one that was asked before."""
        question = provider.believed(_message(), _relay_state(), _now())
        if not asked.keep_first(True, question.request_id):
            raise LoginRefused("replay")
        if question.is_passive:
            return _leave(provider, question, provider.failed(question, "NoPassive", _now()))
        return redirect(url_for(".choose", visit=visits.keep(question)), 303)

    @blueprint.get("/sign-in/<visit>")
    def choose(visit: str) -> Any:
        """Everybody is asked each time: there is no session that would have to be forced to prove anew."""
        if visits.look(visit) is None:
            raise LoginRefused("unknown_or_spent")
        return render_template("gallery.html", door=provider.code, cards=cards(provider.code))

    @blueprint.post("/sign-in/<visit>")
    def answer(visit: str) -> Any:
        question = visits.take(visit)
        if question is None:
            raise LoginRefused("unknown_or_spent")
        return _leave(provider, question, _answer(provider, question, request.form.get("person", "")))

    return blueprint


def _answer(provider: SamlProvider, question: Question, code: str) -> bytes:
    chosen = cast().holders(provider.code).get(code)
    if chosen is None:
        return provider.failed(question, "AuthnFailed", _now())
    return provider.identified(question, *chosen, _now())


def _leave(provider: SamlProvider, question: Question, message: bytes) -> str:
    """The POST binding: a form that a script sends, or a button (SAML bindings, section 3.5)."""
    fields = {"SAMLResponse": b64encode(message).decode(), "RelayState": question.relay_state}
    return render_template("leave.html", address=provider.party.consumer_url, fields=fields)


def _message() -> bytes:
    try:
        return b64decode("".join(request.form.get("SAMLRequest", "").split()), validate=True)
    except binascii.Error:
        raise LoginRefused("malformed") from None


def _relay_state() -> str:
    state = request.form.get("RelayState", "")
    if len(state.encode()) > LONGEST_STATE:
        raise LoginRefused("relay_state")
    return state


def _now() -> datetime:
    """Real time: providers know nothing of the platform's time machine."""
    return datetime.now(UTC)
