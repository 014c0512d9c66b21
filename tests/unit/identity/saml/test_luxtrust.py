"""A certificate's subject says who it is; what is not exactly so says nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.contracts.errors import LoginRefused
from services.identity.domain.login import PRIVATE, PRO, Identified
from services.identity.saml.luxtrust import LuxTrustProfile
from services.identity.saml.names import X509_SUBJECT
from services.identity.saml.response import Assertion, NameId
from tests.unit.identity.saml.idp import NOW

SSN = "10304020503040506070"
SUBJECT = f"C=LU, CN=Muster Léa, SN=Muster, G=Léa, SERIALNUMBER={SSN}, T=Private Person"


def identified(
    subject: str, name_format: str = X509_SUBJECT, attributes: dict[str, tuple[str, ...]] | None = None
) -> Identified:
    assertion = Assertion(
        "_1", NOW + timedelta(minutes=5), NameId(subject, name_format), "", attributes or {}
    )
    return LuxTrustProfile("urn:company:id", "urn:company:name").identified(assertion)


def test_a_private_certificate() -> None:
    found = identified(SUBJECT)
    assert (found.first_name, found.last_name, found.kind) == ("Léa", "Muster", PRIVATE)
    assert (found.credential.issuer, found.credential.number) == ("luxtrust", SSN)
    assert (found.level, found.company_name) == ("high", "")


def test_a_pro_certificate_brings_its_company() -> None:
    attributes = {"urn:company:id": ("B123456",), "urn:company:name": ("Muster S.à r.l.",)}
    found = identified(SUBJECT.replace("Private", "Professional"), attributes=attributes)
    assert (found.kind, found.company_id, found.company_name) == (PRO, "B123456", "Muster S.à r.l.")


def test_a_private_certificate_takes_no_company_along() -> None:
    assert identified(SUBJECT, attributes={"urn:company:id": ("B123456",)}).company_id == ""


@pytest.mark.parametrize("subject", [SUBJECT.replace(", ", ","), SUBJECT.replace(", ", ",   ")])
def test_blanks_behind_commas_do_not_matter(subject: str) -> None:
    assert identified(subject).credential.number == SSN


def test_a_comma_in_a_name_is_a_comma_in_a_name() -> None:
    assert identified(SUBJECT.replace("SN=Muster", "SN=Muster\\, Demo")).last_name == "Muster, Demo"


REFUSED = [
    ("subject", SUBJECT.replace(f", SERIALNUMBER={SSN}", "")),
    ("serial_number", SUBJECT.replace(SSN, SSN[:-1])),
    ("serial_number", SUBJECT.replace(SSN, SSN + "1")),
    ("serial_number", SUBJECT.replace(SSN, SSN[:-1] + "x")),
    ("subject", SUBJECT + f", SERIALNUMBER={SSN}"),
    ("subject", SUBJECT.replace("SN=Muster, G=", "SN=Muster+G=")),
    ("certificate_kind", SUBJECT.replace("Private Person", "Administrator")),
    ("subject", SUBJECT.replace(", T=Private Person", "")),
    ("subject", "no distinguished name"),
]


@pytest.mark.parametrize(("code", "subject"), REFUSED)
def test_what_is_not_exactly_so_is_refused(code: str, subject: str) -> None:
    with pytest.raises(LoginRefused, match=code):
        identified(subject)


def test_another_format_of_name_is_refused() -> None:
    with pytest.raises(LoginRefused, match="name_id_format"):
        identified(SUBJECT, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
