"""Documents of spaces through the real bus, over the real stores: races, what lies there, what is left."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any, TypeVar

import bson
import pytest
from pymongo import MongoClient

from deploy.dev.platform import Platform
from deploy.dev.servers.objects import OPERATOR, SPACES_BUCKET, s3_client, s3_spaces_keys
from services.chassis.clock import TimeMachine
from services.chassis.ids import new_id
from services.chassis.rpc_client import RpcClient
from services.chassis.settings import load
from services.chassis.vault.cipher import clipped, open_stream, seal_stream, sealed_size
from services.chassis.vault.objects import Objects, SpaceObjectSettings
from services.contracts import professional as p
from services.contracts import space_documents as d
from services.contracts import spaces as s
from services.contracts.document_errors import QuotaExceeded
from services.contracts.document_rules import object_folder
from services.contracts.errors import NotFound, ServiceTimeout, ServiceUnavailable
from services.contracts.space_access import Actor
from services.contracts.wire import Request
from tests.service_process import ServiceProcess, eventually

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("replicas")]
ReplyT = TypeVar("ReplyT")

QUOTA = 1_000_000
PDF = b"%PDF-1.7\n" + b"A sentence that nobody else writes. " * 4000
NAME = "Certificat de naissance Zacharias.pdf"


@pytest.fixture(scope="module")
def replicas(stores: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ServiceProcess]]:
    """Two of them, with a small quota: whatever time does, both do it."""
    folder = tmp_path_factory.mktemp("spaces")
    environment = {**stores.env("spaces"), "QUOTA_BYTES": str(QUOTA)}
    with (
        ServiceProcess("services.spaces", environment, folder / "one") as one,
        ServiceProcess("services.spaces", environment, folder / "two") as two,
    ):
        yield [one, two]


@pytest.fixture(scope="module")
def files(stores: Platform) -> Iterator[RpcClient]:
    """The bus, with the rights of the files entry."""
    with closing(RpcClient(stores.env("gateway-files")["AMQP_URL"], "gateway-files")) as client:
        yield client


@pytest.fixture(scope="module")
def pages(stores: Platform) -> Iterator[RpcClient]:
    with closing(RpcClient(stores.env("gateway-pages")["AMQP_URL"], "gateway-pages")) as client:
        yield client


@pytest.fixture(scope="module")
def bucket(stores: Platform) -> Iterator[Objects]:
    """The bucket, with the rights of the files entry."""
    with closing(Objects(load(SpaceObjectSettings, stores.env("gateway-files")))) as objects:
        yield objects


@pytest.fixture(scope="module")
def whole(stores: Platform) -> Iterator[Objects]:
    """The bucket, with the rights of an operator, to look inside."""
    with closing(Objects(load(SpaceObjectSettings, s3_spaces_keys(stores.site, OPERATOR)))) as objects:
        yield objects


@pytest.fixture
def mongo(stores: Platform) -> Iterator[MongoClient[dict[str, Any]]]:
    with MongoClient[dict[str, Any]](stores.urls["mongo"], tz_aware=True) as client:
        yield client


@pytest.fixture
def machine(stores: Platform) -> Iterator[TimeMachine]:
    with closing(TimeMachine(stores.urls["redis"])) as machine:
        machine.reset()
        yield machine
        machine.reset()


def patiently(client: RpcClient, request: Request[ReplyT]) -> ReplyT:
    """Twenty at once may be more than a busy machine answers in five seconds: then it is asked again."""
    for _attempt in range(6):
        try:
            return client.call(request)
        except (ServiceTimeout, ServiceUnavailable):
            continue
    return client.call(request)


class Own:
    """A space, its person, and what the files entry does for him."""

    def __init__(self, pages: RpcClient, files: RpcClient, bucket: Objects) -> None:
        self.pages, self.files, self.bucket = pages, files, bucket
        self.actor = person()
        request = p.OpenProfessionalSpace(actor=self.actor, name="Muster", idempotency_key=new_id())
        self.space_id = patiently(pages, request).space_id

    def of(self, **fields: Any) -> Any:
        return {"actor": self.actor, "space_id": self.space_id, **fields}

    def grant(self, name: str, size: int, folder: str = "other") -> d.SpaceUploadGrant:
        fields = self.of(folder=folder, name=name, size=size, request_key=new_id())
        return patiently(self.files, d.GrantSpaceUpload(**fields))

    def store(self, grant: d.SpaceUploadGrant, clear: bytes) -> None:
        key = base64.b64decode(grant.data_key)
        sealed = seal_stream(key, [clear], grant.object_name)
        self.bucket.put(grant.object_name, sealed, sealed_size(len(clear)))

    def finish(self, grant: d.SpaceUploadGrant, size: int) -> d.SpaceDocument:
        fields = self.of(document_id=grant.document_id, version=grant.version, size=size)
        return patiently(self.files, d.FinishSpaceUpload(**fields, media_type="application/pdf"))

    def bring(self, name: str = NAME, clear: bytes = PDF) -> d.SpaceDocument:
        grant = self.grant(name, len(clear))
        self.store(grant, clear)
        return self.finish(grant, len(clear))

    def fetch(self, document_id: str, version: int = 0) -> bytes:
        fields = self.of(document_id=document_id, version=version)
        grant = patiently(self.files, d.GrantSpaceDownload(**fields))
        sealed = self.bucket.get(grant.object_name)
        clear = open_stream(base64.b64decode(grant.data_key), sealed, grant.object_name)
        return b"".join(clipped(clear, grant.size))

    def shelf(self) -> d.Shelf:
        return patiently(self.pages, d.ListSpaceDocuments(**self.of()))

    def delete(self, document: d.SpaceDocument) -> None:
        patiently(self.pages, d.DeleteSpaceDocument(**self.of(document_id=document.document_id)))

    def objects(self, whole: Objects) -> list[str]:
        return list(whole.names(object_folder("spaces", self.space_id)))


@pytest.fixture
def own(pages: RpcClient, files: RpcClient, bucket: Objects) -> Own:
    return Own(pages, files, bucket)


def person() -> Actor:
    unique = new_id()
    return Actor(
        person_id=f"p-{unique}",
        credential_id=f"c-{unique}",
        number=f"{abs(hash(unique)):020}"[:20],
        name="Léa Muster",
        kind="pro",
        company_id="B123456",
        company_name="Muster S.à r.l.",
    )


def lies_in(mongo: MongoClient[dict[str, Any]]) -> bytes:
    """Everything in every database, as it is stored."""
    names = [name for name in mongo.list_database_names() if name not in ("admin", "config", "local")]
    return b"".join(
        bson.encode(document)
        for name in names
        for collection in mongo[name].list_collection_names()
        for document in mongo[name][collection].find()
    )


def lies_in_bucket(stores: Platform) -> bytes:
    """All names and all bytes."""
    client = s3_client(stores.site)
    found = [one.object_name or "" for one in client.list_objects(SPACES_BUCKET, recursive=True)]
    return b"".join(name.encode() + client.get_object(SPACES_BUCKET, name).data for name in found)


def test_what_is_brought_comes_back_as_it_was_in_each_version(own: Own) -> None:
    document = own.bring()
    own.bring(clear=PDF + b"second")
    assert own.fetch(document.document_id, 1) == PDF
    assert own.fetch(document.document_id) == PDF + b"second"
    shown = own.shelf().documents[0]
    assert (shown.name, shown.version, shown.added_by, len(shown.earlier)) == (NAME, 2, "Léa Muster", 1)


def test_of_twenty_uploads_at_once_as_many_are_let_in_as_the_quota_holds(own: Own) -> None:
    """Through two replicas: each reads the shelf before the others have written it."""

    def grant(number: int) -> str:
        try:
            return own.grant(f"{number}.pdf", 300_000).document_id
        except QuotaExceeded as refused:
            return f"{refused.details['free']} left"

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(grant, range(20)))
    assert (outcomes.pop("100000 left"), set(outcomes.values()), len(outcomes)) == (17, {1}, 3)
    assert (own.shelf().used, own.shelf().documents) == (900_000, ())


def test_two_uploads_that_together_pass_the_quota_leave_nothing_half_done(own: Own, whole: Objects) -> None:
    own.bring("There.pdf", b"%PDF-1.7 " + bytes(600_000))
    clear = b"%PDF-1.7 " + bytes(300_000)

    def bring(name: str) -> str:
        try:
            return own.bring(name, clear).name
        except QuotaExceeded:
            return "refused"

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(bring, ("One.pdf", "Two.pdf")))
        shelf = own.shelf()
        brought = [one for one in shelf.documents if one.name != "There.pdf"]
        assert outcomes == [brought[0].name, "refused"]
        assert len(brought) == 1
        assert shelf.used == sum(one.size for one in shelf.documents)
        assert len(own.objects(whole)) == 2
        own.delete(brought[0])
        patiently(own.pages, d.EraseSpaceDocument(**own.of(document_id=brought[0].document_id)))
        assert len(own.objects(whole)) == 1


def test_twenty_documents_of_one_name_at_once_are_one_document(own: Own) -> None:
    written = [f"%PDF-1.7 {number}".encode() for number in range(20)]
    with ThreadPoolExecutor(20) as pool:
        brought = list(pool.map(lambda clear: own.bring("Same.pdf", clear), written))
    assert len({one.document_id for one in brought}) == 1
    (document,) = own.shelf().documents
    versions = [document.version, *(one.version for one in document.earlier)]
    assert (len(versions), versions) == (20, sorted(versions, reverse=True))
    assert {own.fetch(document.document_id, number) for number in versions} == set(written)


def test_neither_names_nor_bytes_lie_open_in_any_store(
    own: Own, stores: Platform, mongo: MongoClient[dict[str, Any]]
) -> None:
    document = own.bring()
    own.delete(own.bring("Geheim Ordonnance Zacharias.pdf"))
    stored, objects = lies_in(mongo), lies_in_bucket(stores)
    assert own.space_id.encode() in stored
    assert object_folder("spaces", own.space_id).encode() in objects
    for said in (b"Zacharias", b"Certificat", b"naissance", b"A sentence that nobody", b"%PDF-1.7"):
        assert said not in stored
        assert said not in objects
    assert own.space_id.encode() not in objects
    assert document.document_id.encode() not in objects


def test_nothing_is_left_of_a_space_that_is_over(
    own: Own,
    stores: Platform,
    whole: Objects,
    mongo: MongoClient[dict[str, Any]],
    machine: TimeMachine,
) -> None:
    own.bring()
    kept = Own(own.pages, own.files, own.bucket)
    kept.bring("Kept.pdf")
    patiently(own.pages, p.DeleteSpace(**own.of()))
    assert len(own.objects(whole)) == 1
    machine.shift(timedelta(days=30, seconds=1))
    eventually(lambda: mongo["spaces"]["spaces"].find_one(own.space_id) is None)
    assert own.objects(whole) == []
    assert own.space_id.encode() not in lies_in(mongo)
    assert object_folder("spaces", own.space_id).encode() not in lies_in_bucket(stores)
    with pytest.raises(NotFound, match="space"):
        own.shelf()
    assert [one.name for one in kept.shelf().documents] == ["Kept.pdf"]


def test_nothing_of_a_former_private_space_is_in_the_next_one(
    pages: RpcClient,
    files: RpcClient,
    bucket: Objects,
    whole: Objects,
    machine: TimeMachine,
    mongo: MongoClient[dict[str, Any]],
) -> None:
    own = Own(pages, files, bucket)
    own.space_id = own.actor.person_id
    opening = s.OpenPrivateSpace(actor=own.actor, data=s.PersonalData(), consent_version="2026-11")
    patiently(pages, opening)
    document = own.bring()
    pages.call(p.DeleteSpace(**own.of()))
    machine.shift(timedelta(days=30, seconds=1))
    eventually(lambda: mongo["spaces"]["private_spaces"].find_one(own.space_id) is None)
    patiently(pages, opening)
    assert (own.shelf().documents, own.shelf().used, own.objects(whole)) == ((), 0, [])
    with pytest.raises(NotFound, match="document"):
        own.fetch(document.document_id)
    own.bring("New.pdf")
    assert [one.name for one in own.shelf().documents] == ["New.pdf"]


def test_what_time_ends_goes_from_the_bucket_by_itself(
    own: Own, whole: Objects, machine: TimeMachine
) -> None:
    own.bring("Kept.pdf")
    own.delete(own.bring("Binned.pdf"))
    own.store(own.grant("Given up.pdf", len(PDF)), PDF)
    machine.shift(timedelta(minutes=30))
    eventually(lambda: len(own.objects(whole)) == 2)
    machine.shift(timedelta(days=30))
    eventually(lambda: len(own.objects(whole)) == 1)
    assert ([one.name for one in own.shelf().documents], own.shelf().bin) == (["Kept.pdf"], ())
