"""What was deleted is shown to the citizen and to auditors, and anybody can verify the signed record."""

from __future__ import annotations

import json
import sys
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest

from gateway import deletion
from services.chassis.settings import SecretKey
from services.contracts.deletion import ALGORITHM, TYPE, RecordKeys
from services.media.control.adapters.records import SignedRecords
from tests.unit.gateway_room.conftest import Browser, World
from tests.unit.gateway_room.fake_deletion import DELETION

CONSOLE = "/console/deletions/"
DOWNLOAD = "/appointment/deletion-record"
KEYS = "/.well-known/deletion-record-keys"


@pytest.fixture
def forgotten(world: World) -> World:
    world.room.phase = "forgotten"
    world.deleted.forget()
    return world


class TestTheCitizen:
    def test_sees_what_was_deleted_and_downloads_the_record(self, forgotten: World) -> None:
        citizen = forgotten.citizen()
        page = citizen.get("/appointment").text
        assert "What was deleted" in page
        assert "2.4 MB" in page
        assert DOWNLOAD in page
        answer = citizen.get(DOWNLOAD)
        assert "attachment" in answer.headers["Content-Disposition"]
        assert deletion.verified(answer.text, forgotten.deleted.signing.keys()) == DELETION

    def test_finds_no_record_where_nothing_is_deleted_yet(self, world: World) -> None:
        world.room.phase = "late"
        assert "What was deleted" not in world.citizen().get("/appointment").text
        assert world.citizen().get(DOWNLOAD).status_code == 404

    def test_sees_no_record_of_another_appointment(self, forgotten: World) -> None:
        forgotten.deleted.speak_of("room-2")
        assert "2.4 MB" not in forgotten.citizen().get("/appointment").text

    def test_has_to_come_by_his_link(self, forgotten: World) -> None:
        assert forgotten.nobody().get(DOWNLOAD).status_code == 303


class TestTheAuditor:
    def test_is_led_to_the_records(self, forgotten: World) -> None:
        assert forgotten.staff("auditor").get("/console/").location == CONSOLE

    def test_sees_the_record_of_an_appointment_and_that_it_is_genuine(self, forgotten: World) -> None:
        page = asked(forgotten.staff("auditor"), "room-1")
        assert "genuine" in page
        assert DELETION.objects_sha256 in page

    def test_verifies_a_record_that_is_shown_to_him(self, forgotten: World) -> None:
        [record] = forgotten.deleted.records
        assert DELETION.objects_sha256 in asked(forgotten.staff("auditor"), record)

    def test_is_told_of_a_record_that_was_changed(self, forgotten: World) -> None:
        page = asked(forgotten.staff("auditor"), changed(forgotten.deleted.records[0]))
        assert "not genuine" in page
        assert "It was changed after it was signed." in page

    def test_is_told_of_a_genuine_record_in_the_place_of_another(self, forgotten: World) -> None:
        forgotten.deleted.speak_of("room-2")
        page = asked(forgotten.staff("auditor"), "room-1")
        assert "It speaks of another appointment." in page
        assert DELETION.objects_sha256 not in page

    def test_is_told_where_there_is_none(self, forgotten: World) -> None:
        assert "nothing was deleted yet" in asked(forgotten.staff("auditor"), "another-room")

    @pytest.mark.parametrize("role", ["agent", "supervisor", "helpdesk", "administrator", "operator"])
    def test_alone_may_look(self, forgotten: World, role: str) -> None:
        somebody = forgotten.staff(role)
        assert somebody.get(CONSOLE).status_code == 403
        assert somebody.post(CONSOLE, {"text": "room-1"}).status_code == 403


class TestVerifying:
    def test_anybody_can_with_the_published_keys_and_our_command(
        self, forgotten: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "keys").write_text(forgotten.nobody().get(KEYS).text)
        (tmp_path / "records").write_text(forgotten.citizen().get(DOWNLOAD).text)
        monkeypatch.setattr(sys, "argv", ["deletion", str(tmp_path / "records"), str(tmp_path / "keys")])
        assert deletion.main() == 0
        (tmp_path / "records").write_text(changed(forgotten.deleted.records[0]))
        assert deletion.main() == 1

    def test_the_published_keys_hold_no_private_part(self, forgotten: World) -> None:
        [key] = json.loads(forgotten.nobody().get(KEYS).text)["keys"]
        assert set(key) == {"kty", "crv", "x", "kid", "alg", "use"}

    def test_a_record_outlives_the_key_that_signed_it(self, forgotten: World) -> None:
        [former] = forgotten.deleted.signing.keys().keys
        rolled = SignedRecords(SecretKey("3b" * 32), (former.x,))
        assert deletion.verified(forgotten.deleted.records[0], rolled.keys()) == DELETION
        assert rolled.keys().keys[0].kid != former.kid

    @pytest.mark.parametrize(
        "record",
        [
            "",
            "a",
            "a.b.c",
            "..",
            "é.é.é",
            "x" * 20_000,
            "eyJhbGciOiJub25lIn0.e30.",
            "W10.e30.AA",
            "MQ.e30.AA",
        ],
    )
    def test_what_is_no_record_is_refused(self, forgotten: World, record: str) -> None:
        with pytest.raises(deletion.NotGenuine):
            deletion.verified(record, forgotten.deleted.signing.keys())

    @pytest.mark.parametrize("crit", [1, True, {}, [1], ["b64"], "b64"])
    def test_a_record_with_a_header_that_makes_no_sense_is_refused(self, forgotten: World, crit: Any) -> None:
        keys = forgotten.deleted.signing.keys()
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": keys.keys[0].kid, "crit": crit}
        said = urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        with pytest.raises(deletion.NotGenuine):
            deletion.verified(f"{said}.e30.AA", keys)

    def test_a_record_signed_by_a_stranger_is_refused(self, forgotten: World) -> None:
        strange = SignedRecords(SecretKey("4c" * 32), ()).sign(DELETION)
        with pytest.raises(deletion.NotGenuine, match="key_unknown"):
            deletion.verified(strange, forgotten.deleted.signing.keys())
        with pytest.raises(deletion.NotGenuine, match="key_unknown"):
            deletion.verified(forgotten.deleted.records[0], RecordKeys(keys=()))


def asked(browser: Browser, text: str) -> str:
    return str(browser.post(CONSOLE, {"text": text}).text)


def changed(record: str) -> str:
    """Under the same signature it says something else."""
    header, _, signature = record.split(".")

    other = urlsafe_b64encode(b"{}").rstrip(b"=").decode()
    return f"{header}.{other}.{signature}"
