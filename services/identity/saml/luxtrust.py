"""LuxTrust: the subject of a certificate says who somebody is, and of which kind the certificate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.x509.oid import NameOID

from services.contracts.errors import LoginRefused
from services.identity.domain.login import PRIVATE, PRO, Credential, Identified
from services.identity.saml.names import X509_SUBJECT
from services.identity.saml.response import Assertion, NameId

METHOD = "luxtrust"
LEVEL = "high"
"""Qualified certificates on a qualified device."""

_KINDS = {"Private Person": PRIVATE, "Professional Person": PRO}
_SSN = re.compile(r"[0-9]{20}")
_BLANKS_BEHIND_COMMAS = re.compile(r"(?<!\\)((?:\\\\)*),\s+")
_NAMES = {
    "SERIALNUMBER": NameOID.SERIAL_NUMBER,
    "T": NameOID.TITLE,
    "SN": NameOID.SURNAME,
    "SURNAME": NameOID.SURNAME,
    "G": NameOID.GIVEN_NAME,
    "GIVENNAME": NameOID.GIVEN_NAME,
    "E": NameOID.EMAIL_ADDRESS,
    "EMAILADDRESS": NameOID.EMAIL_ADDRESS,
}


@dataclass(frozen=True, slots=True)
class LuxTrustProfile:
    """The company's attributes in a Pro certificate's answer are not published: their names are settings."""

    company_id_attribute: str = ""
    company_name_attribute: str = ""

    def identified(self, assertion: Assertion) -> Identified:
        """Who it is.  Errors: LoginRefused(name_id_format | subject | serial_number | certificate_kind)."""
        subject = _subject(assertion.name_id)
        kind = _kind(subject)
        is_pro = kind == PRO
        return Identified(
            credential=Credential(METHOD, _serial_number(subject)),
            method=METHOD,
            level=LEVEL,
            first_name=_part(subject, NameOID.GIVEN_NAME),
            last_name=_part(subject, NameOID.SURNAME),
            kind=kind,
            company_id=_company(assertion.attributes, self.company_id_attribute) if is_pro else "",
            company_name=_company(assertion.attributes, self.company_name_attribute) if is_pro else "",
        )


def _subject(name_id: NameId) -> x509.Name:
    """A distinguished name (RFC 4514); LuxTrust writes blanks behind its commas."""
    if name_id.format != X509_SUBJECT:
        raise LoginRefused("name_id_format")
    text = _BLANKS_BEHIND_COMMAS.sub(r"\1,", name_id.text)
    try:
        subject = x509.Name.from_rfc4514_string(text, _NAMES)
    except ValueError:
        raise LoginRefused("subject") from None
    if any(len(list(part)) != 1 for part in subject.rdns):
        raise LoginRefused("subject")
    return subject


def _part(subject: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """One part of the name; none or two of a kind say nothing that could be relied upon."""
    found = subject.get_attributes_for_oid(oid)
    if len(found) != 1:
        raise LoginRefused("subject")
    return str(found[0].value)


def _serial_number(subject: x509.Name) -> str:
    number = _part(subject, NameOID.SERIAL_NUMBER)
    if not _SSN.fullmatch(number):
        raise LoginRefused("serial_number")
    return number


def _kind(subject: x509.Name) -> str:
    kind = _KINDS.get(_part(subject, NameOID.TITLE))
    if kind is None:
        raise LoginRefused("certificate_kind")
    return kind


def _company(attributes: Mapping[str, tuple[str, ...]], name: str) -> str:
    values = attributes.get(name, ())
    return values[0] if len(values) == 1 else ""
