"""An honest answer is believed; each attack of the list is refused with a code of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod

from services.contracts.errors import LoginRefused
from services.identity.saml.eidas import DATE_OF_BIRTH, FIRST_NAME, EidasProfile
from services.identity.saml.names import DS, LOA, SAML, tag
from services.identity.saml.response import Assertion, Expected, Peer, accept
from services.identity.saml.signature import EIDAS_METHODS, RSA_SHA256, Signatures
from tests.unit.identity.saml.attacks import (
    DOCUMENTS,
    REFUSED,
    changed,
    doubled,
    wrapped_assertion,
    wrapped_response,
)
from tests.unit.identity.saml.idp import Answer, encrypted, expected, key_pair, peer
from tests.unit.identity.saml.wrapping import (
    BROKEN,
    RESPONSE_WRAPPINGS,
    WRAPPINGS,
    forged_in_extensions,
    original_in_a_wrapper,
)


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


@pytest.mark.parametrize("method", ["rsa-sha1", "hmac-sha256", "dsa-sha1", "hmac-sha1"])
def test_a_signature_method_is_not_swapped(method: str) -> None:
    response = Answer().response()
    namespace = "http://www.w3.org/2001/04/xmldsig-more#" if method == "hmac-sha256" else DS
    response.find(f"./{tag(DS, 'Signature')}//{tag(DS, 'SignatureMethod')}").set(
        "Algorithm", namespace + method
    )
    assert refusal(etree.tostring(response)) == "signature_algorithm"


class Careless(XMLSigner):  # type: ignore[misc]
    """Signs with what signxml itself would refuse to sign with."""

    def check_deprecated_methods(self) -> None:
        """Whatever is wished."""


def carelessly_signed(method: SignatureMethod, digest: DigestAlgorithm) -> bytes:
    """An answer that is signed well, but for the algorithms."""
    response = Answer(sign_response=False).response()
    response.insert(1, etree.Element(tag(DS, "Signature"), Id="placeholder", nsmap={"ds": DS}))
    signer = Careless(
        signature_algorithm=method,
        digest_algorithm=digest,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    key = key_pair("idp")
    uri = f"#{response.get('ID')}"
    return bytes(
        etree.tostring(signer.sign(response, key=key.private, cert=[key.certificate], reference_uri=uri))
    )


@pytest.mark.parametrize(
    ("method", "digest", "code"),
    [
        (SignatureMethod.SHA256_RSA_MGF1, DigestAlgorithm.SHA1, "digest_algorithm"),
        (SignatureMethod.SHA1_RSA_MGF1, DigestAlgorithm.SHA256, "signature_algorithm"),
        (SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256, "signature_algorithm"),
    ],
)
def test_sha1_is_refused_however_well_it_was_signed(
    method: SignatureMethod, digest: DigestAlgorithm, code: str
) -> None:
    message = carelessly_signed(method, digest)
    assert is_valid(etree.fromstring(message).find(tag(DS, "Signature")))
    assert refusal(message) == code


def test_sha1_is_never_agreed_by_mistake() -> None:
    careless = Signatures((key_pair("idp").certificate,), frozenset({SignatureMethod.RSA_SHA1}))
    message = carelessly_signed(SignatureMethod.RSA_SHA1, DigestAlgorithm.SHA256)
    assert refusal(message, peer(signatures=careless)) == "signature_algorithm"


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


def by_name(wrapping: Callable[[Any], Any]) -> str:
    return wrapping.__name__


def test_what_is_sealed_must_be_an_assertion() -> None:
    something = etree.Element(tag(SAML, "Advice"))
    answer = Answer(change_response=lambda r: r.replace(r[-1], encrypted(something)))
    assert refusal(answer.message()) == "no_assertion"


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=by_name)
@pytest.mark.parametrize("encrypt", [False, True])
def test_signature_wrapping_is_refused(wrapping: Callable[[Any], Any], encrypt: bool) -> None:
    """The eight ways of Somorovsky et al. (2012) to have one assertion verified and another one read."""
    wrapped = wrapped_assertion(wrapping, encrypt=encrypt)
    with_two_responses = wrapping in WRAPPINGS[:2]
    assert refusal(wrapped, peer(encrypted=encrypt)) == ("id_twice" if with_two_responses else "unsigned")


@pytest.mark.parametrize("wrapping", WRAPPINGS, ids=by_name)
def test_wrapping_within_a_signed_response_breaks_its_signature(wrapping: Callable[[Any], Any]) -> None:
    with_two_responses = wrapping in WRAPPINGS[:2]
    code = "id_twice" if with_two_responses else "signature"
    assert refusal(wrapped_response(wrapping), peer(encrypted=False)) == code


@pytest.mark.parametrize(
    "wrapping",
    [w for w in WRAPPINGS[2:] if w not in (forged_in_extensions, original_in_a_wrapper)],
    ids=by_name,
)
def test_a_provider_that_signs_a_wrapped_assertion_does_not_make_it_true(
    wrapping: Callable[[Any], Any],
) -> None:
    message = Answer(encrypt=False, change_response=wrapping).message()
    assert refusal(message, peer(encrypted=False)) == "assertion_count"


def test_an_assertion_that_is_not_in_its_place_is_never_read() -> None:
    astray = Answer(encrypt=False, change_response=forged_in_extensions).message()
    assert believe(astray, peer(encrypted=False)).name_id.text == "DE/LU/muster-4711"
    replaced = Answer(encrypt=False, change_response=original_in_a_wrapper).message()
    assert refusal(replaced, peer(encrypted=False)) == "unsigned"


@pytest.mark.parametrize(
    ("code", "wrapping"), RESPONSE_WRAPPINGS, ids=[w.__name__ for _, w in RESPONSE_WRAPPINGS]
)
def test_a_wrapped_response_is_refused_though_it_alone_is_signed(
    code: str, wrapping: Callable[[Any], Any]
) -> None:
    wrapped = wrapping(Answer(encrypt=False, sign_assertion=False).response())
    assert refusal(etree.tostring(wrapped), peer(encrypted=False, assertion_signed=False)) == code


STILL_VALID = [w for w in (*WRAPPINGS, *(w for _, w in RESPONSE_WRAPPINGS)) if w not in BROKEN]


@pytest.mark.parametrize("wrapping", STILL_VALID, ids=by_name)
def test_it_is_the_wrapping_that_is_refused_and_not_the_signature(wrapping: Callable[[Any], Any]) -> None:
    """Negative control: whoever looks only whether there is a valid signature would believe them."""
    of_response = wrapping not in WRAPPINGS
    wrapped = wrapping(
        Answer(encrypt=False, sign_response=of_response, sign_assertion=not of_response).response()
    )
    assert any(is_valid(signature) for signature in wrapped.iter(tag(DS, "Signature")))


def is_valid(signature: Any) -> bool:
    """As libxmlsec1 sees it, by our provider's certificate."""
    xmlsec.tree.add_ids(signature.getroottree().getroot(), ["ID"])
    context = xmlsec.SignatureContext()
    certificate = key_pair("idp").certificate.public_bytes(Encoding.PEM)
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(signature)
    except xmlsec.VerificationError:
        return False
    return True


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


@pytest.mark.parametrize("day", ["21.7.1990", "1990", "1990-02-30", "x"])
def test_an_attribute_is_of_its_kind(day: str) -> None:
    attributes = Answer().attributes | {DATE_OF_BIRTH: day}
    with pytest.raises(LoginRefused, match=r"attribute$"):
        EidasProfile({}).identified(believe(Answer(attributes=attributes).message()))


def test_an_attribute_has_one_value() -> None:
    values = f".//{tag(SAML, 'AttributeValue')}"
    with pytest.raises(LoginRefused, match=r"attribute$"):
        EidasProfile({}).identified(believe(Answer(change_assertion=doubled(values)).message()))


def test_pkcs1_is_believed_only_where_it_was_agreed() -> None:
    agreed = peer(signatures=Signatures((key_pair("idp").certificate,), RSA_SHA256))
    message = Answer(method=SignatureMethod.RSA_SHA256).message()
    assert believe(message, agreed).assertion_id == "_assertion-1"
    assert refusal(message) == "signature_algorithm"
