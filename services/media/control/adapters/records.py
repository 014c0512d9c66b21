"""Records of deletion: signed by an Ed25519 key, verified by its public half, which may outlive it here."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey

from services.chassis.codec import to_wire
from services.chassis.settings import SecretKey
from services.contracts.deletion import ALGORITHM, TYPE, Deletion, RecordKey, RecordKeys


class SignedRecords:
    """One key signs; others, those before and the next, are only told of."""

    def __init__(self, key: SecretKey, others: tuple[str, ...]) -> None:
        """`others` are public keys, as `x` of a JWK.  Raises ValueError for one that is none."""
        self._key = _private(key.reveal_bytes())
        self._kid = self._key.thumbprint()
        verifying = (str(self._key.as_dict(private=False)["x"]), *others)
        self._keys = RecordKeys(keys=tuple(map(_told, dict.fromkeys(verifying))))

    def sign(self, deletion: Deletion) -> str:
        header = {"alg": ALGORITHM, "kid": self._kid, "typ": TYPE}
        said = json.dumps(to_wire(deletion), separators=(",", ":"), sort_keys=True)
        return jws.serialize_compact(header, said.encode(), self._key, algorithms=[ALGORITHM])

    def keys(self) -> RecordKeys:
        return self._keys


def _private(seed: bytes) -> OKPKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return _imported(x=_text(public), d=_text(seed))


def _told(x: str) -> RecordKey:
    return RecordKey(kid=_imported(x=x).thumbprint(), x=x)


def _imported(**parts: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", **parts})


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
