"""Sealed bytes wait on this machine while they are looked at and stored, and leave nothing there."""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from gateway.blueprints.files.spool import Spool, SpoolFull
from services.chassis.vault.cipher import CHUNK
from services.chassis.vault.objects import ObjectStoreDown

SEALED = os.urandom(9 * CHUNK + 5)
PATIENCE = 30


class Taken:
    """A store that takes what it is given; told to, it waits after the first piece."""

    def __init__(self, *, waits: bool = False) -> None:
        self.objects: dict[str, bytes] = {}
        self.broke_off = False
        self._waits, self.begun, self.may_go_on = waits, Event(), Event()

    def put(self, name: str, body: Iterator[bytes], size: int) -> None:
        try:
            taken = next(body)
            self.begun.set()
            if self._waits:
                assert self.may_go_on.wait(PATIENCE)
            taken += b"".join(body)
        except BaseException:
            self.broke_off = True
            raise
        assert len(taken) == size
        self.objects[name] = taken


class Down:
    def put(self, name: str, body: Iterator[bytes], size: int) -> None:
        raise ObjectStoreDown


def filled() -> Spool:
    spool = Spool()
    spool.fill([SEALED[:7], SEALED[7:]])
    return spool


def test_what_goes_in_is_stored_as_it_is() -> None:
    store = Taken()
    with filled() as spool, spool.going_into(store, "a"):
        assert spool.size == len(SEALED)
    assert store.objects == {"a": SEALED}


def test_its_digest_is_that_of_all_of_it() -> None:
    with Spool() as spool:
        assert spool.fill([SEALED[:7], SEALED[7:]]) == hashlib.sha256(SEALED).hexdigest()


def test_it_is_read_from_the_middle_while_it_is_being_stored() -> None:
    store = Taken(waits=True)
    with filled() as spool, spool.going_into(store, "a"):
        assert store.begun.wait(PATIENCE)
        assert spool.get_range("a", CHUNK, 10) == SEALED[CHUNK : CHUNK + 10]
        assert spool.get_range("a", len(SEALED) - 3, 10) == SEALED[-3:]
        store.may_go_on.set()
    assert store.objects == {"a": SEALED}


def refuse_while_it_is_stored(spool: Spool, store: Taken) -> None:
    with spool.going_into(store, "a"):
        assert store.begun.wait(PATIENCE)
        store.may_go_on.set()
        raise ZeroDivisionError


def test_what_is_refused_meanwhile_is_not_stored() -> None:
    store = Taken(waits=True)
    with filled() as spool, pytest.raises(ZeroDivisionError):
        refuse_while_it_is_stored(spool, store)
    assert (store.objects, store.broke_off) == ({}, True)


def test_a_store_that_is_down_is_said_to_be_so() -> None:
    with filled() as spool, pytest.raises(ObjectStoreDown), spool.going_into(Down(), "a"):
        pass


def test_nothing_of_it_has_a_name(tmp_path: Path) -> None:
    with Spool(str(tmp_path)) as spool:
        spool.fill([SEALED])
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_no_room(tmp_path: Path) -> None:
    with pytest.raises(SpoolFull):
        Spool(str(tmp_path / "away"))


@pytest.mark.parametrize("at", ["write", "flush"])
def test_a_machine_without_room_is_said_to_be_so(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full(at))
    with Spool() as spool, pytest.raises(SpoolFull):
        spool.fill([SEALED])


class Full:
    """A file on a disk that is full."""

    def __init__(self, at: str) -> None:
        self._at = at

    def write(self, _piece: bytes) -> None:
        self._fails("write")

    def flush(self) -> None:
        self._fails("flush")

    def close(self) -> None:
        pass

    def _fails(self, at: str) -> Any:
        if at == self._at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
