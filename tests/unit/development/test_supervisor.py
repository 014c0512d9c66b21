"""Starting, watching and stopping, with small real processes."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.dev import state
from deploy.dev.part import NODE, Server, Step
from deploy.dev.process import Child, Command, Identity, bound_to
from deploy.dev.report import Silence
from deploy.dev.site import Site
from deploy.dev.supervisor import PartFailed, Restart, Supervisor

STAY = "import signal; signal.pause()"


class Script(Server):
    """A server that runs a line of Python and is ready once it has written its file."""

    def __init__(self, site: Site, name: str, then: str = STAY, needs: tuple[str, ...] = ()) -> None:
        super().__init__(site)
        self.name, self.needs, self.then = name, needs, then
        self.started = site.folder / f"{name}.started"

    def command(self) -> Command:
        text = f"import pathlib; pathlib.Path({str(self.started)!r}).touch(); {self.then}"
        return Command([sys.executable, "-c", text], {}, self.site.folder)

    def is_ready(self) -> bool:
        return self.started.exists()


class Once(Step):
    """A step that runs a line of Python; nobody asks whether it is ready."""

    name = "step"

    def __init__(self, site: Site, line: str, *, needed: bool = True) -> None:
        super().__init__(site)
        self._line, self._needed = line, needed

    def is_needed(self) -> bool:
        return self._needed

    def command(self) -> Command:
        return Command([sys.executable, "-c", self._line], {}, self.site.folder)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def supervise(site: Site) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def begin(*parts: Server | Step) -> Supervisor:
        started.append(Supervisor(site, parts, Silence()))
        return started[-1]

    yield begin
    for supervisor in started:
        supervisor.stop()


def test_a_part_starts_after_what_it_needs(site: Site, supervise: Callable[..., Supervisor]) -> None:
    below = Script(site, "below")
    above = Script(site, "above", f"assert pathlib.Path({str(below.started)!r}).exists(); {STAY}", ("below",))
    supervisor = supervise(above, below)
    supervisor.start()
    assert list(supervisor.children) == ["below", "above"]


def test_stopping_ends_every_child_and_forgets_the_run(
    site: Site, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(Script(site, "below"), Script(site, "above", needs=("below",)))
    supervisor.start()
    children = [child.identity for child in supervisor.children.values()]
    supervisor.stop()
    assert not any(child.runs() for child in children if child)
    assert state.load(site) is None


def test_a_part_that_ends_too_early_is_reported_with_the_end_of_its_log(
    site: Site, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(Script(site, "broken", "print('the reason'); raise SystemExit(3)"))
    supervisor.parts["broken"].is_ready = lambda: False  # type: ignore[method-assign]
    with pytest.raises(PartFailed, match=r"(?s)broken ended with exit code 3.*the reason"):
        supervisor.start()


def test_a_step_is_ready_when_it_has_ended_well(site: Site, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(Once(site, "pass"), Script(site, "after", needs=("step",)))
    supervisor.start()
    assert list(supervisor.children) == ["after"]


def test_a_step_that_ends_badly_ends_the_start(site: Site, supervise: Callable[..., Supervisor]) -> None:
    after = Script(site, "after", needs=("step",))
    supervisor = supervise(Once(site, "print('the reason'); raise SystemExit(3)"), after)
    with pytest.raises(PartFailed, match=r"(?s)step ended with exit code 3.*the reason"):
        supervisor.start()
    assert not after.started.exists()


def test_a_step_whose_result_is_there_is_skipped(site: Site, supervise: Callable[..., Supervisor]) -> None:
    step = Once(site, "raise SystemExit(3)", needed=False)
    supervisor = supervise(step, Script(site, "after", needs=("step",)))
    supervisor.start()
    assert list(supervisor.children) == ["after"]


def test_the_death_of_a_server_ends_the_watch(site: Site, supervise: Callable[..., Supervisor]) -> None:
    supervisor = supervise(Script(site, "server"), Script(site, "other"))
    supervisor.start()
    supervisor.children["server"].send(signal.SIGKILL)
    with pytest.raises(PartFailed, match="server ended with SIGKILL"):
        supervisor.watch()


def test_the_death_of_a_server_ends_the_start_of_the_others(
    site: Site, supervise: Callable[..., Supervisor]
) -> None:
    server, slow = Script(site, "server", "print('the reason')"), Script(site, "slow", needs=("server",))
    slow.is_ready = lambda: False  # type: ignore[method-assign]
    with pytest.raises(PartFailed, match=r"(?s)server ended with exit code 0.*the reason"):
        supervise(server, slow).start()


def test_a_service_that_died_is_started_again(site: Site, supervise: Callable[..., Supervisor]) -> None:
    service, server = Script(site, "service"), Script(site, "server")
    service.restarted = True
    # The second life ends the server, which ends the watch: the test waits for nothing but the two deaths.
    first = site.folder / "first"
    end_server = f"pathlib.Path({str(site.folder / 'server.pid')!r})"
    service.then = (
        f"import os; again = os.path.exists({str(first)!r}); pathlib.Path({str(first)!r}).touch(); "
        f"os.kill(int({end_server}.read_text()), 9) if again else None; {STAY}"
    )
    server.then = f"import os; {end_server}.write_text(str(os.getpid())); {STAY}"
    server.is_ready = lambda: (site.folder / "server.pid").exists()  # type: ignore[method-assign]
    service.needs = ("server",)
    supervisor = supervise(server, service)
    supervisor.start()
    before = supervisor.children["service"].pid
    supervisor.children["service"].send(signal.SIGKILL)
    with pytest.raises(PartFailed, match="server ended with SIGKILL"):
        supervisor.watch()
    assert supervisor.children["service"].pid != before


def test_each_quick_death_waits_longer_and_a_calm_minute_forgives() -> None:
    restart = Restart()
    assert [restart.note_death(now) for now in (100.0, 101.0, 103.0)] == [0.5, 1.0, 2.0]
    assert restart.note_death(200.0) == 0.5


def test_children_of_a_killed_supervisor_end(site: Site, tmp_path: Path) -> None:
    program = textwrap.dedent(f"""
        import pathlib, signal
        from deploy.dev.process import Child, Command
        child = Child("c", Command({[sys.executable, "-c", STAY]!r}), pathlib.Path({str(tmp_path / "log")!r}))
        print(child.pid, flush=True)
        signal.pause()
    """)
    reading, writing = os.pipe()
    supervisor = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", program],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)],
    )
    os.close(writing)
    with os.fdopen(reading) as output:
        child = Identity.of(int(output.readline()))
    assert child is not None
    os.kill(supervisor, signal.SIGKILL)
    os.waitpid(supervisor, 0)
    assert child.wait(60)


def test_node_runs_without_a_parent_in_between(tmp_path: Path) -> None:
    """One that passes no signal on would leave it behind when the supervisor is killed."""
    child = Child("node", Command([str(NODE), "-p", "process.pid"]), tmp_path / "log")
    assert child.wait(60) == 0
    assert child.last_lines() == [str(child.pid)]


def test_a_child_whose_supervisor_died_before_the_kernel_knew_never_begins(tmp_path: Path) -> None:
    began = tmp_path / "began"
    nobody = subprocess.Popen(["true"])
    nobody.wait()
    for supervisor, begins in ((nobody.pid, False), (os.getpid(), True)):
        ended = subprocess.run(bound_to(supervisor, ["touch", str(began)]), timeout=60)
        assert (ended.returncode == 0, began.exists()) == (begins, begins)


def test_what_a_killed_supervisor_left_behind_is_stopped_and_nothing_else(
    site: Site, supervise: Callable[..., Supervisor]
) -> None:
    supervisor = supervise(Script(site, "left"), Script(site, "foreign"))
    supervisor.start()
    left, foreign = (supervisor.children[name].identity for name in ("left", "foreign"))
    assert left
    assert foreign
    # The recorded child has the id of a process of ours, but not its start time: somebody else's by now.
    recycled = Identity(foreign.pid, "another boot/1")
    gone = Identity(foreign.pid, "another boot/2")
    state.Run(gone, {"left": left, "recycled": recycled}).save(site)
    assert state.stop(site)
    assert not left.runs()
    assert foreign.runs()
