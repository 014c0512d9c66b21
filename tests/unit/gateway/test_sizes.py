"""Sizes of files as pages write them."""

from typing import Any

import pytest
from flask_babel import force_locale

from gateway.i18n import LANGUAGES, file_size


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1.4 MB"), ("de", "1,4 MB"), ("fr", "1,4 Mo"), ("lb", "1,4 MB")],
)
def test_a_size_is_written_as_its_reader_writes_it(world: Any, language: str, written: str) -> None:
    assert language in LANGUAGES
    with world.app.test_request_context(), force_locale(language):
        assert file_size(1_400_000).replace("\u202f", " ").replace("\xa0", " ") == written


@pytest.mark.parametrize(
    ("size", "written"), [(0, "0 byte"), (999, "999 byte"), (1_000, "1 kB"), (999_949, "999.9 kB")]
)
def test_the_unit_fits_the_size(world: Any, size: int, written: str) -> None:
    with world.app.test_request_context(), force_locale("en"):
        assert file_size(size) == written
