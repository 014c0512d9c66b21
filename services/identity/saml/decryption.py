"""XML Encryption (1.1): authenticated algorithms only, except where one peer's configuration names another.

Key transport: RSA-OAEP with its digest and mask function, or ECDH-ES with ConcatKDF and AES key wrap
(xmlenc-core1, sections 5.4 to 5.6; eIDAS cryptographic requirements 1.4, section 3.2).
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import padding as asymmetric
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from services.contracts.errors import LoginRefused
from services.identity.saml.keys import PrivateKey
from services.identity.saml.names import DS, DSIG11, XENC, XENC11, tag
from services.identity.saml.xml import Element, only, parse_inside, text_of

GCM = frozenset(f"{XENC11}aes{bits}-gcm" for bits in (128, 192, 256))
CBC_128 = f"{XENC}aes128-cbc"
CBC_256 = f"{XENC}aes256-cbc"
_NONCE, _BLOCK = 12, 16
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    f"{DS}sha1": hashes.SHA1,
    f"{XENC}sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    f"{XENC}sha512": hashes.SHA512,
}
_MASKS: dict[str, type[hashes.HashAlgorithm]] = {
    f"{XENC11}mgf1sha1": hashes.SHA1,
    f"{XENC11}mgf1sha256": hashes.SHA256,
    f"{XENC11}mgf1sha384": hashes.SHA384,
    f"{XENC11}mgf1sha512": hashes.SHA512,
}
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "urn:oid:1.2.840.10045.3.1.7": ec.SECP256R1,
    "urn:oid:1.3.132.0.34": ec.SECP384R1,
    "urn:oid:1.3.132.0.35": ec.SECP521R1,
    "urn:oid:1.3.36.3.3.2.8.1.1.7": ec.BrainpoolP256R1,
    "urn:oid:1.3.36.3.3.2.8.1.1.11": ec.BrainpoolP384R1,
    "urn:oid:1.3.36.3.3.2.8.1.1.13": ec.BrainpoolP512R1,
}
_WRAPS = {f"{XENC}kw-aes128": 16, f"{XENC}kw-aes256": 32, f"{XENC}kw-aes192": 24}

_OTHER_INFO = ("AlgorithmID", "PartyUInfo", "PartyVInfo", "SuppPubInfo", "SuppPrivInfo")


class _CannotDecryptError(Exception):
    """Whatever it was: a stranger is not told, or he could learn of the key by asking again."""


def decrypted(encrypted: Element, keys: Sequence[PrivateKey], allowed: frozenset[str] = GCM) -> Element:
    """The one element inside `EncryptedAssertion`, with one of our keys (two during a roll-over).

    Errors: LoginRefused(encryption_algorithm | encryption), and what `parse_inside` refuses.
    """
    data = only(encrypted, tag(XENC, "EncryptedData"))
    algorithm = _algorithm(data)
    if algorithm not in allowed:
        raise LoginRefused("encryption_algorithm")
    wrapped = _encrypted_key(encrypted, data)
    for key in keys:
        try:
            plain = _open(algorithm, _unwrapped(wrapped, key), _cipher_value(data))
        except (_CannotDecryptError, ValueError, InvalidTag, InvalidUnwrap, binascii.Error):
            continue
        return parse_inside(plain, encrypted.nsmap)
    raise LoginRefused("encryption")


def _encrypted_key(encrypted: Element, data: Element) -> Element:
    """Inside the data's KeyInfo, or beside the data (SAML core, section 2.3.4)."""
    inside = data.findall(f"{tag(DS, 'KeyInfo')}/{tag(XENC, 'EncryptedKey')}")
    found = inside or encrypted.findall(tag(XENC, "EncryptedKey"))
    if len(found) != 1:
        raise LoginRefused("encryption")
    return found[0]


def _open(algorithm: str, key: bytes, sealed: bytes) -> bytes:
    if algorithm in GCM:
        _check_length(algorithm, key)
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    return _open_cbc(key, sealed)


def _open_cbc(key: bytes, sealed: bytes) -> bytes:
    """Without authentication of its own: allowed only where the assertion is signed inside."""
    decryptor = Cipher(AES(key), modes.CBC(sealed[:_BLOCK])).decryptor()
    padded = decryptor.update(sealed[_BLOCK:]) + decryptor.finalize()
    if not padded or not 1 <= padded[-1] <= _BLOCK:
        raise _CannotDecryptError
    # Only the last byte counts in this padding (xmlenc-core1, section 5.2.1), unlike in PKCS #7.
    return padded[: -padded[-1]]


def _check_length(algorithm: str, key: bytes) -> None:
    if f"aes{len(key) * 8}-" not in algorithm:
        raise _CannotDecryptError


def _unwrapped(wrapped: Element, key: PrivateKey) -> bytes:
    algorithm = _algorithm(wrapped)
    if isinstance(key, RSAPrivateKey):
        return key.decrypt(_cipher_value(wrapped), _oaep(algorithm, wrapped))
    length = _WRAPS.get(algorithm)
    if length is None:
        raise _CannotDecryptError
    return aes_key_unwrap(_agreed(wrapped, key, length), _cipher_value(wrapped))


def _oaep(algorithm: str, wrapped: Element) -> asymmetric.OAEP:
    method = only(wrapped, tag(XENC, "EncryptionMethod"))
    digest = _known(_DIGESTS, method.find(tag(DS, "DigestMethod")), hashes.SHA1)
    if algorithm == f"{XENC}rsa-oaep-mgf1p":
        mask: type[hashes.HashAlgorithm] = hashes.SHA1
    elif algorithm == f"{XENC11}rsa-oaep":
        mask = _known(_MASKS, method.find(tag(XENC11, "MGF")), hashes.SHA1)
    else:
        raise _CannotDecryptError
    if method.find(tag(XENC, "OAEPparams")) is not None:
        raise _CannotDecryptError
    return asymmetric.OAEP(asymmetric.MGF1(mask()), digest(), None)


def _agreed(wrapped: Element, key: ec.EllipticCurvePrivateKey, length: int) -> bytes:
    """The key that both sides derive (xmlenc-core1, section 5.6.4 with 5.4.1)."""
    agreement = _one(wrapped, tag(DS, "KeyInfo"), tag(XENC, "AgreementMethod"))
    if agreement.get("Algorithm") != "http://www.w3.org/2009/xmlenc11#ECDH-ES":
        raise _CannotDecryptError
    derivation = _one(agreement, tag(XENC11, "KeyDerivationMethod"))
    parameters = _one(derivation, tag(XENC11, "ConcatKDFParams"))
    digest = _known(_DIGESTS, parameters.find(tag(DS, "DigestMethod")), None)
    if derivation.get("Algorithm") != f"{XENC11}ConcatKDF" or digest is hashes.SHA1:
        raise _CannotDecryptError
    shared = key.exchange(ec.ECDH(), _originator(agreement))
    return ConcatKDFHash(digest(), length, _other_info(parameters)).derive(shared)


def _originator(agreement: Element) -> ec.EllipticCurvePublicKey:
    value = _one(agreement, tag(XENC, "OriginatorKeyInfo"), tag(DS, "KeyValue"), tag(DSIG11, "ECKeyValue"))
    curve = _CURVES.get(_one(value, tag(DSIG11, "NamedCurve")).get("URI", ""))
    if curve is None:
        raise _CannotDecryptError
    point = b64decode(text_of(_one(value, tag(DSIG11, "PublicKey"))))
    return ec.EllipticCurvePublicKey.from_encoded_point(curve(), point)


def _other_info(parameters: Element) -> bytes:
    """Each part is a bit string in hexadecimal, whose first byte counts the bits not used of its last."""
    parts = [bytes.fromhex(parameters.get(name, "00")) for name in _OTHER_INFO]
    if any(part[:1] != b"\0" for part in parts):
        raise _CannotDecryptError
    return b"".join(part[1:] for part in parts)


def _known(
    table: dict[str, type[hashes.HashAlgorithm]],
    element: Element | None,
    otherwise: type[hashes.HashAlgorithm] | None,
) -> type[hashes.HashAlgorithm]:
    found = otherwise if element is None else table.get(element.get("Algorithm", ""))
    if found is None:
        raise _CannotDecryptError
    return found


def _one(element: Element, *path: str) -> Element:
    for name in path:
        found = element.findall(name)
        if len(found) != 1:
            raise _CannotDecryptError
        element = found[0]
    return element


def _algorithm(element: Element) -> str:
    return str(only(element, tag(XENC, "EncryptionMethod")).get("Algorithm", ""))


def _cipher_value(element: Element) -> bytes:
    value = only(only(element, tag(XENC, "CipherData")), tag(XENC, "CipherValue"))
    return b64decode("".join(text_of(value).split()), validate=True)
