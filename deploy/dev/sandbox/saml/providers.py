"""The two providers that speak SAML: what each demands of a question, and what it says of a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml.algorithms import SignatureMethod

from deploy.dev.sandbox.files import COMPANY_ID, COMPANY_NAME, ISSUERS
from deploy.dev.sandbox.persons import LEVELS, Means, Person
from deploy.dev.sandbox.saml.answer import Addressed, Said, assertion, response
from deploy.dev.sandbox.saml.question import Question, RelyingParty, believed
from deploy.dev.sandbox.saml.sealing import sealed
from services.chassis.ids import new_id
from services.contracts.errors import LoginRefused
from services.identity.saml.eidas import DATE_OF_BIRTH, FAMILY_NAME, FIRST_NAME, PERSON_IDENTIFIER
from services.identity.saml.keys import KeyPair, certificate, key_pair
from services.identity.saml.names import LOA, UNSPECIFIED, X509_SUBJECT
from services.identity.saml.signature import EIDAS_METHODS, RSA_SHA256, Signatures, signed_with

SMARTCARD = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI"
MANDATORY = frozenset({PERSON_IDENTIFIER, FAMILY_NAME, FIRST_NAME, DATE_OF_BIRTH})
"""The minimum data set of a natural person (Implementing Regulation (EU) 2015/1501, annex)."""


@dataclass(frozen=True, slots=True)
class SamlProvider:
    """One provider with its key, its address and the platform as its relying party."""

    code: str
    issuer: str
    sso_url: str
    key: KeyPair
    method: SignatureMethod
    party: RelyingParty
    check: Callable[[Question], None]
    """Errors: LoginRefused for a question that the profile does not know."""
    said: Callable[[Person, Means, Question], Said]

    def believed(self, message: bytes, relay_state: str, now: datetime) -> Question:
        """Errors: LoginRefused(reason)."""
        question = believed(message, relay_state, self.party, self.sso_url, now)
        self.check(question)
        return question

    def identified(self, question: Question, person: Person, means: Means, now: datetime) -> bytes:
        """The answer that this is the person; that it cannot be said, where her means are too weak."""
        if question.least_level and LEVELS.index(means.level) < LEVELS.index(question.least_level):
            return self.failed(question, "NoAuthnContext", now)
        to = self._addressed(question, now)
        told = assertion(to, self.said(person, means, question), f"_{new_id()}")
        envelope = response(to, f"_{new_id()}")
        envelope.append(sealed(signed_with(told, self.key, self.method), self.party.encryption))
        return self._signed(envelope)

    def failed(self, question: Question, status: str, now: datetime) -> bytes:
        """The answer that nobody was identified, and why (SAML core, section 3.2.2.2)."""
        return self._signed(response(self._addressed(question, now), f"_{new_id()}", status))

    def _addressed(self, question: Question, now: datetime) -> Addressed:
        party = self.party
        return Addressed(self.issuer, question.request_id, party.consumer_url, party.entity_id, now)

    def _signed(self, envelope: object) -> bytes:
        return bytes(etree.tostring(signed_with(envelope, self.key, self.method)))


def providers(keys: Path, origin: str, public_url: str) -> dict[str, SamlProvider]:
    """Both, by their codes; `keys` is the folder with the keys of this side."""
    methods = {"luxtrust": SignatureMethod.RSA_SHA256, "eidas": SignatureMethod.SHA256_RSA_MGF1}
    allowed = {"luxtrust": RSA_SHA256, "eidas": EIDAS_METHODS}
    checks = {"luxtrust": _check_luxtrust, "eidas": _check_eidas}
    said = {"luxtrust": _certificate, "eidas": _eid}
    return {
        code: SamlProvider(
            code=code,
            issuer=issuer,
            sso_url=f"{origin}/{code}/sso",
            key=key_pair((keys / f"{code}.pem").read_text()),
            method=methods[code],
            party=_party(keys, public_url, code, allowed[code]),
            check=checks[code],
            said=said[code],
        )
        for code, issuer in ISSUERS.items()
    }


def _party(keys: Path, public_url: str, code: str, methods: frozenset[SignatureMethod]) -> RelyingParty:
    signing, decryption = (
        certificate((keys / f"{use}.pem").read_text()) for use in ("signing", "decryption")
    )
    return RelyingParty(
        entity_id=f"{public_url}/saml/{code}/metadata",
        consumer_url=f"{public_url}/login/{code}/callback",
        signatures=Signatures([signing], methods),
        encryption=decryption,
    )


def _check_luxtrust(question: Question) -> None:
    if question.name_format != X509_SUBJECT:
        raise LoginRefused("name_id_format")


def _check_eidas(question: Question) -> None:
    if not question.least_level:
        raise LoginRefused("level_missing")
    if not question.attributes >= MANDATORY:
        raise LoginRefused("attribute_missing")


def _certificate(person: Person, means: Means, question: Question) -> Said:
    """A certificate's subject, with a blank behind each comma as LuxTrust writes it."""
    title = "Professional Person" if means.company_id else "Private Person"
    names = [
        (NameOID.TITLE, title),
        (NameOID.SERIAL_NUMBER, means.number),
        (NameOID.GIVEN_NAME, person.first_name),
        (NameOID.SURNAME, person.last_name),
        (NameOID.COMMON_NAME, person.name),
        (NameOID.COUNTRY_NAME, "LU"),
    ]
    spelled = {NameOID.TITLE: "T", NameOID.SERIAL_NUMBER: "SERIALNUMBER", NameOID.GIVEN_NAME: "G",
               NameOID.SURNAME: "SN"}  # fmt: skip
    parts = [x509.NameAttribute(oid, text).rfc4514_string(spelled) for oid, text in names]
    company = {COMPANY_ID: means.company_id, COMPANY_NAME: means.company_name} if means.company_id else {}
    return Said(", ".join(parts), X509_SUBJECT, SMARTCARD, company)


def _eid(person: Person, means: Means, question: Question) -> Said:
    """Of the attributes those that were asked for."""
    known = {
        PERSON_IDENTIFIER: means.number,
        FAMILY_NAME: person.last_name,
        FIRST_NAME: person.first_name,
        DATE_OF_BIRTH: person.birth_date.isoformat(),
    }
    told = {name: value for name, value in known.items() if name in question.attributes}
    return Said(means.number, UNSPECIFIED, f"{LOA}{means.level}", told)
