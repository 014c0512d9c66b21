"""The servers under the platform let each process do its own work and nobody else's."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import amqp
import pymongo
import pytest
import redis
from amqp.exceptions import AccessRefused
from minio.error import S3Error
from pymongo.errors import OperationFailure
from redis.exceptions import NoPermissionError

from deploy.dev.platform import Platform
from deploy.dev.servers.cache import redis_url
from deploy.dev.servers.objects import BUCKET, NET_DAYS, SPACES_BUCKET, s3_client
from services.chassis.amqp import DEAD, DEAD_DAYS, DEAD_QUEUE

pytestmark = pytest.mark.integration

QUEUE = "retry-booking-7"  # a name of booking's that none of its real consumers uses
REPLY_KEY = "6b0237ea-78a5-851f-3861-455c00000000"


@contextmanager
def channel_of(stores: Platform, user: str) -> Iterator[Any]:
    address = urlsplit(stores.env(user)["AMQP_URL"])
    host = f"{address.hostname}:{address.port}"
    with amqp.Connection(
        host, userid=address.username, password=address.password, confirm_publish=True
    ) as link:
        yield link.channel()


@contextmanager
def database_of(stores: Platform, user: str) -> Iterator[pymongo.MongoClient[dict[str, Any]]]:
    with pymongo.MongoClient(stores.env(user)["MONGO_URI"]) as client:
        yield client


def test_a_service_takes_its_own_requests_from_the_broker(stores: Platform) -> None:
    with channel_of(stores, "booking") as channel:
        channel.queue_declare(QUEUE, durable=True, exclusive=True)
        channel.queue_bind(QUEUE, "nameko-rpc", "booking.*")
        with channel_of(stores, "gateway-pages") as gateway:
            gateway.basic_publish(amqp.Message("{}"), "nameko-rpc", "booking.list_slots")
        assert channel.basic_get(QUEUE, no_ack=True).body == "{}"


def test_a_service_cannot_take_requests_meant_for_another(stores: Platform) -> None:
    with channel_of(stores, "booking") as channel:
        channel.queue_declare(QUEUE, durable=True, exclusive=True)
        with pytest.raises(AccessRefused):
            channel.queue_bind(QUEUE, "nameko-rpc", "identity.*")
    with channel_of(stores, "booking") as channel, pytest.raises(AccessRefused):
        channel.queue_declare("rpc-identity", durable=True)


def test_a_service_calls_only_those_it_needs(stores: Platform) -> None:
    with channel_of(stores, "booking") as channel:
        channel.basic_publish(amqp.Message("{}"), "nameko-rpc", REPLY_KEY)
        with pytest.raises(AccessRefused):
            channel.basic_publish(amqp.Message("{}"), "nameko-rpc", "notify.send")


def test_a_service_publishes_only_its_own_events(stores: Platform) -> None:
    with channel_of(stores, "booking") as channel:
        channel.basic_publish(amqp.Message("{}"), "booking.events", "appointment_booked.v1")
        with pytest.raises(AccessRefused):
            channel.basic_publish(amqp.Message("{}"), "media.events", "room_forgotten.v1")


def test_what_a_service_could_not_handle_is_read_by_the_operator_alone(stores: Platform) -> None:
    with channel_of(stores, "notify") as channel:
        channel.exchange_declare(DEAD, "fanout", durable=True, auto_delete=False)
        arguments = {"x-message-ttl": DEAD_DAYS * 86_400_000}
        channel.queue_declare(DEAD_QUEUE, durable=True, auto_delete=False, arguments=arguments)
        channel.queue_bind(DEAD_QUEUE, DEAD)
        with pytest.raises(AccessRefused):
            channel.basic_get(DEAD_QUEUE)
    for user in ("media-worker", "gateway-pages"):
        with channel_of(stores, user) as channel, pytest.raises(AccessRefused):
            channel.queue_declare(DEAD_QUEUE, durable=True, auto_delete=False, arguments=arguments)


def test_a_service_reads_and_writes_its_own_database_alone(stores: Platform) -> None:
    with database_of(stores, "booking") as client:
        client["booking"]["rights"].insert_one({"_id": "own"})
        assert client["booking"]["rights"].find_one({"_id": "own"})
        with pytest.raises(OperationFailure, match="not authorized"):
            client["identity"]["rights"].find_one()
        with pytest.raises(OperationFailure, match="not authorized"):
            client["identity"]["rights"].insert_one({"_id": "foreign"})


@pytest.mark.parametrize("user", ["media-control", "spaces"])
def test_the_database_for_keys_is_closed_to_the_user_of_the_other_one(stores: Platform, user: str) -> None:
    own = user.partition("-")[0]
    with database_of(stores, user) as client:
        client[own]["rights"].find_one()
        for keys in ("media_keys", "spaces_keys"):
            with pytest.raises(OperationFailure, match="not authorized"):
                client[keys]["rights"].find_one()


def test_the_database_refuses_who_does_not_log_in(stores: Platform) -> None:
    port = stores.site.port("mongo")
    with (
        pymongo.MongoClient[dict[str, Any]]("127.0.0.1", port, directConnection=True) as nobody,
        pytest.raises(OperationFailure, match="requires authentication"),
    ):
        nobody["booking"]["rights"].find_one()


def test_redis_keys_of_others_are_closed(stores: Platform) -> None:
    with redis.Redis.from_url(stores.env("gateway-pages")["REDIS_URL"]) as gateway:
        gateway.set("gateway:rights", "own", ex=5)
        with pytest.raises(NoPermissionError):
            gateway.get("media:node:1")
        with pytest.raises(NoPermissionError):
            gateway.flushall()


def test_the_gateway_follows_a_room_but_cannot_write_its_log(stores: Platform) -> None:
    with redis.Redis.from_url(stores.env("gateway-events")["REDIS_URL"]) as events:
        assert events.xread({"room:rights:log": "0"}) in ([], {})
        with pytest.raises(NoPermissionError):
            events.xadd("room:rights:log", {"type": "forged"})


def test_only_the_setter_moves_the_clock(stores: Platform) -> None:
    with redis.Redis.from_url(redis_url(stores.site, "clock-reader")) as reader:
        assert reader.hlen("clock") >= 0
        with pytest.raises(NoPermissionError):
            reader.hset("clock", "version", 1)


OWNERS = {BUCKET: "media-control", SPACES_BUCKET: "spaces"}


@pytest.fixture(params=OWNERS)
def bucket(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def document(stores: Platform, bucket: str) -> str:
    """The name of a document that the files process has stored."""
    s3_client(stores.site, "gateway-files").put_object(bucket, "rights", io.BytesIO(b"document"), 8)
    return "rights"


def test_the_files_process_reads_documents_but_neither_lists_nor_destroys_them(
    stores: Platform, bucket: str, document: str
) -> None:
    files = s3_client(stores.site, "gateway-files")
    with files.get_object(bucket, document) as answer:
        assert answer.read() == b"document"
    with pytest.raises(S3Error, match="AccessDenied"):
        list(files.list_objects(bucket))
    with pytest.raises(S3Error, match="AccessDenied"):
        files.remove_object(bucket, document)


def test_their_owner_lists_and_destroys_documents_that_it_cannot_read(
    stores: Platform, bucket: str, document: str
) -> None:
    owner = s3_client(stores.site, OWNERS[bucket])
    with pytest.raises(S3Error, match="AccessDenied"):
        owner.get_object(bucket, document)
    with pytest.raises(S3Error, match="AccessDenied"):
        owner.put_object(bucket, document, io.BytesIO(b"other"), 5)
    assert document in {entry.object_name for entry in owner.list_objects(bucket)}
    owner.remove_object(bucket, document)
    assert document not in {entry.object_name for entry in owner.list_objects(bucket)}


def test_documents_of_rooms_and_of_spaces_are_closed_to_each_others_owner(
    stores: Platform, bucket: str, document: str
) -> None:
    (other,) = (user for name, user in OWNERS.items() if name != bucket)
    stranger = s3_client(stores.site, other)
    for ask in (
        lambda: list(stranger.list_objects(bucket)),
        lambda: stranger.get_object(bucket, document),
        lambda: stranger.remove_object(bucket, document),
    ):
        with pytest.raises(S3Error, match="AccessDenied"):
            ask()


def test_documents_are_closed_to_who_has_no_key(stores: Platform, bucket: str, document: str) -> None:
    address = f"http://{stores.env('gateway-files')['S3_ENDPOINT']}/{bucket}/{document}"
    with pytest.raises(HTTPError) as refusal:
        urlopen(address, timeout=60)
    assert refusal.value.code == 403
    refusal.value.close()


def test_the_bucket_of_rooms_has_its_net_and_that_of_spaces_none(stores: Platform) -> None:
    client = s3_client(stores.site)
    net = client.get_bucket_lifecycle(BUCKET)
    assert net is not None
    assert [(rule.rule_filter.prefix, rule.expiration.days) for rule in net.rules] == [("rooms/", NET_DAYS)]
    assert client.get_bucket_lifecycle(SPACES_BUCKET) is None
