"""Settings of the documents of spaces: what stands in the variables is what holds, or the boot stops."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.chassis.settings import SettingsError, load
from services.spaces.domain.document import Rules
from services.spaces.settings import SpacesSettings, rules_of

OWN = {
    "ENVIRONMENT": "test",
    "METRICS_PORT": "1",
    "AMQP_URL": "amqp://broker.example/",
    "MONGO_URI": "mongodb://database.example/",
    "MONGO_DATABASE": "spaces",
    "KEYS_MONGO_URI": "mongodb://database.example/",
    "KEYS_MONGO_DATABASE": "spaces_keys",
    "MASTER_KEY": f"{'11' * 32},{'22' * 32}",
    "S3_ENDPOINT": "objects.example:9000",
    "S3_SECURE": "true",
    "S3_ACCESS_KEY": "spaces",
    "S3_SECRET_KEY": "secret",
    "S3_SPACES_BUCKET": "space-documents",
}
POSITIVE = (
    "QUOTA_BYTES",
    "MAX_DOCUMENT_BYTES",
    "MAX_DOCUMENTS",
    "UPLOAD_KEPT_FOR_MINUTES",
    "VERSION_KEPT_FOR_DAYS",
    "BIN_KEPT_FOR_DAYS",
    "GRANT_SECONDS",
)


def test_what_is_not_set_is_as_usual() -> None:
    assert rules_of(load(SpacesSettings, OWN)) == Rules()


def test_every_number_can_be_set() -> None:
    numbers = {name: str(number) for number, name in enumerate((*POSITIVE, "MAX_EARLIER_VERSIONS"), 1)}
    assert rules_of(load(SpacesSettings, {**OWN, **numbers})) == Rules(
        quota=1,
        most_bytes=2,
        most_documents=3,
        upload_kept_for=timedelta(minutes=4),
        version_kept_for=timedelta(days=5),
        bin_kept_for=timedelta(days=6),
        grant_for=timedelta(seconds=7),
        most_earlier=8,
    )


@pytest.mark.parametrize("name", POSITIVE)
def test_a_number_with_which_nothing_is_kept_stops_the_boot(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load(SpacesSettings, {**OWN, name: "0"})


def test_no_earlier_version_and_no_comparison_may_be_wished_but_nothing_below() -> None:
    settings = load(SpacesSettings, {**OWN, "MAX_EARLIER_VERSIONS": "0", "COMPARE_HOURS": "0"})
    assert (settings.max_earlier_versions, settings.compare_hours) == (0, 0)
    with pytest.raises(SettingsError, match="MAX_EARLIER_VERSIONS is invalid; COMPARE_HOURS is invalid"):
        load(SpacesSettings, {**OWN, "MAX_EARLIER_VERSIONS": "-1", "COMPARE_HOURS": "-1"})
