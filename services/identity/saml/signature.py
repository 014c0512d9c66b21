"""XML signatures: enveloped, over the whole element, by a pinned certificate, with allowed algorithms.

signxml verifies; what it would also accept elsewhere (other transforms, other places) is refused before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from lxml import etree
from signxml import XMLSigner, XMLVerifier
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration

from services.contracts.errors import LoginRefused
from services.identity.saml.keys import KeyPair
from services.identity.saml.names import DS, tag
from services.identity.saml.xml import Element, only

_EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_TRANSFORMS = [_ENVELOPED, _EXCLUSIVE.value]
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


@dataclass(frozen=True, slots=True)
class Signatures:
    """What one provider may sign with: certificates that it has now, or will have after a roll-over."""

    certificates: Sequence[x509.Certificate]
    methods: frozenset[SignatureMethod]


EIDAS_METHODS = frozenset(
    {
        SignatureMethod.SHA256_RSA_MGF1,
        SignatureMethod.SHA384_RSA_MGF1,
        SignatureMethod.SHA512_RSA_MGF1,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
"""eIDAS cryptographic requirements 1.4, section 3.1: no PKCS #1 v1.5."""
RSA_SHA256 = frozenset({SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA512})
"""What LuxTrust signs with."""


def verified(root: Element, allowed: Signatures) -> Element:
    """The element as it was signed: read nothing but this.

    Errors: LoginRefused(unsigned | signature_shape | signature_algorithm | digest_algorithm | signature).
    """
    _check_shape(root, allowed)
    config = SignatureConfiguration(
        location="./", signature_methods=allowed.methods, digest_algorithms=_DIGESTS
    )
    for certificate in allowed.certificates:  # two of them during a roll-over
        signed = _signed(root, certificate, config)
        if signed is None:
            continue
        if signed.tag != root.tag or signed.get("ID") != root.get("ID"):
            raise LoginRefused("signature_shape")
        return signed
    raise LoginRefused("signature")


def signed(element: Element, own: KeyPair) -> Element:
    """The element with our signature as the first child behind `Issuer`, where SAML's schema wants it."""
    method = (
        SignatureMethod.ECDSA_SHA256
        if isinstance(own.private, EllipticCurvePrivateKey)
        else SignatureMethod.SHA256_RSA_MGF1
    )
    return signed_with(element, own, method)


def signed_with(element: Element, own: KeyPair, method: SignatureMethod, place: int = 1) -> Element:
    """The same with a chosen method, and the signature as the child at `place`."""
    # signxml puts the signature where it finds an empty one with this id.
    marker = etree.Element(tag(DS, "Signature"), Id="placeholder", nsmap={"ds": DS})
    element.insert(place, marker)
    signer = XMLSigner(
        signature_algorithm=method, digest_algorithm=DigestAlgorithm.SHA256, c14n_algorithm=_EXCLUSIVE
    )
    return signer.sign(
        element, key=own.private, cert=[own.certificate], reference_uri=f"#{element.get('ID')}"
    )


def _signed(root: Element, certificate: x509.Certificate, config: SignatureConfiguration) -> Element | None:
    """What this certificate's key has signed, as the library gives it back."""
    try:
        return XMLVerifier().verify(root, x509_cert=certificate, expect_config=config).signed_xml
    except Exception:  # noqa: BLE001 - whatever the library stumbles over is no valid signature
        return None


def _check_shape(root: Element, allowed: Signatures) -> None:
    """One signature, a child of the root; one reference, to the root; the two usual transforms."""
    signatures = root.findall(tag(DS, "Signature"))
    if not signatures:
        raise LoginRefused("unsigned")
    if len(signatures) > 1:
        raise LoginRefused("signature_shape")
    info = only(signatures[0], tag(DS, "SignedInfo"), "signature_shape")
    reference = only(info, tag(DS, "Reference"), "signature_shape")
    _check_algorithms(info, reference, allowed)
    transforms = [t.get("Algorithm") for t in reference.iterfind(f"{tag(DS, 'Transforms')}/*")]
    if reference.get("URI") != f"#{root.get('ID')}" or transforms != _TRANSFORMS:
        raise LoginRefused("signature_shape")


def _check_algorithms(info: Element, reference: Element, allowed: Signatures) -> None:
    """Only what was agreed, and never a shared secret or SHA-1, should it have been agreed by mistake."""
    method = only(info, tag(DS, "SignatureMethod"), "signature_shape").get("Algorithm", "")
    canonical = only(info, tag(DS, "CanonicalizationMethod"), "signature_shape").get("Algorithm")
    if method not in {known.value for known in allowed.methods} or canonical != _EXCLUSIVE.value:
        raise LoginRefused("signature_algorithm")
    if "hmac" in method or method.endswith("sha1"):
        raise LoginRefused("signature_algorithm")
    digest = only(reference, tag(DS, "DigestMethod"), "signature_shape").get("Algorithm")
    if digest not in {known.value for known in _DIGESTS}:
        raise LoginRefused("digest_algorithm")
