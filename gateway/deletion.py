"""Records of deletion: whether one is genuine, and what it says.

    python -m gateway.deletion RECORD KEYS

reads a record (as the citizen's page hands it out: one a line) and the published keys from files, and prints
what each record says; it ends with 1 where one is not genuine.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from services.chassis.codec import from_wire
from services.contracts.deletion import ALGORITHM, TYPE, Deletion, RecordKey, RecordKeys
from services.contracts.errors import InvalidField

_LONGEST = 16 * 1024


class NotGenuine(Exception):
    """`malformed`, `key_unknown`, `signature`, or `elsewhere` for one of another room."""


@dataclass(frozen=True)
class Proved:
    """A record with what it says; None where it is not genuine, for the reason that is given."""

    record: str
    deletion: Deletion | None
    fault: str = ""


def key_set(keys: RecordKeys) -> dict[str, Any]:
    """As they are published: a JWK set (RFC 7517)."""
    return {"keys": [_jwk(key) | {"kid": key.kid, "alg": ALGORITHM, "use": "sig"} for key in keys.keys]}


def proved(records: Iterable[str], keys: RecordKeys, room_id: str = "") -> list[Proved]:
    """Each of them looked at; where a room is named it has to speak of that one."""
    return [_proved(record, keys, room_id) for record in records]


def verified(record: str, keys: RecordKeys) -> Deletion:
    """What a genuine record says.  Raises NotGenuine."""
    if len(record) > _LONGEST:
        raise NotGenuine("malformed")
    try:
        unverified = jws.extract_compact(record.strip().encode())
        header = unverified.headers()
        key = next((one for one in keys.keys if one.kid == header.get("kid")), None)
    except (JoseError, ValueError, AttributeError):
        raise NotGenuine("malformed") from None
    if header.get("typ") != TYPE or header.get("alg") != ALGORITHM:
        raise NotGenuine("malformed")
    if key is None:
        raise NotGenuine("key_unknown")
    return _said(record.strip(), key)


def _said(record: str, key: RecordKey) -> Deletion:
    try:
        genuine = jws.deserialize_compact(record, OKPKey.import_key(_jwk(key)), algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError):  # the last for a `crit` that is no list
        raise NotGenuine("signature") from None
    try:
        return from_wire(Deletion, json.loads(genuine.payload or b""))
    except (InvalidField, ValueError):
        raise NotGenuine("malformed") from None


def _proved(record: str, keys: RecordKeys, room_id: str) -> Proved:
    try:
        said = verified(record, keys)
    except NotGenuine as fault:
        return Proved(record, None, str(fault))
    if room_id and said.room_id != room_id:
        return Proved(record, None, "elsewhere")  # a genuine one, put in the place of another
    return Proved(record, said)


def _jwk(key: RecordKey) -> dict[str, str | list[str]]:
    return {"kty": "OKP", "crv": "Ed25519", "x": key.x}


def _published(document: Mapping[str, Any]) -> RecordKeys:
    return RecordKeys(keys=tuple(RecordKey(kid=key["kid"], x=key["x"]) for key in document["keys"]))


def main() -> int:
    """Says of each record in a file what it proves."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("records", type=Path, help="file with one record a line")
    parser.add_argument("keys", type=Path, help="file with the published keys")
    chosen = parser.parse_args()
    keys = _published(json.loads(chosen.keys.read_text()))
    found = proved(filter(None, chosen.records.read_text().split()), keys)
    for one in found:
        print(f"genuine: {one.deletion}" if one.deletion else f"NOT GENUINE ({one.fault})")
    return 0 if found and all(one.deletion for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
