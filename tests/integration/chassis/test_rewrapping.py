"""A service that starts with a new master key before the old one wraps again what the old one has wrapped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.dev.platform import Platform
from services.chassis import mongo
from services.chassis.ids import new_id
from services.chassis.settings import SecretKey
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from tests.service_process import ServiceProcess, eventually

pytestmark = pytest.mark.integration

NEW = SecretKey("22" * 32)


@pytest.mark.parametrize(
    ("kind", "module", "user"),
    [("room", "services.media.control", "media-control"), ("space", "services.spaces", "spaces")],
)
def test_a_key_is_wrapped_again_as_soon_as_its_service_has_started(
    stores: Platform, tmp_path: Path, kind: str, module: str, user: str
) -> None:
    environment = stores.env(user)
    connected = mongo.connect(environment["KEYS_MONGO_URI"], environment["KEYS_MONGO_DATABASE"])
    old, owner = SecretKey(environment["MASTER_KEY"]), new_id()
    rolling = {**environment, "MASTER_KEY": f"{'22' * 32},{environment['MASTER_KEY']}"}
    with connected.client:
        key = OwnedKeys(connected, MasterKeys([old]), kind).create(owner, datetime.now(UTC))
        with ServiceProcess(module, rolling, tmp_path / "log"):
            eventually(lambda: _opens(connected, owner, kind))
        assert OwnedKeys(connected, MasterKeys([NEW]), kind).get(owner) == key
        # The stores are shared with other tests, whose services know the old key alone.
        OwnedKeys(connected, MasterKeys([old, NEW]), kind).rewrap()


def _opens(database: mongo.Database[mongo.Document], owner: str, kind: str) -> bool:
    try:
        return bool(OwnedKeys(database, MasterKeys([NEW]), kind).get(owner))
    except KeyError:
        return False
