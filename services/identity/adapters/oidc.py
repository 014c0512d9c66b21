"""Logging in by OpenID Connect: code flow with PKCE; what the provider says comes from it alone."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge

from services.chassis.clock import Clock
from services.contracts.errors import LoginRefused
from services.identity.adapters.discovery import Discovery, Metadata
from services.identity.adapters.https import FAULTY, Https
from services.identity.adapters.oidc_client import Authentication
from services.identity.domain.login import Departure, Identified, PendingLogin
from services.identity.oidc.id_token import Client, Expected, accept
from services.identity.oidc.logout_token import Logout, accept_logout
from services.identity.oidc.profile import Profile
from services.identity.oidc.session_keys import keys_of_logout
from services.identity.oidc.signature import Token, verified
from services.identity.ports import ProviderLogout

T = TypeVar("T")

_NONCE, _VERIFIER, _SINCE = "nonce", "code_verifier", "since"
_ERRORS = {"access_denied": "cancelled"}
"""Answers of the authorization endpoint that say more than that it did not succeed."""
_TOKEN_ERRORS = {"invalid_grant": "code_refused", "invalid_client": "client_refused"}
"""A code that was spent before, or another verifier than the one it was asked for with; our own proof."""


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """One OpenID provider.  Every error is LoginRefused(reason)."""

    code: str
    audiences: tuple[str, ...]
    client: Client
    callback: str
    scopes: tuple[str, ...]
    authentication: Authentication
    profile: Profile
    https: Https
    discovery: Discovery
    clock: Clock
    """Real time: the others' clocks know no other."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of each request, as agreed with the provider (`ui_locales`, …)."""

    def begin(self, login: PendingLogin) -> Departure:
        """The request: pushed where the provider takes it (RFC 9126), else in the address."""
        metadata = self.discovery.published().metadata
        memory = {_NONCE: secrets.token_urlsafe(32), _VERIFIER: secrets.token_urlsafe(48)}
        if login.anew:
            memory[_SINCE] = self.clock.now().isoformat()
        request = self._request(login.login_id, memory)
        if metadata.pushed:
            request = self._pushed(metadata, request)
        joint = "&" if "?" in metadata.authorization else "?"
        return Departure(f"{metadata.authorization}{joint}{urlencode(request)}", memory=memory)

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        """Spend the code and believe the ID token that comes for it."""
        metadata = self.discovery.published().metadata
        self._check_answer(metadata, login, answer)
        tokens = self._tokens(metadata, answer["code"], login.memory[_VERIFIER])
        nonce, since = login.memory[_NONCE], login.since(_SINCE)
        expected = Expected(nonce, tokens["access_token"], self.clock.now(), since)
        proved = accept(self._verified(tokens["id_token"]), self.client, expected)
        return self.profile.identified(self.client.issuer, proved)

    def log_out(self, logout_token: str) -> ProviderLogout:
        """What a back-channel log-out ends."""
        token = self._verified(logout_token)
        found: Logout = accept_logout(token, self.client.issuer, self.client.client_id, self.clock.now())
        keys = keys_of_logout(self.client.issuer, found.subject, found.session)
        return ProviderLogout(keys, found.issued_at)

    def _request(self, state: str, memory: Mapping[str, str]) -> dict[str, str]:
        request = {
            **self.extra,
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.callback,
            "scope": " ".join(self.scopes),
            "state": state,
            "nonce": memory[_NONCE],
            "code_challenge": create_s256_code_challenge(memory[_VERIFIER]),
            "code_challenge_method": "S256",
        }
        if self.client.contexts:
            request["acr_values"] = " ".join(self.client.contexts)
        if self.client.oldest_login is not None:
            request["max_age"] = str(int(self.client.oldest_login.total_seconds()))
        if _SINCE in memory:  # OpenID Connect Core, 3.1.2.1: not from a session of the provider's own
            request |= {"prompt": "login", "max_age": "0"}
        return request

    def _pushed(self, metadata: Metadata, request: dict[str, str]) -> dict[str, str]:
        reply = self._post(metadata.pushed, request)
        reference = reply.content.get("request_uri")
        if reply.status not in (200, 201) or not isinstance(reference, str) or not reference:
            raise LoginRefused(_TOKEN_ERRORS.get(str(reply.content.get("error")), "request_refused"))
        return {"client_id": self.client.client_id, "request_uri": reference}

    def _check_answer(self, metadata: Metadata, login: PendingLogin, answer: Mapping[str, str]) -> None:
        """Errors: LoginRefused(mix_up | state | cancelled | provider_error | no_code)."""
        if answer.get("iss", "" if metadata.names_itself else self.client.issuer) != self.client.issuer:
            raise LoginRefused("mix_up")  # RFC 9207, section 2.4
        if not secrets.compare_digest(answer.get("state", "").encode(), login.login_id.encode()):
            raise LoginRefused("state")
        if "error" in answer:
            raise LoginRefused(_ERRORS.get(answer["error"], "provider_error"))
        if not answer.get("code"):
            raise LoginRefused("no_code")

    def _tokens(self, metadata: Metadata, code: str, verifier: str) -> dict[str, str]:
        """Errors: LoginRefused(code_refused | client_refused | token_refused | provider_faulty)."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": verifier,
        }
        reply = self._post(metadata.token, form)
        if reply.status != 200:
            raise LoginRefused(_TOKEN_ERRORS.get(str(reply.content.get("error")), "token_refused"))
        tokens = {name: reply.content.get(name) for name in ("access_token", "id_token")}
        if not all(isinstance(token, str) and token for token in tokens.values()):
            raise LoginRefused(FAULTY)
        return {name: str(token) for name, token in tokens.items()}

    def _post(self, url: str, form: Mapping[str, str]) -> Any:
        fields, basic = self.authentication.of(self.client)
        return self.https.post(url, {**form, **fields}, basic)

    def _verified(self, text: str) -> Token:
        """A signed token; the provider's keys are read again for one that is not known."""
        return self._with_keys(lambda keys: verified(text, keys, self.client.algorithms))

    def _with_keys(self, check: Callable[[Any], T]) -> T:
        known = self.discovery.published()
        try:
            return check(known.keys)
        except LoginRefused as refused:
            again = self.discovery.read_again() if refused.details["reason"] == "key_unknown" else known
            if again is known:
                raise
            return check(again.keys)
