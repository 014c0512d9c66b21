"""An honest answer is believed; each attack of the list is refused with a code of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from signxml.algorithms import SignatureMethod

from services.contracts.errors import LoginRefused
from services.identity.saml.eidas import FIRST_NAME, EidasProfile
from services.identity.saml.names import DS, LOA, tag
from services.identity.saml.response import Assertion, Expected, Peer, accept
from services.identity.saml.signature import EIDAS_METHODS, RSA_SHA256, Signatures
from tests.unit.identity.saml.attacks import (
    DOCUMENTS,
    REFUSED,
    changed,
    wrapped_assertion,
    wrapped_response,
)
from tests.unit.identity.saml.idp import Answer, encrypted, expected, key_pair, peer
from tests.unit.identity.saml.wrapping import WRAPPINGS


def believe(message: bytes, agreed: Peer | None = None, wanted: Expected | None = None) -> Assertion:
    return accept(message, agreed or peer(), wanted or expected(), [key_pair("us").private])


def refusal(message: bytes, agreed: Peer | None = None, wanted: Expected | None = None) -> str:
    with pytest.raises(LoginRefused) as refused:
        believe(message, agreed, wanted)
    return str(refused.value.args[0])


def test_an_honest_answer_says_who_it_is() -> None:
    identified = EidasProfile({}).identified(believe(Answer().message()))
    assert (identified.first_name, identified.last_name) == ("Jonas", "Muster")
    assert identified.birth_date == dt.date(1990, 7, 21)
    assert (identified.credential.issuer, identified.credential.number) == ("eidas", "DE/LU/muster-4711")
    assert identified.level == "substantial"


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_both_kinds_of_key_sign(kind: str) -> None:
    key = key_pair(f"idp-{kind}", kind)
    method = SignatureMethod.ECDSA_SHA256 if kind == "ec" else SignatureMethod.SHA256_RSA_MGF1
    agreed = peer(signatures=Signatures((key.certificate,), EIDAS_METHODS))
    assert believe(Answer(key=key, method=method).message(), agreed).assertion_id == "_assertion-1"


@pytest.mark.parametrize("signer", ["idp", "idp-next"])
def test_during_a_roll_over_both_keys_are_believed(signer: str) -> None:
    both = (key_pair("idp").certificate, key_pair("idp-next").certificate)
    agreed = peer(signatures=Signatures(both, EIDAS_METHODS))
    assert believe(Answer(key=key_pair(signer)).message(), agreed).attributes[FIRST_NAME] == ("Jonas",)


def test_our_own_keys_roll_over_too() -> None:
    keys = [key_pair("us-next").private, key_pair("us").private]
    assert accept(Answer().message(), peer(), expected(), keys).assertion_id == "_assertion-1"


def test_what_was_signed_is_read_and_nothing_else() -> None:
    """A text that a comment splits, or a value behind the signature, changes nothing that is read."""
    answer = Answer(change_signed_assertion=changed(".", Unsigned="x"), sign_assertion=False)
    assert believe(answer.message(), peer(assertion_signed=False)).name_id.text == "DE/LU/muster-4711"


@pytest.mark.parametrize(("code", "answer"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_with_its_own_code(code: str, answer: Answer) -> None:
    assert refusal(answer.message()) == code


@pytest.mark.parametrize("method", ["rsa-sha1", "hmac-sha256", "dsa-sha1"])
def test_a_signature_method_is_not_swapped(method: str) -> None:
    response = Answer().response()
    namespace = DS if method != "hmac-sha256" else "http://www.w3.org/2001/04/xmldsig-more#"
    response.find(f"./{tag(DS, 'Signature')}//{tag(DS, 'SignatureMethod')}").set(
        "Algorithm", namespace + method
    )
    assert refusal(etree.tostring(response)) == "signature_algorithm"


def test_a_weak_digest_is_refused() -> None:
    response = Answer().response()
    response.find(f"./{tag(DS, 'Signature')}//{tag(DS, 'DigestMethod')}").set("Algorithm", f"{DS}sha1")
    assert refusal(etree.tostring(response)) == "signature"


@pytest.mark.parametrize("uri", ["", "#_other", None, "https://mallory.example/x"])
def test_the_signature_covers_the_response(uri: str | None) -> None:
    response = Answer().response()
    reference = response.find(f"./{tag(DS, 'Signature')}//{tag(DS, 'Reference')}")
    reference.attrib.pop("URI")
    if uri is not None:
        reference.set("URI", uri)
    assert refusal(etree.tostring(response)) == "signature_shape"


def test_sealed_for_somebody_else() -> None:
    answer = Answer(change_response=lambda r: r.replace(r[-1], encrypted(r[-1], key_pair("mallory"))))
    assert refusal(answer.message()) == "encryption"


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=lambda wrapping: wrapping.__name__)
@pytest.mark.parametrize("encrypt", [False, True])
def test_signature_wrapping_is_refused(wrapping: Callable[[Any], Any], encrypt: bool) -> None:
    """The eight ways of Somorovsky et al. (2012) to have one assertion verified and another one read."""
    wrapped = wrapped_assertion(wrapping, encrypt=encrypt)
    assert refusal(wrapped, peer(encrypted=encrypt)) in {"id_twice", "signature_shape", "unsigned"}


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=lambda wrapping: wrapping.__name__)
def test_wrapping_inside_a_signed_response_is_refused(wrapping: Callable[[Any], Any]) -> None:
    """Even where the provider itself had signed such a thing, no forged name would be read."""
    assert refusal(wrapped_response(wrapping), peer(encrypted=False)) in {
        "assertion_count",
        "id_twice",
        "no_response",
        "signature",
        "signature_shape",
        "unsigned",
    }


@pytest.mark.parametrize(("code", "document"), DOCUMENTS)
def test_a_document_that_is_no_answer(code: str, document: bytes) -> None:
    assert refusal(document) == code


def test_a_comment_cannot_cut_a_name() -> None:
    message = Answer(encrypt=False).message().replace(b"muster-4711", b"muster<!-- -->-4711")
    assert refusal(message, peer(encrypted=False)) == "comment"


@pytest.mark.parametrize(
    ("level", "least", "code"),
    [
        ("low", "substantial", "level_too_low"),
        ("substantial", "high", "level_too_low"),
        ("", "substantial", "level_unknown"),
    ],
)
def test_too_low_a_level_opens_nothing(level: str, least: str, code: str) -> None:
    with pytest.raises(LoginRefused, match=code):
        EidasProfile({}, least).identified(believe(Answer(level=LOA + level).message()))


def test_a_country_s_own_level_counts_where_it_was_agreed() -> None:
    assertion = believe(Answer(level="urn:example:loa:strong").message())
    assert EidasProfile({"urn:example:loa:strong": "high"}).identified(assertion).level == "high"
    with pytest.raises(LoginRefused, match="level_unknown"):
        EidasProfile({}).identified(assertion)


@pytest.mark.parametrize("missing", list(Answer().attributes))
def test_the_minimum_data_set_is_complete(missing: str) -> None:
    attributes = {name: value for name, value in Answer().attributes.items() if name != missing}
    with pytest.raises(LoginRefused, match="attribute_missing"):
        EidasProfile({}).identified(believe(Answer(attributes=attributes).message()))


def test_pkcs1_is_believed_only_where_it_was_agreed() -> None:
    agreed = peer(signatures=Signatures((key_pair("idp").certificate,), RSA_SHA256))
    message = Answer(method=SignatureMethod.RSA_SHA256).message()
    assert believe(message, agreed).assertion_id == "_assertion-1"
    assert refusal(message) == "signature"
