"""Out with a signed question, back with its answer, once."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.chassis.clock import ManualClock
from services.contracts.errors import LoginRefused
from services.identity.adapters.saml import SamlProvider
from services.identity.domain.login import Departure, PendingLogin
from services.identity.saml.eidas import REQUESTED, EidasProfile
from services.identity.saml.metadata import ServiceProvider
from services.identity.saml.names import EIDAS, METADATA, SAML, SAMLP, tag
from services.identity.saml.request import Wish
from services.identity.saml.signature import EIDAS_METHODS, Signatures, verified
from services.identity.saml.xml import parse
from tests.unit.identity.saml.idp import AUDIENCE, CONSUMER, NOW, Answer, key_pair, peer


class SpentInMemory:
    def __init__(self) -> None:
        self.seen: set[str] = set()

    def first(self, what: str, until: datetime) -> bool:
        is_first = what not in self.seen
        self.seen.add(what)
        return is_first


US = ServiceProvider(
    entity_id=AUDIENCE,
    consumer_url=CONSUMER,
    signing=[key_pair("us").certificate],
    encryption=[key_pair("us").certificate],
    organisation="CNS",
    organisation_url="https://cns.example",
    contact="operations@cns.example",
)


@pytest.fixture
def provider() -> SamlProvider:
    wish = Wish(
        consumer_url=CONSUMER,
        entity_id=AUDIENCE,
        destination="https://connector.example/sso",
        provider_name="CNS",
        least_level="substantial",
        attributes=REQUESTED,
    )
    return SamlProvider(
        code="eidas",
        wish=wish,
        us=US,
        peer=peer(),
        profile=EidasProfile({}),
        signing=key_pair("us"),
        decryption=[key_pair("us").private],
        spent=SpentInMemory(),
        clock=ManualClock(NOW),
    )


LOGIN = PendingLogin("login-1", "eidas", "citizen", NOW)


def asked(departure: Departure) -> Any:
    """The question as it was signed."""
    root = parse(b64decode(departure.form["SAMLRequest"]))
    return verified(root, Signatures((key_pair("us").certificate,), EIDAS_METHODS))


def answered(departure: Departure) -> tuple[PendingLogin, dict[str, str]]:
    """The log-in as it is kept, and what an honest provider posts back."""
    request_id = asked(departure).get("ID")

    def to_this_request(element: Any) -> None:
        for node in element.iter():
            if "InResponseTo" in node.attrib:
                node.set("InResponseTo", request_id)

    message = Answer(change_assertion=to_this_request, change_response=to_this_request).message()
    return replace(LOGIN, memory=departure.memory), {"SAMLResponse": b64encode(message).decode()}


def test_the_question_is_signed_and_in_the_profile_s_order(provider: SamlProvider) -> None:
    departure = provider.begin(LOGIN)
    question = asked(departure)
    assert departure.url == question.get("Destination") == "https://connector.example/sso"
    assert departure.form["RelayState"] == LOGIN.login_id
    assert [child.tag.rpartition("}")[2] for child in question] == [
        "Issuer",
        "Extensions",
        "NameIDPolicy",
        "RequestedAuthnContext",
    ], "the signature itself is taken out by its transform"
    assert (question.get("ForceAuthn"), question.get("IsPassive")) == ("true", "false")
    level = question.find(f".//{tag(SAML, 'AuthnContextClassRef')}")
    assert level.text == "http://eidas.europa.eu/LoA/substantial"
    assert question.find(tag(SAMLP, "RequestedAuthnContext")).get("Comparison") == "minimum"
    assert all(a.get("NameFormat") for a in question.iter(tag(EIDAS, "RequestedAttribute")))


def test_the_signature_stands_where_the_schema_wants_it(provider: SamlProvider) -> None:
    root = parse(b64decode(provider.begin(LOGIN).form["SAMLRequest"]))
    assert [child.tag.rpartition("}")[2] for child in root][:2] == ["Issuer", "Signature"]


def test_no_two_questions_have_the_same_id(provider: SamlProvider) -> None:
    assert len({provider.begin(LOGIN).memory["request_id"] for _ in range(20)}) == 20


def test_the_answer_says_who_it_is(provider: SamlProvider) -> None:
    login, answer = answered(provider.begin(LOGIN))
    assert provider.finish(login, answer).last_name == "Muster"


def test_every_question_asks_to_log_in_anew(provider: SamlProvider) -> None:
    for login in (LOGIN, replace(LOGIN, person_id="person-1")):
        assert asked(provider.begin(login)).get("ForceAuthn") == "true"


def test_only_a_log_in_from_after_the_question_is_one_anew(provider: SamlProvider) -> None:
    anew = replace(LOGIN, person_id="person-1")
    login, answer = answered(provider.begin(anew))
    earlier = {"since": (NOW + timedelta(minutes=2)).isoformat()}
    with pytest.raises(LoginRefused, match="login_too_old"):
        provider.finish(replace(login, memory={**login.memory, **earlier}), answer)
    assert provider.finish(login, answer).last_name == "Muster"


def test_an_answer_opens_the_door_once(provider: SamlProvider) -> None:
    login, answer = answered(provider.begin(LOGIN))
    provider.finish(login, answer)
    with pytest.raises(LoginRefused, match="replay"):
        provider.finish(login, answer)


def test_an_answer_to_another_s_question_opens_nothing(provider: SamlProvider) -> None:
    _login, answer = answered(provider.begin(LOGIN))
    other = replace(LOGIN, memory=provider.begin(LOGIN).memory)
    with pytest.raises(LoginRefused, match="in_response_to"):
        provider.finish(other, answer)


def test_what_we_publish_is_signed_and_says_where_answers_go(provider: SamlProvider) -> None:
    root = parse(provider.metadata().encode().partition(b"?>")[2].strip())
    published = verified(root, Signatures((key_pair("us").certificate,), EIDAS_METHODS))
    assert published.get("entityID") == AUDIENCE
    assert published.find(f".//{tag(METADATA, 'AssertionConsumerService')}").get("Location") == CONSUMER


@pytest.mark.parametrize(
    "answer", [{}, {"SAMLResponse": ""}, {"SAMLResponse": "%%%"}, {"SAMLResponse": "eA=="}]
)
def test_nonsense_is_refused(provider: SamlProvider, answer: dict[str, str]) -> None:
    login = replace(LOGIN, memory=provider.begin(LOGIN).memory)
    with pytest.raises(LoginRefused, match="malformed"):
        provider.finish(login, answer)
