"""gunicorn's messages: JSON lines without clients, addresses or exception texts."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from gunicorn.config import Config

from gateway.__main__ import _options
from gateway.server_log import ServerLog
from tests.unit.gateway.conftest import settings


class Listened:
    """A server's log, and the line that it has written."""

    def __init__(self) -> None:
        configuration = Config()
        configuration.set("proc_name", "gateway-pages")
        self.log = ServerLog(configuration)
        self._written = io.StringIO()
        for handler in self.log.error_log.handlers:
            handler.setStream(self._written)

    @property
    def line(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self._written.getvalue())
        return line


@pytest.fixture
def server() -> Listened:
    return Listened()


def test_a_request_that_failed_is_told_without_its_address(server: Listened) -> None:
    try:
        int("anna@example.org")
    except ValueError:
        server.log.exception("Error handling request %s %s", "GET", "/l/a-personal-token")
    assert (server.line["service"], server.line["level"]) == ("gateway-pages", "ERROR")
    assert server.line["message"] == "Error handling request %s %s"
    assert server.line["exception"][0]["type"] == "ValueError"
    assert "anna" not in str(server.line)


def test_a_malformed_request_is_told_without_who_sent_it(server: Listened) -> None:
    server.log.warning("Invalid request from ip=192.0.2.7: Invalid HTTP request line: '/l/a-personal-token'")
    assert server.line["message"] == "a request that breaks HTTP"


def test_an_exception_is_no_message(server: Listened) -> None:
    server.log.exception(ValueError("anna@example.org"))
    assert server.line["message"] == "the worker failed"


@pytest.mark.parametrize("entry", ["pages", "events", "files"])
def test_every_entry_logs_this_way(entry: str) -> None:
    told = {"--logger-class=gateway.server_log.ServerLog", f"--name=gateway-{entry}"}
    assert told <= set(_options(entry, settings()))
