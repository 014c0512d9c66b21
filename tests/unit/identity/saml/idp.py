"""An identity provider for tests: makes the answers that a real one would, and broken ones on request.

It is built of what the sandbox answers with. It signs with signxml, as we verify; that others' messages are
read is shown with independent peers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from lxml import etree
from signxml.algorithms import SignatureMethod

from deploy.dev.sandbox.keys import elliptic_key, rsa_key, self_signed
from deploy.dev.sandbox.saml.answer import Addressed, Said, assertion, instant, response
from deploy.dev.sandbox.saml.sealing import Transport, sealed
from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.keys import KeyPair
from services.identity.saml.names import LOA, UNSPECIFIED, XENC, XENC11
from services.identity.saml.response import Expected, Peer
from services.identity.saml.signature import EIDAS_METHODS, Signatures, signed_with

__all__ = ["instant"]

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
ISSUER = "https://connector.example/metadata"
AUDIENCE = "https://video.cns.example/saml/eidas"
CONSUMER = "https://video.cns.example/login/eidas/callback"
REQUEST_ID = "_request-0123456789abcdef"
PERSON = {
    PERSON_IDENTIFIER: "DE/LU/muster-4711",
    FAMILY_NAME: "Muster",
    FIRST_NAME: "Jonas",
    DATE_OF_BIRTH: "1990-07-21",
}

Change = Callable[[Any], None]


@cache
def key_pair(name: str, kind: str = "rsa", bits: int = 2048) -> KeyPair:
    """A key with a self-made certificate; the same for the same name."""
    return self_signed(elliptic_key() if kind == "ec" else rsa_key(bits), name)


def peer(**changes: Any) -> Peer:
    """What was agreed with this provider."""
    signatures = Signatures((key_pair("idp").certificate,), EIDAS_METHODS)
    return Peer(**({"issuer": ISSUER, "signatures": signatures} | changes))


def expected(**changes: Any) -> Expected:
    agreed = {"request_id": REQUEST_ID, "consumer_url": CONSUMER, "audience": AUDIENCE, "now": NOW}
    return Expected(**(agreed | changes))


@dataclass
class Answer:
    """One answer; each field is a wish of the test, `change_*` bends what was built before it is signed."""

    key: KeyPair = field(default_factory=lambda: key_pair("idp"))
    method: SignatureMethod = SignatureMethod.SHA256_RSA_MGF1
    level: str = LOA + "substantial"
    attributes: dict[str, str] = field(default_factory=lambda: dict(PERSON))
    name_id: str = "DE/LU/muster-4711"
    name_id_format: str = UNSPECIFIED
    audience: str = AUDIENCE
    sign_response: bool = True
    sign_assertion: bool = True
    encrypt: bool = True
    to: KeyPair | None = None
    """Whom it is sealed for; us, if nobody is named."""
    older_transport: bool = False
    """The key transport that every toolkit knows."""
    change_assertion: Change | None = None
    """Before the assertion is signed."""
    change_signed_assertion: Change | None = None
    """After that, before it is encrypted."""
    change_response: Change | None = None
    """Before the response is signed."""

    def message(self) -> bytes:
        return bytes(etree.tostring(self.response()))

    def response(self) -> Any:
        to = Addressed(ISSUER, REQUEST_ID, CONSUMER, self.audience, NOW)
        envelope = response(to, "_response-1")
        envelope.append(self._assertion(to))
        if self.change_response:
            self.change_response(envelope)
        return signed_with(envelope, self.key, self.method) if self.sign_response else envelope

    def _assertion(self, to: Addressed) -> Any:
        said = Said(self.name_id, self.name_id_format, self.level, self.attributes)
        told = assertion(to, said, "_assertion-1")
        if self.change_assertion:
            self.change_assertion(told)
        if self.sign_assertion:
            told = signed_with(told, self.key, self.method)
        if self.change_signed_assertion:
            self.change_signed_assertion(told)
        return encrypted(told, self.to, older=self.older_transport) if self.encrypt else told


def encrypted(
    assertion: Any, to: KeyPair | None = None, algorithm: str = f"{XENC11}aes256-gcm", *, older: bool = False
) -> Any:
    """The assertion inside `EncryptedAssertion`, for our RSA key; `older`: by the key transport of 2002."""
    transport = Transport(f"{XENC}rsa-oaep-mgf1p", hashes.SHA1(), ()) if older else Transport()
    return sealed(assertion, (to or key_pair("us")).certificate, algorithm, transport)


def copy(element: Any) -> Any:
    return deepcopy(element)
