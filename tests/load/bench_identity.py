"""How fast answers of an identity provider are verified, beside python3-saml, and whether any forgery passes.

`make bench-identity`.  One and the same message serves both sides: two RSA-PSS signatures with 3072-bit
keys and AES-GCM, as an eIDAS connector sends it, with the one key transport that both know.  Processor
time of one process is counted, so that whatever else runs on the machine does not matter.
"""

from __future__ import annotations

import argparse
import os
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils

from deploy.dev.result import publish
from services.contracts.errors import LoginRefused
from services.identity.saml.eidas import PERSON_IDENTIFIER, EidasProfile
from services.identity.saml.response import Assertion, Peer, accept
from services.identity.saml.signature import EIDAS_METHODS, Signatures
from tests.unit.identity.saml import attacks
from tests.unit.identity.saml.idp import (
    AUDIENCE,
    CONSUMER,
    ISSUER,
    NOW,
    PERSON,
    REQUEST_ID,
    Answer,
    expected,
    key_pair,
    peer,
)
from tests.unit.identity.saml.mutations import mutants

BITS = 3072
MUTATIONS = 10_000


@dataclass(frozen=True)
class Forgeries:
    """How many were tried, and how many were believed."""

    tried: int
    accepted: int


def per_second(verify: Callable[[], Any], seconds: float) -> float:
    """How often it can be done in a second of processor time."""
    verify()
    begun, count = time.process_time(), 0
    while (spent := time.process_time() - begun) < seconds:
        verify()
        count += 1
    return count / spent


def our_side(message: bytes) -> Callable[[], Any]:
    """What `SamlProvider.finish` does with an answer, but for the store."""
    keys = [key_pair("us", bits=BITS).private]
    agreed = peer(signatures=Signatures((key_pair("idp", bits=BITS).certificate,), EIDAS_METHODS))
    profile, wanted = EidasProfile({}), expected()

    def verify() -> None:
        found = profile.identified(accept(message, agreed, wanted, keys))
        assert found.credential.number == PERSON[PERSON_IDENTIFIER]

    return verify


def python3_saml(message: bytes) -> Callable[[], Any]:
    """The same by python3-saml, with its settings read once."""
    settings = OneLogin_Saml2_Settings(_settings())
    encoded = b64encode(message).decode()
    address = urlsplit(CONSUMER)
    request = {
        "https": "on",
        "http_host": address.netloc,
        "script_name": address.path,
        "get_data": {},
        "post_data": {"SAMLResponse": encoded},
    }

    def verify() -> None:
        answer = OneLogin_Saml2_Response(settings, encoded)
        assert answer.is_valid(request, REQUEST_ID), answer.get_error()
        assert answer.get_attributes()[PERSON_IDENTIFIER] == [PERSON[PERSON_IDENTIFIER]]

    return verify


def _settings() -> dict[str, Any]:
    own, theirs = key_pair("us", bits=BITS), key_pair("idp", bits=BITS)
    private = own.private.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return {
        "strict": True,
        "sp": {
            "entityId": AUDIENCE,
            "assertionConsumerService": {"url": CONSUMER},
            "x509cert": b64encode(own.certificate.public_bytes(Encoding.DER)).decode(),
            "privateKey": b64encode(private).decode(),
        },
        "idp": {
            "entityId": ISSUER,
            "singleSignOnService": {"url": "https://connector.example/sso"},
            "x509cert": b64encode(theirs.certificate.public_bytes(Encoding.DER)).decode(),
        },
        "security": {
            "wantMessagesSigned": True,
            "wantAssertionsSigned": True,
            "wantAssertionsEncrypted": True,
            "rejectDeprecatedAlgorithm": True,
        },
    }


def try_mutations(count: int) -> tuple[Forgeries, int]:
    """Of so many mutants, those that were believed to say something else; and the harmless ones."""
    agreed = peer(encrypted=False)
    original = _believed(Answer().message(), agreed)
    if original is None:
        raise RuntimeError("the honest answer is refused: nothing would be shown by what follows")
    found = Counter(_outcome(mutant.message, agreed, original) for mutant in mutants(count))
    return Forgeries(found.total(), found["accepted"]), found["harmless"]


def try_attacks(messages: Iterable[tuple[str, bytes, Peer]]) -> Forgeries:
    """Of the attacks of the list, those that were believed."""
    outcomes = [(name, _believed(message, agreed)) for name, message, agreed in messages]
    passed = [name for name, assertion in outcomes if assertion is not None]
    for name in passed:
        print(f"accepted: {name}", flush=True)
    return Forgeries(len(outcomes), len(passed))


def _outcome(message: bytes, agreed: Peer, original: Assertion) -> str:
    believed = _believed(message, agreed)
    if believed is None:
        return "refused"
    return "harmless" if believed == original else "accepted"


def _believed(message: bytes, agreed: Peer) -> Assertion | None:
    try:
        return accept(message, agreed, expected(), [key_pair("us").private])
    except LoginRefused:
        return None


def measure(seconds: float, mutations: int) -> dict[str, float]:
    """All of it, in turn."""
    message = Answer(
        key=key_pair("idp", bits=BITS), to=key_pair("us", bits=BITS), older_transport=True
    ).message()
    ours = per_second(our_side(message), seconds)
    print(f"ours: {ours:.0f} answers a second of processor time", flush=True)
    with patch.object(OneLogin_Saml2_Utils, "now", return_value=int(NOW.timestamp())):
        theirs = per_second(python3_saml(message), seconds)
    print(f"python3-saml: {theirs:.0f}", flush=True)
    mutated, harmless = try_mutations(mutations)
    print(f"{mutated}; {harmless} said what the original says", flush=True)
    attacked = try_attacks(attacks.messages())
    return {
        "verified_per_second": round(ours, 1),
        "speedup_over_python3_saml": round(ours / theirs, 2),
        "mutations_tried": mutated.tried,
        "mutations_accepted": mutated.accepted,
        "mutations_harmless": harmless,
        "attacks_tried": attacked.tried,
        "attacks_accepted": attacked.accepted,
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Prints what it does, then the figures; ends with RESULT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="processor time for each side")
    parser.add_argument("--mutations", type=int, default=MUTATIONS, help="broken variants to try")
    chosen = parser.parse_args()
    publish("bench-identity", measure(chosen.seconds, chosen.mutations))


if __name__ == "__main__":
    main()
