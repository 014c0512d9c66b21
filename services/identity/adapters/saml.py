"""Logging in by SAML: a signed question leaves with the browser, its answer is believed once."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.chassis.clock import Clock
from services.chassis.ids import new_id
from services.contracts.errors import LoginRefused
from services.identity.domain.login import Departure, Identified, PendingLogin
from services.identity.ports import Spent
from services.identity.saml.keys import KeyPair, PrivateKey
from services.identity.saml.metadata import ServiceProvider, metadata
from services.identity.saml.request import Wish, authn_request, form
from services.identity.saml.response import Assertion, Expected, Peer, accept

_REQUEST, _SINCE = "request_id", "since"


class Profile(Protocol):
    """Who somebody is by an assertion: the eIDAS profile, or LuxTrust's."""

    def identified(self, assertion: Assertion) -> Identified:
        """Errors: LoginRefused(reason)."""
        ...


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """One identity provider that speaks SAML 2.0 by the POST binding."""

    code: str
    wish: Wish
    us: ServiceProvider
    peer: Peer
    profile: Profile
    signing: KeyPair
    decryption: Sequence[PrivateKey]
    """Two during a roll-over."""
    spent: Spent
    clock: Clock
    """Real time: the others' clocks know no other."""
    audiences: tuple[str, ...] = ("citizen",)

    def begin(self, login: PendingLogin) -> Departure:
        # An XML id begins with a letter or underscore.
        request_id, now = f"_{new_id()}", self.clock.now()
        message = authn_request(self.wish, request_id, now, self.signing)
        memory = {_REQUEST: request_id} | ({_SINCE: now.isoformat()} if login.anew else {})
        return Departure(self.wish.destination, form(message, login.login_id), memory)

    def finish(self, login: PendingLogin, answer: Mapping[str, str]) -> Identified:
        """Errors: LoginRefused(reason), `replay` for an assertion that was believed before."""
        expected = Expected(
            login.memory[_REQUEST],
            self.wish.consumer_url,
            self.wish.entity_id,
            self.clock.now(),
            login.since(_SINCE),
        )
        assertion = accept(_message(answer), self.peer, expected, self.decryption)
        identified = self.profile.identified(assertion)
        if not self.spent.first(f"{self.peer.issuer}|{assertion.assertion_id}", assertion.valid_until):
            raise LoginRefused("replay")
        return identified

    def metadata(self) -> str:
        """What this provider is told about us, signed."""
        document = metadata(self.us, f"_{new_id()}", self.clock.now(), self.signing, self.wish.method)
        return document.decode()


def _message(answer: Mapping[str, str]) -> bytes:
    """The field of the POST binding (SAML bindings, section 3.5.4)."""
    try:
        return b64decode("".join(answer.get("SAMLResponse", "").split()), validate=True)
    except binascii.Error:
        raise LoginRefused("malformed") from None
