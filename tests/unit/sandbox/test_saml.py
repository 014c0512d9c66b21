"""LuxTrust and the eIDAS connector: identity believes what they say, and they refuse what is not agreed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from lxml import etree
from signxml.algorithms import SignatureMethod

from deploy.dev.sandbox.files import Files
from deploy.dev.sandbox.persons import Means, Person, cast
from deploy.dev.sandbox.saml.answer import instant
from services.contracts.errors import LoginRefused
from services.identity.saml.keys import KeyPair, key_pair
from services.identity.saml.names import DS, LOA, SAML, SAMLP, tag
from services.identity.saml.signature import signed_with
from tests.sandbox import CANCEL, visit
from tests.unit.identity.saml import idp
from tests.unit.sandbox.conftest import Platform

At = Callable[[str], Platform]
CARDS = [(person, means) for person in cast().person for means in person.means if means.level != "low"]
METHODS = {"luxtrust": SignatureMethod.RSA_SHA256, "eidas": SignatureMethod.SHA256_RSA_MGF1}


@pytest.mark.parametrize(("person", "means"), CARDS, ids=lambda found: getattr(found, "code", ""))
def test_whoever_is_chosen_is_identified(platform_at: At, person: Person, means: Means) -> None:
    found = platform_at(means.provider).log_in(means.code)
    assert (found.first_name, found.last_name) == (person.first_name, person.last_name)
    assert (found.credential.number, found.method, found.level) == (means.number, means.provider, means.level)
    assert (found.company_id, found.company_name) == (means.company_id, means.company_name)
    assert found.kind == ("pro" if means.company_id else "private")
    assert found.birth_date == (person.birth_date if means.provider == "eidas" else None)


def test_a_level_below_the_one_asked_for_is_not_said_at_all(platform_at: At) -> None:
    with pytest.raises(LoginRefused, match="level_too_low"):
        platform_at("eidas").log_in("low-level")


@pytest.mark.parametrize("code", METHODS)
def test_who_gives_up_comes_back_with_nothing(platform_at: At, code: str) -> None:
    with pytest.raises(LoginRefused, match="cancelled"):
        platform_at(code).log_in(CANCEL)


@pytest.mark.parametrize("code", METHODS)
def test_everybody_proves_it_anew_in_the_same_browser(platform_at: At, code: str) -> None:
    platform = platform_at(code)
    names = {means.code: person.first_name for person, means in CARDS if means.provider == code}
    assert [platform.log_in(card).first_name for card in names] == list(names.values())


class Bent:
    """A question of the platform, changed and signed again."""

    def __init__(self, platform: Platform, files: Files) -> None:
        self.code, self.http = platform.provider.code, platform.http
        _, departure = platform.depart()
        self.url, self.state = departure.url, departure.form["RelayState"]
        self.root = etree.fromstring(b64decode(departure.form["SAMLRequest"]))
        self.root.remove(self.root.find(tag(DS, "Signature")))
        self.key: KeyPair = key_pair((files.platform / "signing.pem").read_text())
        self.method = METHODS[self.code]

    def send(self, *, signed: bool = True) -> httpx.Response:
        root = signed_with(deepcopy(self.root), self.key, self.method) if signed else self.root
        form = {"SAMLRequest": b64encode(etree.tostring(root)).decode(), "RelayState": self.state}
        return self.http.post(self.url, data=form)

    def child(self, name: str) -> Any:
        return next(self.root.iter(name))


@pytest.fixture(params=METHODS)
def bent(request: pytest.FixtureRequest, platform_at: At, files: Files) -> Bent:
    return Bent(platform_at(request.param), files)


def refused(response: httpx.Response, reason: str) -> bool:
    """On a page of the provider's own: nothing goes to an address that nobody has vouched for."""
    return response.status_code == 400 and reason in response.text and "SAMLResponse" not in response.text


def test_a_question_that_is_signed_again_unchanged_is_believed(bent: Bent) -> None:
    assert bent.send().status_code == 303


def test_an_unsigned_question_is_refused(bent: Bent) -> None:
    assert refused(bent.send(signed=False), "unsigned")


def test_a_question_by_another_key_is_refused(bent: Bent) -> None:
    bent.key = idp.key_pair("mallory")
    assert refused(bent.send(), "signature")


def test_eidas_refuses_the_older_signatures(platform_at: At, files: Files) -> None:
    bent = Bent(platform_at("eidas"), files)
    bent.method = SignatureMethod.RSA_SHA256
    assert refused(bent.send(), "signature")


@pytest.mark.parametrize(
    ("attribute", "value", "reason"),
    [
        ("Destination", "https://elsewhere.example/sso", "destination"),
        ("AssertionConsumerServiceURL", "https://elsewhere.example/acs", "consumer"),
        ("ProtocolBinding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact", "binding"),
        ("IssueInstant", instant(datetime.now(UTC) - timedelta(minutes=10)), "stale"),
        ("IssueInstant", instant(datetime.now(UTC) + timedelta(days=3)), "stale"),
        ("IssueInstant", "today", "malformed"),
    ],
    ids=["destination", "consumer", "binding", "of-ten-minutes-ago", "of-in-three-days", "no-instant"],
)
def test_a_question_that_is_not_as_agreed_is_refused(
    bent: Bent, attribute: str, value: str, reason: str
) -> None:
    bent.root.set(attribute, value)
    assert refused(bent.send(), reason)


def test_a_stranger_s_question_is_refused(bent: Bent) -> None:
    bent.child(tag(SAML, "Issuer")).text = "https://stranger.example"
    assert refused(bent.send(), "issuer")


def test_what_is_no_question_is_refused(bent: Bent) -> None:
    bent.root.tag = tag(SAMLP, "LogoutRequest")
    assert refused(bent.send(), "no_request")
    assert refused(bent.http.post(bent.url, data={"SAMLRequest": "no base64!"}), "malformed")


def test_a_question_is_answered_once(bent: Bent) -> None:
    page = bent.send().headers["Location"]
    assert refused(bent.send(), "replay")
    assert "SAMLResponse" in bent.http.post(page, data={"person": CANCEL}).text
    assert refused(bent.http.post(page, data={"person": CANCEL}), "unknown_or_spent")
    assert refused(bent.http.get(page), "unknown_or_spent")


def test_luxtrust_is_asked_for_a_certificate_s_subject(platform_at: At, files: Files) -> None:
    bent = Bent(platform_at("luxtrust"), files)
    bent.child(tag(SAMLP, "NameIDPolicy")).set("Format", "urn:example:other")
    assert refused(bent.send(), "name_id_format")


def test_eidas_wants_a_known_level_and_the_minimum_data_set(platform_at: At, files: Files) -> None:
    level, none, attributes = (Bent(platform_at("eidas"), files) for _ in range(3))
    level.child(tag(SAML, "AuthnContextClassRef")).text = f"{LOA}enormous"
    assert refused(level.send(), "level_unknown")
    none.root.remove(none.child(tag(SAMLP, "RequestedAuthnContext")))
    assert refused(none.send(), "level_missing")
    requested = next(e for e in attributes.root.iter() if e.get("FriendlyName") == "DateOfBirth")
    requested.getparent().remove(requested)
    assert refused(attributes.send(), "attribute_missing")


def test_nobody_can_be_identified_without_being_asked(platform_at: At, files: Files) -> None:
    bent = Bent(platform_at("eidas"), files)
    bent.root.set("IsPassive", "true")
    page = bent.send()
    assert page.status_code == 200
    assert "SAMLResponse" in page.text


def test_another_site_cannot_choose(platform_at: At) -> None:
    platform = platform_at("luxtrust")
    platform.http.headers["Origin"] = "https://elsewhere.example"
    _, departure = platform.depart()
    with pytest.raises(AssertionError, match="cross_site"):
        visit(platform.http, departure.url, departure.form, "resident")


def test_answers_lead_to_the_platform_alone(platform_at: At) -> None:
    platform = platform_at("luxtrust")
    policy = platform.http.get("/").headers["Content-Security-Policy"]
    assert "form-action 'self' http://localhost:8080" in policy
    assert "default-src 'none'" in policy
