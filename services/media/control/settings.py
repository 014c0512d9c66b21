"""Media control's configuration; every number of its rules can be set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.chassis.settings import BusSettings, MongoSettings, Secret, SecretKey
from services.chassis.vault.objects import ObjectSettings
from services.media.control.domain.rules import Rules
from services.media.control.relay_settings import RelaySettings


@dataclass(frozen=True, kw_only=True)
class MediaSettings(BusSettings, MongoSettings, ObjectSettings, RelaySettings):
    """`MASTER_KEY` may list several keys: the first wraps, all of them unwrap."""

    keys_mongo_uri: Secret
    keys_mongo_database: str
    redis_url: Secret
    master_key: tuple[SecretKey, ...]
    record_key: SecretKey
    """Signs what is proved of forgotten rooms: the seed of an Ed25519 key."""
    record_public_keys: tuple[str, ...] = ()
    """Which verify, too: those before, for a year, and the next one before it signs."""

    opens_before_minutes: float = 15
    may_last_minutes: float = 30
    missing_after_minutes: float = 5
    wrap_up_minutes: float = 1
    invitation_minutes: float = 30
    estimates_wait: bool = True
    """Whether citizens in the waiting room are told when they can be taken."""
    kept_for_hours: float = 24
    draft_kept_for_hours: float = 24
    upload_kept_for_minutes: float = 30
    swept_again_after_minutes: float = 30
    tombstone_kept_for_days: float = 365
    compare_hours: float = 6
    """From one comparison of the stores to the next; none where it is 0."""
    grant_seconds: float = 60
    log_grant_minutes: float = 15
    case_file_url: str = ""
    """Where the gateway's files process hands documents over; without one nothing is."""
    case_file_seconds: float = 30
    """For one document in all."""
    check_seconds: int = 30
    max_checks: int = 20
    check_leaves: int = 10
    room_capacity: int = 6
    max_documents: int = 20
    max_document_bytes: int = 20 * 1024 * 1024
    max_message_chars: int = 2000
    max_messages: int = 500


def rules_of(settings: MediaSettings) -> Rules:
    """The numbers of the domain."""
    return Rules(
        opens_before=timedelta(minutes=settings.opens_before_minutes),
        may_last=timedelta(minutes=settings.may_last_minutes),
        missing_after=timedelta(minutes=settings.missing_after_minutes),
        wrap_up=timedelta(minutes=settings.wrap_up_minutes),
        invitation_lasts=timedelta(minutes=settings.invitation_minutes),
        estimates_wait=settings.estimates_wait,
        kept_for=timedelta(hours=settings.kept_for_hours),
        draft_kept_for=timedelta(hours=settings.draft_kept_for_hours),
        upload_kept_for=timedelta(minutes=settings.upload_kept_for_minutes),
        swept_again_after=timedelta(minutes=settings.swept_again_after_minutes),
        tombstone_kept_for=timedelta(days=settings.tombstone_kept_for_days),
        compared_every=timedelta(hours=settings.compare_hours),
        grant_for=timedelta(seconds=settings.grant_seconds),
        filing_for=timedelta(seconds=settings.case_file_seconds) if settings.case_file_url else None,
        log_grant_for=timedelta(minutes=settings.log_grant_minutes),
        relay_for=timedelta(hours=settings.relay_hours),
        check_lasts=timedelta(seconds=settings.check_seconds),
        max_checks=settings.max_checks,
        check_leaves=settings.check_leaves,
        capacity=settings.room_capacity,
        max_documents=settings.max_documents,
        max_document_bytes=settings.max_document_bytes,
        max_message_chars=settings.max_message_chars,
        max_messages=settings.max_messages,
    )
