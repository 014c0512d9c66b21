"""One document as `multipart/form-data` (RFC 7578) for the case file, made as it is read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from secrets import token_hex

from gateway.case_file.port import Paper

_DIGEST_CHARS = 64


class Body:
    """Three parts: `handover` (JSON) says what it is, `document` the bytes, `sha256` their digest in hex.

    The digest comes last because it is known only then; the whole has a length all the same.
    """

    def __init__(self, paper: Paper, chunks: Iterator[bytes]) -> None:
        self._paper, self._chunks = paper, chunks
        self._boundary = token_hex(16)
        self._digest = hashlib.sha256()
        self.is_whole = False
        """Every byte of it was handed out: from here on it may have arrived."""

    @property
    def content_type(self) -> str:
        return f"multipart/form-data; boundary={self._boundary}"

    @property
    def length(self) -> int:
        return len(self._before) + self._paper.size + len(self._after("0" * _DIGEST_CHARS))

    @property
    def sha256(self) -> str:
        """Of the bytes read so far."""
        return self._digest.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Once.  Raises what the document's chunks raise."""
        yield self._before
        for chunk in self._chunks:
            self._digest.update(chunk)
            yield chunk
        last = self._after(self.sha256)
        self.is_whole = True
        yield last

    @property
    def _before(self) -> bytes:
        said = json.dumps(_said(self._paper), ensure_ascii=False)
        return (
            self._head("handover", "application/json")
            + said.encode()
            + b"\r\n"
            + self._head("document", self._paper.media_type, filename="document")
        )

    def _after(self, digest: str) -> bytes:
        end = f"{digest}\r\n--{self._boundary}--\r\n"
        return b"\r\n" + self._head("sha256", "text/plain") + end.encode()

    def _head(self, name: str, media_type: str, *, filename: str = "") -> bytes:
        file = f'; filename="{filename}"' if filename else ""
        return (
            f"--{self._boundary}\r\n"
            f'Content-Disposition: form-data; name="{name}"{file}\r\n'
            f"Content-Type: {media_type}\r\n\r\n"
        ).encode()


def _said(paper: Paper) -> dict[str, str | int]:
    return {
        "document_id": paper.document_id,
        "appointment_id": paper.appointment_id,
        "name": paper.name,
        "media_type": paper.media_type,
        "size": paper.size,
        "sent_by": paper.sent_by,
        "agent_id": paper.agent_id,
        "reason": paper.reason,
        "decided_at": paper.decided_at.isoformat(),
    }
