"""The files entry over the pages' sessions and services; what a person reads of the documents of a space."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest

from gateway.blueprints.files import spaces as entry
from services.chassis.vault.objects import ObjectMissing, ObjectStoreDown
from tests.documents.checks import passing
from tests.unit.gateway.conftest import make_world
from tests.unit.gateway_room.bodies import CONTENT_TYPE, body

OWN = "/spaces/private/documents"
PDF = b"%PDF-1.7\n" + b"content " * 10_000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(500)
AT_HOME = "https://localhost"
SCRIPT = {"Sec-Fetch-Dest": "empty"}


class FakeStore:
    """Objects in a dictionary; like S3, a body that breaks off stores nothing."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.is_down = False
        self.meanwhile: list[Callable[[], None]] = []
        """What others do while the next one is being stored."""

    def put(self, name: str, sealed: Iterator[bytes], size: int) -> None:
        if self.is_down:
            raise ObjectStoreDown
        if self.meanwhile:
            self.meanwhile.pop()()
        stored = b"".join(sealed)
        assert len(stored) == size
        self.objects[name] = stored

    def get(self, name: str) -> Iterator[bytes]:
        if name not in self.objects:
            raise ObjectMissing
        return iter([self.objects[name]])

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        return self.objects[name][offset : offset + length]


class Files:
    """The files entry over the same sessions and services."""

    def __init__(self, world: Any) -> None:
        self.app, self.store, self.rooms = make_world("files").app, FakeStore(), FakeStore()
        self.app.extensions["runtime"] = world.app.extensions["runtime"]
        self.app.session_interface = world.app.session_interface
        self.app.extensions[entry.OBJECTS] = self.store
        self.app.extensions["objects"] = self.rooms
        self.app.extensions["checks"] = passing()

    def bring(
        self,
        browser: Any,
        content: bytes = PDF,
        filename: str = "letter.pdf",
        *,
        to: str = "private",
        folder: str = "insurance",
        key: str = "",
        name: str = "",
        script: bool = False,
        token: str = "",
        cut: int = 0,
    ) -> Any:
        """Send the form of the page; `cut` bytes of the body never come."""
        fields = {
            "csrf_token": token or browser._token(),
            "request_key": key or f"key of {filename} {len(content)}",
            "folder": folder,
            "name": name,
        }
        data = body(content, filename, fields)
        headers = {"Sec-Fetch-Site": "same-origin", **(SCRIPT if script else {})}
        length = {"Content-Length": str(len(data))} if cut else {}
        return self._client(browser).post(
            f"/files/spaces/{to}",
            base_url=AT_HOME,
            data=data[: len(data) - cut],
            content_type=CONTENT_TYPE,
            headers=headers | length,
        )

    def post(self, browser: Any, path: str, token: str = "", **fields: str) -> Any:
        """A form without a file."""
        form, headers = {"csrf_token": token or browser._token()} | fields, {"Sec-Fetch-Site": "same-origin"}
        return self._client(browser).post(path, base_url=AT_HOME, data=form, headers=headers)

    def fetch(self, browser: Any, path: str, **options: Any) -> Any:
        return self._client(browser).get(path, base_url=AT_HOME, **options)

    def _client(self, browser: Any) -> Any:
        client, cookie = self.app.test_client(), browser.client.get_cookie("__Host-sid")
        if cookie:
            client.set_cookie("__Host-sid", cookie.value, domain="localhost")
        return client


def words(page: Any) -> str:
    """What a person reads, from the heading on."""
    main = page.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def address_of(browser: Any, name: str, listed_at: str = OWN) -> str:
    """The page of one document."""
    found = re.search(
        rf'href="({re.escape(listed_at)}/[^"/]+)">{re.escape(name)}<', browser.get(listed_at).text
    )
    assert found, f"{name} is not listed"
    return found[1]


def download_of(browser: Any, name: str, listed_at: str = OWN) -> str:
    space = listed_at.removesuffix("/documents").removeprefix("/spaces")
    return f"/files/spaces{space}/{address_of(browser, name, listed_at).rpartition('/')[2]}"


@pytest.fixture
def files(world: Any) -> Files:
    return Files(world)
