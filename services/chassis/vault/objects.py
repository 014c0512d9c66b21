"""The object store: plain S3 through the minio client, streaming both ways.

Uploads go through a presigned PUT with an iterator as body: the client's own
`put_object` keeps whole parts in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Any

import urllib3
from minio import Minio
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from services.chassis.settings import Secret

_PRESIGNED = timedelta(minutes=1)
_READ = 65_536


@dataclass(frozen=True, kw_only=True)
class StoreSettings:
    """The store itself; those below say which bucket, and are mixed into a process's settings."""

    s3_endpoint: str
    """host:port"""
    s3_secure: bool
    s3_access_key: Secret
    s3_secret_key: Secret


@dataclass(frozen=True, kw_only=True)
class ObjectSettings(StoreSettings):
    """With the bucket of what is forgotten within days: documents of rooms."""

    s3_bucket: str

    @property
    def bucket(self) -> str:
        return self.s3_bucket


@dataclass(frozen=True, kw_only=True)
class SpaceObjectSettings(StoreSettings):
    """With the bucket of what is kept: documents of spaces."""

    s3_spaces_bucket: str

    @property
    def bucket(self) -> str:
        return self.s3_spaces_bucket


class ObjectMissing(Exception):
    """No object of that name."""


class ObjectStoreDown(Exception):
    """The store does not answer, or refuses; nothing is known of what was asked."""


class Objects:
    """One bucket of sealed objects."""

    def __init__(self, settings: ObjectSettings | SpaceObjectSettings, *, connections: int = 32) -> None:
        timeout = urllib3.Timeout(connect=2, read=30)
        self._http = urllib3.PoolManager(maxsize=connections, block=False, timeout=timeout, retries=False)
        self._bucket = settings.bucket
        self._client = Minio(
            settings.s3_endpoint,
            access_key=settings.s3_access_key.reveal(),
            secret_key=settings.s3_secret_key.reveal(),
            secure=settings.s3_secure,
            region="us-east-1",
            http_client=self._http,
        )

    def put(self, name: str, body: Iterable[bytes], size: int) -> None:
        """Store exactly `size` bytes; if the body breaks off or raises, nothing is stored.

        Raises ObjectStoreDown; ValueError for a body of another size; or whatever the body raises.
        """
        pieces = _exactly(body, size)
        # Before the request begins: one that breaks off without a byte may leave an empty object.
        first = next(pieces, b"")
        url = self._client.presigned_put_object(self._bucket, name, expires=_PRESIGNED)
        try:
            headers = {"Content-Length": str(size)}
            response = self._http.request("PUT", url, body=chain((first,), pieces), headers=headers)
        except HTTPError:
            raise ObjectStoreDown from None
        if response.status != 200:
            raise ObjectStoreDown

    def get(self, name: str) -> Iterator[bytes]:
        """The object's bytes as they come; the connection is let go when the iterator is closed.

        Raises ObjectMissing before the first byte, ObjectStoreDown at any time.
        """
        response = self._open(name)
        return self._pieces(response)

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        """Bytes from the middle; fewer where the object ends.  Raises ObjectMissing, ObjectStoreDown."""
        return b"".join(self._pieces(self._open(name, offset, length)))

    def delete(self, name: str) -> None:
        """Remove one object; an absent one counts as removed."""
        try:
            self._client.remove_object(self._bucket, name)
        except (MinioException, HTTPError):
            raise ObjectStoreDown from None

    def delete_many(self, names: Iterable[str]) -> None:
        """Remove objects in batches, four times as fast as one by one."""
        try:
            faults = list(self._client.remove_objects(self._bucket, map(DeleteObject, names)))
        except (MinioException, HTTPError):
            raise ObjectStoreDown from None
        if faults:
            raise ObjectStoreDown

    def names(self, prefix: str) -> Iterator[str]:
        """Names of the objects that begin with `prefix`."""
        try:
            for found in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                yield str(found.object_name)
        except (MinioException, HTTPError):
            raise ObjectStoreDown from None

    def folders(self, prefix: str) -> Iterator[str]:
        """Names up to the next slash, once each, of the objects that begin with `prefix`."""
        try:
            for found in self._client.list_objects(self._bucket, prefix=prefix):
                if found.is_dir:
                    yield str(found.object_name)
        except (MinioException, HTTPError):
            raise ObjectStoreDown from None

    def answers(self) -> bool:
        """A readiness check: True when the bucket is there, also for one who may not list it."""
        try:
            return bool(self._client.bucket_exists(self._bucket))
        except S3Error as error:
            return bool(error.code == "AccessDenied")
        except (MinioException, HTTPError):
            return False

    def close(self) -> None:
        """Let the connections go."""
        self._http.clear()

    def _open(self, name: str, offset: int = 0, length: int = 0) -> Any:
        """From `offset` on, to the end where `length` is 0."""
        try:
            return self._client.get_object(self._bucket, name, offset=offset, length=length)
        except S3Error as error:
            raise ObjectMissing if error.code == "NoSuchKey" else ObjectStoreDown from None
        except (MinioException, HTTPError):
            raise ObjectStoreDown from None

    @staticmethod
    def _pieces(response: Any) -> Iterator[bytes]:
        try:
            yield from response.stream(_READ)
        except HTTPError:
            raise ObjectStoreDown from None
        finally:
            response.close()
            response.release_conn()


def _exactly(body: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The pieces; raises if they do not add up, since the store would wait for the rest."""
    left = size
    for piece in body:
        left -= len(piece)
        if left < 0:
            break
        yield piece
    if left:
        raise ValueError("not of the announced size")
