"""The net beneath the platform's own deletion: what its rule says of is destroyed by the store itself."""

import io
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from minio import Minio
from minio.commonconfig import ENABLED
from minio.lifecycleconfig import Expiration, LifecycleConfig, Rule

from deploy.dev.part import VENV_BIN, clean_environment
from deploy.dev.platform import Platform
from deploy.dev.ports import HOST
from deploy.dev.servers.objects import NET, s3_client
from services.chassis.ids import new_id
from services.contracts.document_rules import object_folder
from tests.service_process import eventually

pytestmark = pytest.mark.integration

LONG_AGO = datetime(2001, 3, 25, tzinfo=UTC)


@pytest.fixture
def client(stores: Platform) -> Minio:
    return s3_client(stores.site)


@pytest.fixture
def bucket(client: Minio) -> Iterator[str]:
    """With the net's rule, which is due already: a rule of days would be so tomorrow."""
    name = f"net-{new_id().lower().replace('_', '')[:20]}z"
    client.make_bucket(name)
    due = Rule(ENABLED, rule_filter=NET.rule_filter, rule_id=NET.rule_id, expiration=Expiration(LONG_AGO))
    client.set_bucket_lifecycle(name, LifecycleConfig([due]))
    yield name
    for one in client.list_objects(name, recursive=True):
        client.remove_object(name, one.object_name or "")
    client.remove_bucket(name)


def look(stores: Platform) -> None:
    """The store's own daily round, at once."""
    site, home = stores.site, stores.site.path("objects")
    at = {
        part: f"{HOST}:{site.port(f's3-{part}')}.{site.port(f's3-{part}-grpc')}"
        for part in ("master", "filer")
    }
    command = f"s3.lifecycle.run-shard -shards 0-15 -s3 {HOST}:{site.port('s3-grpc')} -runtime 60s\nexit\n"
    subprocess.run(
        [str(VENV_BIN / "weed"), "shell", f"-master={at['master']}", f"-filer={at['filer']}"],
        input=command,
        cwd=home,
        env=clean_environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )


def test_the_store_destroys_documents_of_rooms_that_are_beyond_the_net_and_nothing_else(
    stores: Platform, client: Minio, bucket: str
) -> None:
    names = [object_folder("rooms", new_id()) + "left", object_folder("spaces", new_id()) + "kept"]
    for name in names:
        client.put_object(bucket, name, io.BytesIO(b"x"), 1)

    def left() -> list[str | None]:
        look(stores)
        return [one.object_name for one in client.list_objects(bucket, recursive=True)]

    assert eventually(lambda: left() == names[1:])
