"""The scanner and the inspector as `make up` starts them, and the files entry's way to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from deploy.dev.platform import Platform
from gateway.blueprints.files.checks import Checks
from gateway.blueprints.files.transfer import receive
from gateway.inspection.client import Inspector
from gateway.inspection.scanner import Scanner
from services.contracts.document_rules import MEDIA_TYPES
from services.contracts.errors import PlatformError
from services.contracts.room_documents import AbandonUpload, Document, FinishUpload, GrantUpload, UploadGrant
from tests.unit.gateway_room.test_transfer import PLACE, FakeMedia, FakeStore

PIECE = 64 * 1024


@pytest.fixture(scope="session")
def checking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("checks")
    with Platform(folder, only=("scanner", "gateway-inspector"), environment="test") as started:
        yield started


@pytest.fixture(scope="session")
def checks(checking: Platform) -> Checks:
    variables = checking.env("gateway-files")
    return Checks(Scanner(variables["SCANNER"]), Inspector(variables["INSPECTOR"]))


@dataclass(frozen=True)
class Bytes:
    """A document as it comes in, and as the inspector reads it."""

    content: bytes
    filename: str = "letter.pdf"

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), PIECE):
            yield self.content[at : at + PIECE]

    def read(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]


class Media(FakeMedia):
    """Takes every type that is taken in a room."""

    def _grant(self, request: GrantUpload) -> UploadGrant:
        return replace(super()._grant(request), media_types=MEDIA_TYPES)


@dataclass(frozen=True)
class Intake:
    """What became of an upload, and what is left of it."""

    outcome: Document | PlatformError
    media: Media

    @property
    def reason(self) -> str:
        """As `tests.documents.hostile` writes it; `taken` where there is none."""
        if isinstance(self.outcome, Document):
            return "taken"
        name, details = type(self.outcome).__name__, self.outcome.args
        if name == "DocumentRefused":
            return str(details[0])
        return f"{name}({', '.join(details)})" if name == "InvalidField" else name

    @property
    def is_shown(self) -> bool:
        return bool(self.media.of(FinishUpload))

    @property
    def is_cleared_away(self) -> bool:
        """Whatever was granted has been given up."""
        return len(self.media.of(AbandonUpload)) == len(self.media.of(GrantUpload))


def bring(upload: Bytes, checks: Checks) -> Intake:
    """As the files entry does it, into a room."""
    media = Media()
    try:
        return Intake(receive(upload, PLACE, media, FakeStore(), checks), media)
    except PlatformError as refusal:
        return Intake(refusal, media)
