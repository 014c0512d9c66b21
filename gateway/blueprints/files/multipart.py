"""Incremental reading of one `multipart/form-data` body (RFC 7578): small fields, then one file, last.

Nothing is spooled: at most one chunk of the file is in memory at a time.  The
file's length is known before its first byte is handed out, because what comes
after it - the closing delimiter - has a known length and `Content-Length`
covers the whole body; the object store wants a length, and so does the limit.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from typing import IO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gateway.receiving import STEP_BYTES

CHUNK_BYTES = STEP_BYTES
MAX_FIELD_BYTES = 4 * 1024
MAX_FIELDS = 10

_BASENAME = re.compile(r"[^/\\]*$")


class MultipartError(Exception):
    """The body is not what a browser sends; nothing of it can be used."""


class FileUpload:
    """The body of a request, read as far as the beginning of its file.

    Raises MultipartError for anything that is not fields followed by exactly
    one file.
    """

    def __init__(self, body: IO[bytes], content_type: str, content_length: int | None) -> None:
        if content_length is None:
            raise MultipartError("no length")
        self._body, self._unread = body, content_length
        self._boundary = _boundary(content_type)
        self._parser = MultipartParser(self._boundary, self._callbacks())  # type: ignore[arg-type]
        self._pieces: deque[bytes] = deque()
        self._header_name, self._header_value = b"", b""
        self._headers: dict[str, bytes] = {}
        self._field: str | None = None
        self._file_begun = self._file_ended = False
        self.fields: dict[str, str] = {}
        self.filename = ""
        self.names_a_folder = False
        """Whether its name came with a path, which no browser of today sends; `filename` is the last part."""
        self._rest = self._read_as_far_as_the_file()
        self.size = content_length - self._consumed - len(self._boundary) - len(b"\r\n----\r\n")
        """Bytes of the file, by the body's announced length; `chunks` insists on it."""
        if self.size < 0:
            raise MultipartError("length")

    def chunks(self) -> Iterator[bytes]:
        """The file's bytes, once."""
        given = 0
        data = self._rest
        while True:
            self._feed(data)
            while self._pieces:
                piece = self._pieces.popleft()
                given += len(piece)
                yield piece
            if self._file_ended:
                break
            data = self._read()
        if given != self.size:
            raise MultipartError("length")

    def drain(self, limit: int) -> None:
        """Read the rest away, up to `limit` bytes.

        A browser that is still sending when the answer comes and the connection
        closes shows an error of its own instead of our page.
        """
        while self._unread and limit > 0:
            data = self._body.read(min(CHUNK_BYTES, self._unread))
            if not data:
                return
            self._unread -= len(data)
            limit -= len(data)

    def _read_as_far_as_the_file(self) -> bytes:
        """Feed line by line, so that the place where the file begins is known exactly."""
        self._consumed = 0
        while True:
            data = self._read()
            begin = 0
            while begin < len(data):
                end = data.find(b"\n", begin) + 1 or len(data)
                self._feed(data[begin:end])
                self._consumed += end - begin
                begin = end
                if self._file_begun:
                    return data[begin:]

    def _read(self) -> bytes:
        data = self._body.read(min(CHUNK_BYTES, self._unread))
        if not data:
            raise MultipartError("ended early")
        self._unread -= len(data)
        return data

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.write(data)
        except FormParserError as error:
            raise MultipartError("syntax") from error

    # --- what the parser tells ---------------------------------------------------

    def _callbacks(self) -> dict[str, object]:
        return {
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_headers_finished": self._on_headers_finished,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
        }

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        self._headers[self._header_name.decode("latin-1").lower()] = self._header_value
        self._header_name, self._header_value = b"", b""

    def _on_headers_finished(self) -> None:
        if self._file_begun or len(self.fields) >= MAX_FIELDS:
            raise MultipartError("order")
        _, options = parse_options_header(self._headers.pop("content-disposition", b""))
        self._headers.clear()
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" in options:
            self._file_begun, self._field = True, None
            name = _unescaped(options[b"filename"])
            self.filename = _last_part(name)
            self.names_a_folder = self.filename != name
        else:
            self._field = name
            self.fields[name] = ""

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._pieces.append(data[start:end])
        else:
            self.fields[self._field] += data[start:end].decode("utf-8", "replace")
            if len(self.fields[self._field]) > MAX_FIELD_BYTES:
                raise MultipartError("field")

    def _on_part_end(self) -> None:
        self._file_ended = self._file_begun


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise MultipartError("not a form with a file")
    return boundary


def _last_part(path: str) -> str:
    found = _BASENAME.search(path)
    return found[0] if found else ""


def _unescaped(raw: bytes) -> str:
    """With the quotes that browsers escape (WHATWG: %22) as they were."""
    return raw.decode("utf-8", "replace").replace("%22", '"')
