"""Where documents go: a room, with `media` as its owner."""

from __future__ import annotations

from dataclasses import dataclass

from services.contracts.media import (
    AbandonUpload,
    FinishUpload,
    GrantUpload,
    Participant,
    UploadGrant,
)


@dataclass(frozen=True)
class InRoom:
    """For everybody in a room, or for its agents alone."""

    room_id: str
    participant: Participant
    kind: str
    """`shared` or `identity_copy`."""

    def grant(self, name: str, size: int) -> GrantUpload:
        return GrantUpload(
            room_id=self.room_id, participant=self.participant, kind=self.kind, name=name, size=size
        )

    def finish(self, grant: UploadGrant, size: int, media_type: str) -> FinishUpload:
        return FinishUpload(
            room_id=self.room_id, document_id=grant.document_id, size=size, media_type=media_type
        )

    def abandon(self, grant: UploadGrant) -> AbandonUpload:
        return AbandonUpload(room_id=self.room_id, document_id=grant.document_id)

    def label(self, grant: UploadGrant) -> str:
        return grant.document_id
