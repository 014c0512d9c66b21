"""The stores of documents keep the promises that the fakes keep; each query has an index."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from deploy.dev.servers.objects import OPERATOR, s3_spaces_keys
from services.chassis.clock import ManualClock
from services.chassis.ids import new_id
from services.chassis.mongo import uses_index
from services.chassis.settings import SecretKey, load
from services.chassis.vault.cipher import Tampered
from services.chassis.vault.keys import MasterKeys, OwnedKeys
from services.chassis.vault.objects import Objects, SpaceObjectSettings
from services.contracts.errors import ServiceUnavailable
from services.spaces.adapters.keys import VaultSpaceKeys
from services.spaces.adapters.objects import VaultObjects
from services.spaces.adapters.rounds import MongoRounds
from services.spaces.adapters.shelves import MongoEndings, MongoShelves
from services.spaces.domain.shelf import Shelf
from tests.unit.spaces.shelf_suite import RULES, ShelvesSuite, filled

pytestmark = pytest.mark.integration

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def shelves(own_database: Database[dict[str, Any]]) -> MongoShelves:
    made = MongoShelves(own_database, RULES)
    made.prepare()
    return made


class TestMongoShelves(ShelvesSuite):
    """The shared suite over the store that services use."""


def test_every_query_has_an_index(shelves: MongoShelves, own_database: Database[dict[str, Any]]) -> None:
    shelves.change(Shelf("space-1"), filled())
    for query in ({"due_at": {"$lte": NOW}}, {"folder": "f"}, {"count": {"$gte": 0}}):
        assert uses_index(own_database["shelves"], query), query


def test_of_twenty_who_are_due_for_a_round_one_makes_it(own_database: Database[dict[str, Any]]) -> None:
    rounds, pause = MongoRounds(own_database), timedelta(hours=6)

    def made(at: datetime) -> int:
        with ThreadPoolExecutor(20) as pool:
            return sum(pool.map(lambda _number: rounds.take("round", at, pause), range(20)))

    times = (NOW, NOW + timedelta(hours=5), NOW + timedelta(hours=6), NOW + timedelta(hours=12))
    assert [made(at) for at in times] == [1, 0, 1, 1]


def test_what_is_over_is_known_for_a_while(own_database: Database[dict[str, Any]]) -> None:
    endings = MongoEndings(own_database)
    endings.prepare()
    assert not endings.knows("spaces/a/")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _number: endings.note("spaces/a/", NOW), range(10)))
    assert (endings.knows("spaces/a/"), endings.knows("spaces/b/")) == (True, False)
    assert uses_index(own_database["ended_shelves"], {"at": {"$lte": NOW}})


# --- keys ---


@pytest.fixture
def keys(own_database: Database[dict[str, Any]]) -> VaultSpaceKeys:
    vault = OwnedKeys(own_database, MasterKeys([SecretKey("11" * 32)]), "space")
    return VaultSpaceKeys(vault, ManualClock(NOW))


def test_of_twenty_who_make_a_key_at_once_all_have_the_same(keys: VaultSpaceKeys) -> None:
    with ThreadPoolExecutor(20) as pool:
        made = {key.data_key("o-1") for key in pool.map(lambda _number: keys.ensure("space-1"), range(20))}
    assert len(made) == 1
    assert list(keys.owners()) == ["space-1"]


def test_what_was_sealed_is_lost_with_the_key_also_for_the_next_of_that_name(keys: VaultSpaceKeys) -> None:
    sealed = keys.ensure("space-1").seal("names", "Receipt.pdf", "d-1")
    keys.destroy("space-1")
    assert keys.get("space-1") is None
    with pytest.raises(Tampered):
        keys.ensure("space-1").unseal("names", sealed, "d-1")


def test_each_purpose_each_object_and_each_space_has_a_key_of_its_own(keys: VaultSpaceKeys) -> None:
    key, other = keys.ensure("space-1"), keys.ensure("space-2")
    assert len({key.data_key("o-1"), key.data_key("o-2"), other.data_key("o-1")}) == 3
    assert len({key.mark("names", "a"), key.mark("drafts", "a"), other.mark("names", "a")}) == 3
    assert key.mark("names", "a") == key.mark("names", "a")
    sealed = key.seal("names", "Receipt.pdf", "d-1")
    assert key.unseal("names", sealed, "d-1") == "Receipt.pdf"
    for opener, purpose, context in ((key, "drafts", "d-1"), (key, "names", "d-2"), (other, "names", "d-1")):
        with pytest.raises(Tampered):
            opener.unseal(purpose, sealed, context)


# --- objects ---


@pytest.fixture
def bucket(stores: Platform) -> Iterator[Objects]:
    """To put something there; spaces cannot."""
    with closing(Objects(load(SpaceObjectSettings, s3_spaces_keys(stores.site, OPERATOR)))) as objects:
        yield objects


@pytest.fixture
def objects(stores: Platform) -> Iterator[VaultObjects]:
    """With the rights that spaces has."""
    with closing(Objects(load(SpaceObjectSettings, stores.env("spaces")))) as opened:
        yield VaultObjects(opened)


def test_objects_are_listed_by_folder_and_removed(bucket: Objects, objects: VaultObjects) -> None:
    one, other = f"spaces/{new_id()}/", f"spaces/{new_id()}/"
    names = [f"{one}a", f"{one}b", f"{other}a"]
    for name in names:
        bucket.put(name, [b"x"], 1)
    assert {one, other} <= set(objects.folders())
    assert objects.names(one) == {f"{one}a", f"{one}b"}
    objects.remove([f"{one}a"])
    objects.remove([])
    assert objects.names(one) == {f"{one}b"}
    for _twice in range(2):
        objects.remove_all(one)
    assert (objects.names(one), objects.names(other)) == (set(), {f"{other}a"})
    objects.remove_all(other)


def test_a_store_that_is_away_is_named_as_the_documents(stores: Platform) -> None:
    variables = {**stores.env("spaces"), "S3_ENDPOINT": "127.0.0.1:1"}
    with closing(Objects(load(SpaceObjectSettings, variables))) as opened:
        away = VaultObjects(opened)
        for ask in (lambda: away.names("spaces/a/"), lambda: list(away.folders())):
            with pytest.raises(ServiceUnavailable, match="documents"):
                ask()
        with pytest.raises(ServiceUnavailable, match="documents"):
            away.remove(["spaces/a/b"])
