"""Uploads into a space whose processes died: what they left in the stores does not stay there."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from deploy.dev.platform import Platform
from services.chassis.clock import TimeMachine
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.chassis.vault.objects import Objects, SpaceObjectSettings
from services.contracts import professional as p
from services.contracts import space_documents as d
from services.contracts.document_rules import object_folder
from services.spaces.domain.document import Rules
from tests.documents.dying import die
from tests.documents.mortal_upload import STEPS
from tests.integration.spaces.test_documents import patiently, person
from tests.service_process import eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("replicas")]


@pytest.fixture
def owner(stores: Platform) -> Iterator[Objects]:
    """The bucket with the rights of spaces."""
    with closing(Objects(load(SpaceObjectSettings, stores.env("spaces")))) as objects:
        yield objects


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    with closing(TimeMachine(stores.urls["redis"])) as machine:
        machine.reset()
        yield machine
        machine.reset()


def test_of_uploads_whose_processes_died_at_each_step_only_what_was_finished_stays(
    stores: Platform,
    client: RpcClient,
    owner: Objects,
    database: Database[dict[str, Any]],
    machine: TimeMachine,
) -> None:
    actor = person()
    opening = p.OpenProfessionalSpace(actor=actor, name="Muster", idempotency_key=actor.person_id)
    space_id = patiently(client, opening).space_id

    def killed_at(step: str) -> None:
        script, environment = "tests.documents.mortal_upload", stores.env("gateway-files")
        die(script, environment, step, "space", space_id, json.dumps(asdict(actor)))

    def rows() -> set[str]:
        shelf = database["shelves"].find_one({"_id": space_id}) or {"documents": (), "doomed": ()}
        versions = [version for document in shelf["documents"] for version in document["versions"]]
        return {one["object_name"] for one in (*versions, *shelf["doomed"])}

    def objects() -> set[str]:
        return set(owner.names(object_folder("spaces", space_id)))

    def shown() -> list[str]:
        listed = patiently(client, d.ListSpaceDocuments(actor=actor, space_id=space_id))
        return [one.name for one in listed.documents]

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(killed_at, STEPS))
    assert len(rows()) == len(STEPS)
    assert objects() < rows(), "no object without its row"
    assert shown() == ["finished.pdf"]

    machine.shift(Rules().upload_kept_for + timedelta(seconds=1))
    eventually(lambda: len(rows()) == 1)
    assert (objects(), shown()) == (rows(), ["finished.pdf"])
