"""Ports and secrets of a data folder."""

import contextlib
import socket
import stat
from pathlib import Path

import pytest

from deploy.dev import ports
from deploy.dev.platform import AlreadyRunning, Platform
from deploy.dev.site import Site


@pytest.fixture
def taken() -> int:
    """A port on which somebody listens for as long as the test runs."""
    with socket.socket() as listener:
        listener.bind((ports.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_the_usual_port_is_taken_if_it_is_free(tmp_path: Path) -> None:
    usual = ports.pick(0, set())
    assert Site(tmp_path, {"public": usual}).port("public") == usual


def test_another_port_is_drawn_if_the_usual_one_is_taken(tmp_path: Path, taken: int) -> None:
    port = Site(tmp_path, {"public": taken}).port("public")
    assert port != taken
    assert ports.is_free(port)


def test_ports_and_secrets_stay_the_same(tmp_path: Path) -> None:
    first = Site(tmp_path)
    port, secret = first.port("amqp"), first.secret("link-key")
    assert (Site(tmp_path).port("amqp"), Site(tmp_path).secret("link-key")) == (port, secret)


def test_a_remembered_port_that_somebody_took_is_exchanged(tmp_path: Path, taken: int) -> None:
    (tmp_path / "site.json").write_text(f'{{"block": 7, "ports": {{"amqp": {taken}}}}}')
    site = Site(tmp_path)
    site.own_ports(["amqp"]).release()
    assert site.port("amqp") != taken


def test_two_runs_never_own_the_same_ports(tmp_path: Path) -> None:
    one, other = Site(tmp_path / "one"), Site(tmp_path / "other")
    for site in (one, other):
        (site.folder / "site.json").write_text('{"block": 7}')
    first, second = one.own_ports(["amqp"]), other.own_ports(["amqp"])
    assert first.number != second.number
    assert one.port("amqp") != other.port("amqp")
    first.release()
    second.release()


def test_two_runs_that_start_at_the_same_moment_do_not_both_take_the_usual_port(tmp_path: Path) -> None:
    with socket.socket() as drawn:
        drawn.bind((ports.HOST, 0))
        usual = {"public": drawn.getsockname()[1]}
    one, other = Site(tmp_path / "one", usual), Site(tmp_path / "other", usual)
    for site in (one, other):
        (site.folder / "site.json").write_text('{"block": 7}')
    first, second = one.own_ports(["public"]), other.own_ports(["public"])
    assert one.port("public") == usual["public"], "nobody listens there yet"
    assert other.port("public") != usual["public"]
    for block in (first, second):
        block.release()
    other.own_ports(["public"]).release()
    assert other.port("public") == usual["public"]


def test_a_run_gets_its_ports_back(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.own_ports(["amqp", "mongo"]).release()
    before = site.port("amqp"), site.port("mongo")
    site.own_ports(["mongo", "amqp"]).release()
    assert (site.port("amqp"), site.port("mongo")) == before


def test_ports_in_a_row_have_no_names(tmp_path: Path) -> None:
    site, named = Site(tmp_path), set[int]()
    with contextlib.suppress(ports.NoFreePort):
        while True:
            named.add(site.port(f"port {len(named)}"))
    assert named
    assert named.isdisjoint(site.port_row())


def test_no_two_names_share_a_port(tmp_path: Path) -> None:
    usual = ports.pick(0, set())
    site = Site(tmp_path, {"one": usual, "other": usual})
    assert site.port("one") != site.port("other")


def test_secrets_differ_between_folders_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    one, other = Site(tmp_path / "one"), Site(tmp_path / "other")
    assert one.secret("link-key") != other.secret("link-key")
    assert stat.S_IMODE((tmp_path / "one" / "site.json").stat().st_mode) == 0o600


def test_a_second_supervisor_on_the_same_folder_is_refused(tmp_path: Path) -> None:
    with (
        Platform(tmp_path, only=()),
        pytest.raises(AlreadyRunning),
        Platform(tmp_path, only=()),
    ):
        pass
