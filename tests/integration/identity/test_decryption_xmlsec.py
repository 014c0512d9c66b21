"""What libxmlsec1 sealed, which shares no code with ours: all key transports that we read, with every cipher.

It stands in for the encryption vectors of the eIDAS reference node, which no package holds; key agreement is
tried in `test_decryption_peers`.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from services.contracts.errors import LoginRefused
from services.identity.saml.decryption import CBC_128, CBC_256, GCM, decrypted
from services.identity.saml.names import DS, SAML, XENC, XENC11
from services.identity.saml.xml import parse
from tests.unit.identity.saml.idp import key_pair

pytestmark = pytest.mark.integration

TEXT = "Müster & Söhne"
CIPHERS = sorted({*GCM, CBC_128, CBC_256})
DIGESTS = {
    "sha1": f"{DS}sha1",
    "sha256": f"{XENC}sha256",
    "sha384": "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "sha512": f"{XENC}sha512",
}
BY_MASK = [
    f'<e:EncryptionMethod Algorithm="{XENC11}rsa-oaep"><d:DigestMethod Algorithm="{DIGESTS[digest]}"/>'
    f'<x:MGF xmlns:x="{XENC11}" Algorithm="{XENC11}mgf1{mask}"/></e:EncryptionMethod>'
    for digest, mask in product(DIGESTS, DIGESTS)
]
BY_DIGEST = [
    f'<e:EncryptionMethod Algorithm="{XENC}rsa-oaep-mgf1p"><d:DigestMethod Algorithm="{DIGESTS[digest]}"/>'
    "</e:EncryptionMethod>"
    for digest in DIGESTS
]
BARE = [
    f'<e:EncryptionMethod Algorithm="{name}"/>' for name in (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep")
]
PKCS1 = f'<e:EncryptionMethod Algorithm="{XENC}rsa-1_5"/>'


def sealed(transport: str, cipher: str) -> Any:
    """An element sealed for us, in an `EncryptedAssertion`."""
    envelope = etree.fromstring(
        f'<s:EncryptedAssertion xmlns:s="{SAML}"><a xmlns="urn:x"/></s:EncryptedAssertion>'
    )
    envelope[0].text = TEXT
    value = "<e:CipherData><e:CipherValue/></e:CipherData>"
    template = etree.fromstring(
        f'<e:EncryptedData xmlns:e="{XENC}" Type="{XENC}Element"><e:EncryptionMethod Algorithm="{cipher}"/>'
        f'<d:KeyInfo xmlns:d="{DS}"><e:EncryptedKey>{transport}{value}</e:EncryptedKey></d:KeyInfo>{value}'
        "</e:EncryptedData>"
    )
    keys = xmlsec.KeysManager()
    certificate = key_pair("us").certificate.public_bytes(Encoding.PEM)
    keys.add_key(xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem))
    context = xmlsec.EncryptionContext(keys)
    bits = int(cipher.rpartition("#")[2][3:6])
    context.key = xmlsec.Key.generate(xmlsec.constants.KeyDataAes, bits, xmlsec.constants.KeyDataTypeSession)
    context.encrypt_xml(template, envelope[0])
    return parse(etree.tostring(envelope))


@pytest.mark.parametrize("cipher", CIPHERS, ids=lambda uri: uri.rpartition("#")[2])
def test_each_way_of_key_transport_with_each_cipher(cipher: str) -> None:
    for transport in (*BARE, *BY_DIGEST, *BY_MASK):
        opened = decrypted(sealed(transport, cipher), [key_pair("us").private], frozenset({cipher}))
        assert (opened.tag, opened.text) == ("{urn:x}a", TEXT), transport


def test_only_the_ciphers_that_were_agreed_are_opened() -> None:
    for cipher in CIPHERS:
        with pytest.raises(LoginRefused, match="encryption_algorithm"):
            decrypted(sealed(BARE[0], cipher), [key_pair("us").private], frozenset(CIPHERS) - {cipher})


def test_key_transport_that_answers_to_guesses_is_refused() -> None:
    """RSAES-PKCS1-v1_5 (xmlenc-core1, section 5.5.1) lets whoever may ask often enough open a message."""
    with pytest.raises(LoginRefused, match="encryption"):
        decrypted(sealed(PKCS1, CIPHERS[0]), [key_pair("us").private], frozenset(CIPHERS))
