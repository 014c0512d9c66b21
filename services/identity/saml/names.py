"""Namespaces and identifiers of SAML 2.0, XML Signature, XML Encryption and the eIDAS profile."""

from __future__ import annotations

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
DSIG11 = "http://www.w3.org/2009/xmldsig11#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
EIDAS = "http://eidas.europa.eu/saml-extensions"
EIDAS_NATURAL = "http://eidas.europa.eu/attributes/naturalperson"
EIDAS_LEGAL = "http://eidas.europa.eu/attributes/legalperson"

STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
SUCCESS = f"{STATUS}Success"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
POST_BINDING = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
URI_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
X509_SUBJECT = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName"

LOA = "http://eidas.europa.eu/LoA/"
"""Followed by `low`, `substantial` or `high` (eIDAS SAML message format 1.2, section 3.2)."""


def tag(namespace: str, name: str) -> str:
    """A name as lxml writes it."""
    return f"{{{namespace}}}{name}"
