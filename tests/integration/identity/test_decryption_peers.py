"""What others have sealed by key agreement; samlify's key transport is tried with its answers."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.contracts.errors import LoginRefused
from services.identity.saml.decryption import decrypted
from services.identity.saml.xml import parse
from tests.service_process import ROOT

pytestmark = pytest.mark.integration

SEALER = Path(__file__).parent / "peers" / "ecdh.mjs"
TEXT = '<a xmlns="urn:x">Müster &amp; Söhne</a>'
CURVES: dict[str, ec.EllipticCurve] = {
    "prime256v1": ec.SECP256R1(),
    "secp384r1": ec.SECP384R1(),
    "secp521r1": ec.SECP521R1(),
    "brainpoolP256r1": ec.BrainpoolP256R1(),
    "brainpoolP384r1": ec.BrainpoolP384R1(),
    "brainpoolP512r1": ec.BrainpoolP512R1(),
}
KEYS = {name: ec.generate_private_key(curve) for name, curve in CURVES.items()}
CASES = [
    {"curve": curve, "digest": digest, "wrap": wrap, "cipher": cipher, "supplement": supplement}
    for curve, digest, wrap, cipher, supplement in product(
        CURVES, ("sha256", "sha384", "sha512"), (128, 192, 256), (128, 192, 256), (False, True)
    )
]


def point(curve: str) -> str:
    public = KEYS[curve].public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b64encode(public).decode()


@pytest.fixture(scope="module")
def sealed() -> list[str]:
    """Each case, sealed by the other side in one run."""
    cases = [case | {"point": point(str(case["curve"])), "text": TEXT} for case in CASES]
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "node", SEALER],
        input=json.dumps(cases) + "\n",
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    found: list[str] = json.loads(done.stdout)
    return found


def opened(message: str, key: Any) -> Any:
    return decrypted(parse(message.encode()), [key])


@pytest.mark.parametrize("curve", CURVES)
def test_key_agreement_on_each_curve(sealed: list[str], curve: str) -> None:
    mine = [message for case, message in zip(CASES, sealed, strict=True) if case["curve"] == curve]
    assert len(mine) == 54
    assert {opened(message, KEYS[curve]).text for message in mine} == {"Müster & Söhne"}


def test_key_agreement_with_somebody_else(sealed: list[str]) -> None:
    with pytest.raises(LoginRefused, match="encryption"):
        opened(sealed[0], ec.generate_private_key(ec.SECP256R1()))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('PartyUInfo="00', 'PartyUInfo="04'),
        ('PartyUInfo="00000000', 'PartyUInfo="00000001'),
        ("2009/xmlenc11#ECDH-ES", "2009/xmlenc11#dh-es"),
        ("xmlenc11#ConcatKDF", "xmlenc11#pbkdf2"),
        ("xmlenc#sha256", "xmldsig#sha1"),
        ("urn:oid:1.2.840.10045.3.1.7", "urn:oid:1.3.132.0.10"),
        ("kw-aes128", "kw-tripledes"),
    ],
)
def test_a_changed_agreement_opens_nothing(sealed: list[str], was: str, becomes: str) -> None:
    message = sealed[0]
    assert was in message
    with pytest.raises(LoginRefused, match="encryption"):
        opened(message.replace(was, becomes, 1), KEYS["prime256v1"])
