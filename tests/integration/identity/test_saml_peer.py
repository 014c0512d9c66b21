"""Round trips with a provider that shares no code with ours: it signs, it seals, it reads what we sign."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from services.chassis.clock import SystemClock
from services.contracts.errors import LoginRefused
from services.identity.adapters.saml import SamlProvider
from services.identity.adapters.saml_config import KINDS
from services.identity.domain.login import PRO, Departure, Identified, PendingLogin
from services.identity.providers import KeyFolder, Parts, read
from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.names import LOA, UNSPECIFIED, X509_SUBJECT, XENC, XENC11
from tests.integration.identity.peers.process import SamlifyPeer, samlify
from tests.unit.identity.saml.idp import key_pair

pytestmark = pytest.mark.integration

ISSUER = "https://provider.example/metadata"
JONAS = {
    PERSON_IDENTIFIER: "DE/LU/muster-4711",
    FAMILY_NAME: "Müster & Söhne",
    FIRST_NAME: "Jonas",
    DATE_OF_BIRTH: "1990-07-21",
}
SUBJECT = "C=LU, CN=Muster Léa, SN=Muster, G=Léa, SERIALNUMBER=10304020503040506070, T=Professional Person"
TABLE = """
[[provider]]
kind = "{kind}"
code = "{kind}"
issuer = "https://provider.example/metadata"
sso_url = "{url}"
certificates = ["next.pem", "provider.pem"]
name = "CNS"
organisation = "CNS"
organisation_url = "https://cns.example"
contact = "operations@cns.example"
signing_keys = ["us.pem"]
decryption_keys = ["us.pem", "us-before.pem"]
{more}
"""


class SpentInMemory(set[str]):
    def first(self, what: str, until: datetime) -> bool:
        is_first = what not in self
        self.add(what)
        return is_first


def person(level: str = f"{LOA}substantial", name_id: str = "x", **attributes: str) -> dict[str, Any]:
    return {"nameId": name_id, "level": level, "attributes": JONAS | attributes}


class Trip:
    """Our side as a file configures it, and the peer that has read our metadata."""

    def __init__(self, folder: Path, kind: str, more: str) -> None:
        self._folder, self._kind, self._more = folder, kind, more
        for name in ("us", "us-before"):
            (folder / f"{name}.pem").write_text(pem(name))
        for name in ("provider", "next"):
            (folder / f"{name}.pem").write_text(certificate_of(name))
        self.metadata = folder / "metadata.xml"

    def provider(self, url: str) -> SamlProvider:
        file = self._folder / "providers.toml"
        file.write_text(TABLE.format(kind=self._kind, url=url, more=self._more))
        parts = Parts(
            environment="test",
            public_url="http://localhost:8000",
            keys=KeyFolder(self._folder),
            clock=SystemClock(),
            spent=SpentInMemory(),
        )
        (found,) = read(file, KINDS, parts)
        assert isinstance(found, SamlProvider)
        self.metadata.write_text(found.metadata())
        return found


def pem(name: str) -> str:
    private = key_pair(name).private
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return key + certificate_of(name)


def certificate_of(name: str) -> str:
    return key_pair(name).certificate.public_bytes(Encoding.PEM).decode()


@pytest.fixture(scope="module", params=["aes128-gcm", "aes256-gcm"])
def eidas(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[SamlProvider, SamlifyPeer]]:
    trip = Trip(tmp_path_factory.mktemp("eidas"), "eidas", "")
    persons = {
        "jonas": person(),
        "low": person(f"{LOA}low"),
        "nobody": {"nameId": "x", "level": f"{LOA}high", "attributes": {}},
    }
    with samlify(configuration(trip, persons, f"{XENC11}{request.param}")) as peer:
        yield trip.provider(peer.url), peer


@pytest.fixture(scope="module")
def luxtrust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SamlProvider, SamlifyPeer]]:
    """As LuxTrust speaks: PKCS #1 signatures, and encryption without authentication, which is named."""
    trip = Trip(
        tmp_path_factory.mktemp("luxtrust"),
        "luxtrust",
        'encryption = ["aes128-cbc"]\n'
        'company_id_attribute = "urn:company"\ncompany_name_attribute = "urn:name"',
    )
    lea = {"nameId": SUBJECT, "level": "urn:x", "attributes": {"urn:company": "B1", "urn:name": "Muster"}}
    agreed = configuration(trip, {"lea": lea}, f"{XENC}aes128-cbc")
    with samlify(agreed | {"signature": "RSA_SHA256", "nameIdFormat": X509_SUBJECT}) as peer:
        yield trip.provider(peer.url), peer


def configuration(trip: Trip, persons: dict[str, Any], encryption: str) -> dict[str, Any]:
    return {
        "entityId": ISSUER,
        "key": pem("provider"),
        "certificate": certificate_of("provider"),
        "metadata": str(trip.metadata),
        "nameIdFormat": UNSPECIFIED,
        "signature": "RSA_SHA256_MGF1",
        "encryption": encryption,
        "persons": persons,
    }


def begin(provider: SamlProvider) -> tuple[PendingLogin, Departure]:
    login = PendingLogin("login-1", provider.code, "citizen", SystemClock().now())
    departure = provider.begin(login)
    return replace(login, memory=departure.memory), departure


def finish(trip: tuple[SamlProvider, SamlifyPeer], chosen: str) -> Identified:
    provider, peer = trip
    login, departure = begin(provider)
    answer = peer.answers(departure.form)[chosen]
    assert answer["RelayState"] == login.login_id
    return provider.finish(login, answer)


def test_a_person_identified_by_an_eidas_peer(eidas: tuple[SamlProvider, SamlifyPeer]) -> None:
    found = finish(eidas, "jonas")
    assert (found.first_name, found.last_name, found.level) == ("Jonas", "Müster & Söhne", "substantial")
    assert (found.credential.number, str(found.birth_date)) == ("DE/LU/muster-4711", "1990-07-21")


@pytest.mark.parametrize(
    ("chosen", "code"),
    [("low", "level_too_low"), ("nobody", "attribute_missing"), ("cancel", "cancelled")],
)
def test_what_the_peer_says_and_we_refuse(
    eidas: tuple[SamlProvider, SamlifyPeer], chosen: str, code: str
) -> None:
    with pytest.raises(LoginRefused, match=code):
        finish(eidas, chosen)


def test_the_peer_s_answer_opens_once_and_to_its_own_question(
    eidas: tuple[SamlProvider, SamlifyPeer],
) -> None:
    provider, peer = eidas
    login, departure = begin(provider)
    answer = peer.answers(departure.form)["jonas"]
    other, _departure = begin(provider)
    with pytest.raises(LoginRefused, match="in_response_to"):
        provider.finish(other, answer)
    provider.finish(login, answer)
    with pytest.raises(LoginRefused, match="replay"):
        provider.finish(login, answer)


def test_the_peer_refuses_a_question_that_was_changed(eidas: tuple[SamlProvider, SamlifyPeer]) -> None:
    provider, peer = eidas
    _login, departure = begin(provider)
    changed = b64decode(departure.form["SAMLRequest"]).replace(b"LoA/substantial", b"LoA/low")
    with pytest.raises(AssertionError, match="SIGNATURE"):
        peer.answers({**departure.form, "SAMLRequest": b64encode(changed).decode()})


def test_a_pro_certificate_by_a_peer_that_speaks_as_luxtrust_does(
    luxtrust: tuple[SamlProvider, SamlifyPeer],
) -> None:
    found = finish(luxtrust, "lea")
    assert (found.credential.number, found.first_name, found.kind) == ("10304020503040506070", "Léa", PRO)
    assert (found.company_id, found.company_name) == ("B1", "Muster")


def test_what_is_not_named_is_not_opened(luxtrust: tuple[SamlProvider, SamlifyPeer]) -> None:
    provider, peer = luxtrust
    strict = replace(provider, peer=replace(provider.peer, encryption=frozenset({f"{XENC11}aes256-gcm"})))
    with pytest.raises(LoginRefused, match="encryption_algorithm"):
        finish((strict, peer), "lea")


def test_what_we_send_is_valid_by_the_standard_s_schemas(
    eidas: tuple[SamlProvider, SamlifyPeer], luxtrust: tuple[SamlProvider, SamlifyPeer]
) -> None:
    """As python3-saml ships them."""
    for provider, _peer in (eidas, luxtrust):
        _login, departure = begin(provider)
        question = b64decode(departure.form["SAMLRequest"])
        for name, document in (("protocol", question), ("metadata", provider.metadata().encode())):
            checked = OneLogin_Saml2_XML.validate_xml(document, f"saml-schema-{name}-2.0.xsd")
            assert not isinstance(checked, str), checked
