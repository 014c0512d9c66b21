"""The demonstration's registers: where they may run, whom they let in by which files, what they hold."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from deploy.dev.environment import variables_of
from deploy.dev.sandbox.persons import cast
from deploy.dev.servers.sources import sources_files
from deploy.dev.site import Site
from deploy.dev.sources.app import create_app
from deploy.dev.sources.files import Files
from deploy.dev.sources.registers import answer, rows
from deploy.dev.sources.settings import SourcesSettings
from services.chassis.settings import SettingsError, load
from services.contracts.national_number import is_national_number

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def registers(tmp_path: Path) -> FlaskClient:
    return create_app(tmp_path).test_client()


def test_they_do_not_start_where_data_are_real() -> None:
    told = {"ENVIRONMENT": "production", "LISTEN_PORT": "1", "FOLDER": "folder"}
    with pytest.raises(SettingsError, match="SOURCES is refused in production"):
        load(SourcesSettings, told)


def test_certificates_stay_and_keys_are_on_their_side_alone(tmp_path: Path) -> None:
    files = Files(tmp_path, "sources", "spaces")
    files.write()
    first = (files.platform / "client.pem").read_text()
    files.write()
    assert (files.platform / "client.pem").read_text() == first
    names = {side.name: {file.name for file in side.iterdir()} for side in (files.platform, files.theirs)}
    assert names == {
        "platform": {"authority.pem", "client.pem", "client-key.pem"},
        "sources": {"authority.pem", "server.pem", "server-key.pem"},
    }
    modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob("*/*.pem")}
    assert modes == {0o600}


def test_spaces_is_told_of_them_once_they_have_been_started(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert not [name for name in variables_of(site, "spaces") if name.startswith("SOURCES")]
    sources_files(site).write()
    told = variables_of(site, "spaces")
    assert told["SOURCES_URL"].startswith("https://")
    assert all(Path(told[f"SOURCES_{name}_FILE"]).exists() for name in ("CA", "CERTIFICATE", "KEY"))


def test_whoever_of_the_gallery_has_a_number_has_a_row_of_his_own() -> None:
    held = rows("insured-persons")
    for person in cast().person:
        if person.national_number:
            row = held[person.national_number]
            assert (row["first_name"], row["last_name"]) == (person.first_name, person.last_name)
            assert row["birth_date"] == person.birth_date
    companies = {means.company_id for person in cast().person for means in person.means if means.company_id}
    assert companies == set(rows("employers"))
    assert all(is_national_number(number) for number in held)


def test_somebody_is_held_whom_nobody_of_the_gallery_is() -> None:
    numbers = {person.national_number for person in cast().person}
    (other,) = set(rows("insured-persons")) - numbers
    assert rows("insured-persons")[other]["last_name"] not in {one.last_name for one in cast().person}


def test_a_row_is_as_of_last_night_or_as_old_as_it_says() -> None:
    fresh = answer("insured-persons", "1985041220134", NOW)
    old = answer("insured-persons", "1979110320219", NOW)
    assert fresh["as_of"] == "2026-11-23T04:00:00+00:00"
    assert old["as_of"] == "2026-10-14T04:00:00+00:00"
    early = answer("employers", "LU00000000", NOW.replace(hour=1))
    assert early["as_of"] == "2026-11-22T04:00:00+00:00"


def test_an_unknown_number_is_answered_with_no_row(registers: FlaskClient) -> None:
    found = registers.post("/v1/insured-persons/lookup", json={"national_number": "1"})
    assert (found.status_code, found.json and found.json["record"]) == (200, None)


@pytest.mark.parametrize(
    ("path", "question", "status"),
    [
        ("/v1/insured-persons/lookup", {"company_id": "LU00000000"}, 400),
        ("/v1/insured-persons/lookup", ["x"], 400),
        ("/v1/insured-persons/lookup", {"national_number": 7}, 400),
        ("/v1/weather/lookup", {"national_number": "1"}, 404),
        ("/v1/employers/lookup", {"company_id": "x" * 2000}, 413),
    ],
)
def test_a_question_that_is_none_is_refused(
    registers: FlaskClient, path: str, question: object, status: int
) -> None:
    assert registers.post(path, json=question).status_code == status


@pytest.mark.parametrize(("mode", "status"), [("away", 503), ("broken", 200), ("", 200)])
def test_a_file_says_how_they_behave(registers: FlaskClient, tmp_path: Path, mode: str, status: int) -> None:
    (tmp_path / "mode").write_text(f"{mode}\n")
    found = registers.post("/v1/employers/lookup", json={"company_id": "LU00000000"})
    assert found.status_code == status
    assert found.json is None if mode == "broken" else True
