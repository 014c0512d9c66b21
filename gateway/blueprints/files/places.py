"""Where documents go: a room, whose owner is `media`, or a space, whose owner is `spaces`."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.blueprints.files.transfer import Stored
from services.contracts.media import Participant
from services.contracts.room_documents import AbandonUpload, FinishUpload, GrantUpload, UploadGrant
from services.contracts.space_access import Actor
from services.contracts.space_documents import (
    AbandonSpaceUpload,
    FinishSpaceUpload,
    GrantSpaceUpload,
    SpaceUploadGrant,
)


@dataclass(frozen=True)
class InRoom:
    """For everybody in a room, or for its agents alone."""

    room_id: str
    participant: Participant
    kind: str
    """`shared` or `identity_copy`."""
    request_key: str = ""
    """The same for every attempt to bring one file; empty where the page made none."""

    @property
    def whom(self) -> str:
        return f"{self.participant.participant_id} of {self.room_id}"

    def grant(self, name: str, size: int) -> GrantUpload:
        return GrantUpload(
            room_id=self.room_id,
            participant=self.participant,
            kind=self.kind,
            name=name,
            size=size,
            request_key=self.request_key,
        )

    def finish(self, grant: UploadGrant, stored: Stored) -> FinishUpload:
        return FinishUpload(
            room_id=self.room_id,
            document_id=grant.document_id,
            size=stored.size,
            media_type=stored.media_type,
            pages=stored.pages,
            digest=stored.digest,
        )

    def abandon(self, grant: UploadGrant) -> AbandonUpload:
        return AbandonUpload(room_id=self.room_id, document_id=grant.document_id)

    def label(self, grant: UploadGrant) -> str:
        return grant.document_id


@dataclass(frozen=True)
class InSpace:
    """For those who may read in a space."""

    actor: Actor
    space_id: str
    folder: str
    request_key: str
    name: str = ""
    """Of the document that this is to be a version of; empty: as the file is named."""
    version_of: str = ""
    """Its id."""

    @property
    def whom(self) -> str:
        return self.actor.person_id

    def grant(self, name: str, size: int) -> GrantSpaceUpload:
        return GrantSpaceUpload(
            actor=self.actor,
            space_id=self.space_id,
            folder=self.folder,
            name=self.name or name,
            size=size,
            request_key=self.request_key,
            version_of=self.version_of,
        )

    def finish(self, grant: SpaceUploadGrant, stored: Stored) -> FinishSpaceUpload:
        return FinishSpaceUpload(
            actor=self.actor,
            space_id=self.space_id,
            document_id=grant.document_id,
            version=grant.version,
            size=stored.size,
            media_type=stored.media_type,
            pages=stored.pages,
        )

    def abandon(self, grant: SpaceUploadGrant) -> AbandonSpaceUpload:
        return AbandonSpaceUpload(
            actor=self.actor,
            space_id=self.space_id,
            document_id=grant.document_id,
            version=grant.version,
        )

    def label(self, grant: SpaceUploadGrant) -> str:
        return grant.object_name
