"""LuxTrust's part played by SimpleSAMLphp: PKCS #1 signatures, AES-CBC, a certificate's subject as name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from services.contracts.errors import LoginRefused
from services.identity.adapters.saml import SamlProvider
from services.identity.domain.login import PRO, Departure
from services.identity.saml.names import XENC
from services.identity.saml.signature import EIDAS_METHODS
from tests.integration.identity.peers.process import HAS_SIMPLESAMLPHP, simplesamlphp
from tests.integration.identity.test_saml_peer import ISSUER, SUBJECT, Trip, begin, pem
from tests.service_process import free_port
from tests.unit.identity.saml.idp import key_pair

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not HAS_SIMPLESAMLPHP, reason="`make install` could not fetch SimpleSAMLphp"),
]

MORE = """
encryption = ["aes256-gcm", "aes128-cbc"]
company_id_attribute = "urn:company"
company_name_attribute = "urn:name"
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlProvider]:
    folder = tmp_path_factory.mktemp("simplesamlphp")
    port = free_port()
    trip = Trip(folder, "luxtrust", MORE)
    ours = trip.provider(f"http://127.0.0.1:{port}/saml2/idp/SSOService.php")
    (folder / "provider.key").write_text(pem("provider"))
    variables = {
        "PEER_ENTITY": ISSUER,
        "PEER_METADATA": str(trip.metadata),
        "PEER_ENCRYPTION": f"{XENC}aes128-cbc",
        "PEER_PERSON": json.dumps({"subject": [SUBJECT], "urn:company": ["B1"], "urn:name": ["Muster & Co"]}),
    }
    with simplesamlphp(folder, port, variables):
        yield ours


def answered(departure: Departure) -> dict[str, str]:
    """What its page posts to us."""
    with httpx.Client(follow_redirects=True) as browser:
        page = browser.post(departure.url, data=dict(departure.form))
    fields = re.findall(r'name="(SAMLResponse|RelayState)" value="([^"]*)"', page.text)
    return dict(fields)


def test_a_pro_certificate_by_simplesamlphp(provider: SamlProvider) -> None:
    login, departure = begin(provider)
    answer = answered(departure)
    assert answer["RelayState"] == login.login_id
    found = provider.finish(login, answer)
    assert (found.credential.number, found.first_name, found.kind) == ("10304020503040506070", "Léa", PRO)
    assert (found.company_id, found.company_name) == ("B1", "Muster & Co")
    with pytest.raises(LoginRefused, match="replay"):
        provider.finish(login, answer)


def test_it_refuses_a_question_that_was_signed_by_another(provider: SamlProvider) -> None:
    _login, departure = begin(provider)
    _other, foreign = begin(replace(provider, signing=key_pair("mallory")))
    assert "SAMLResponse" in answered(departure)
    assert answered(foreign) == {}


def test_what_was_not_agreed_is_refused(provider: SamlProvider) -> None:
    strict = replace(provider.peer, encryption=frozenset())
    methods = replace(provider.peer.signatures, methods=EIDAS_METHODS)
    for peer, code in (
        (strict, "encryption_algorithm"),
        (replace(provider.peer, signatures=methods), "signature"),
    ):
        login, departure = begin(provider)
        with pytest.raises(LoginRefused, match=code):
            replace(provider, peer=peer).finish(login, answered(departure))
