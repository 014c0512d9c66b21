"""What a person sees and hears of a call over a bad line, in two real browsers.

`make bench-network`.  The lines are those that are agreed on: 5 % lost on the way down and 3 % up with 80 ms
round trip, and a downlink of 300 kbit/s, between one of the browsers and the node; a third one takes sound
alone.  The picture is Chromium's false camera at 640 × 360, and keeps that size; the first seconds, in
which both ends find out what the line takes, are shown apart.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.platform import Platform
from deploy.dev.result import publish
from services.chassis.rpc_client import RpcClient
from services.contracts import sfu
from tests.bad_line import HOST, BadLine, Way
from tests.browser import chromium
from tests.integration.media_worker.pages import NODE, Pages, build, served, through

Figures = dict[str, float]


@dataclass(frozen=True)
class Case:
    """One line and the time for it to settle."""

    name: str
    words: str
    line: Callable[[], tuple[Way, Way]]
    settling: float
    """Seconds."""


CASES = (
    Case("clear", "nothing in the way", lambda: (Way(), Way()), 5),
    Case(
        "loss",
        "5 % lost down, 3 % up, 80 ms round trip",
        lambda: (Way(loss=0.03, delay=0.04), Way(loss=0.05, delay=0.04)),
        10,
    ),
    Case("300k", "300 kbit/s down", lambda: (Way(delay=0.02), Way(rate=300_000, delay=0.02)), 30),
    Case("60k", "60 kbit/s down", lambda: (Way(delay=0.02), Way(rate=60_000, delay=0.02)), 15),
)


class Bench:
    """A node, a browser, and calls of two in it."""

    def __init__(self, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        node = stack.enter_context(Platform(folder / "node", only=("media-worker",), environment="test"))
        self._rpc = RpcClient(node.env("media-control")["AMQP_URL"], "media")
        stack.callback(self._rpc.close)
        self._node = HOST, int(node.env("media-worker")["UDP_PORT"])
        self._site = stack.enter_context(served(build(folder)))
        self._browser = stack.enter_context(chromium())

    def measure(self, case: Case, seconds: float) -> tuple[Figures, Figures]:
        """What the one behind the line notices while it settles, and after that."""
        up, down = case.line()
        pages = Pages(self._browser, self._site, self._rpc)
        with closing(pages), BadLine(self._node, up, down) as line:
            citizen = pages.open(case.name, "citizen", through(line))
            agent = pages.open(case.name, "agent")
            for client in (citizen, agent):
                client.join()
                client.page.evaluate("fixed()")
            citizen.page.evaluate("call.occupy(1, 'agent')")
            first = citizen.page.evaluate("seconds => longest(seconds)", case.settling)
            then = citizen.page.evaluate("seconds => longest(seconds)", seconds)
            self._rpc.call(sfu.CloseRoom(room_id=case.name), service=NODE)
        return first, then


COLUMNS = (
    ("freeze_ms", "freeze ms", 1),
    ("audio_gap_ms", "sound gap ms", 1),
    ("concealed", "made up %", 100),
    ("lines", "lines", 1),
)


def table(rows: list[tuple[str, Figures]]) -> str:
    """One row a case and stage."""
    head = f"{'line':<52}" + "".join(f"{title:>14}" for _, title, _ in COLUMNS) + f"{'frames/s':>12}"
    return "\n".join([head, *(_row(words, figures) for words, figures in rows)])


def _row(words: str, figures: Figures) -> str:
    cells = "".join(f"{scale * figures[key]:>14.1f}" for key, _, scale in COLUMNS)
    return f"{words:<52}{cells}{figures['frames_per_s']:>12.1f}"


KEYS = {
    "longest_freeze_ms_loss": ("loss", "freeze_ms", 0),
    "longest_freeze_ms_300k": ("300k", "freeze_ms", 0),
    "audio_gap_ms_300k": ("300k", "audio_gap_ms", 0),
    "sound_made_up_300k": ("300k", "concealed", 4),
    "lines_300k": ("300k", "lines", 0),
    "audio_gap_ms_60k": ("60k", "audio_gap_ms", 0),
    "sound_made_up_60k": ("60k", "concealed", 4),
    "longest_freeze_ms_clear": ("clear", "freeze_ms", 0),
}
"""Keys of the result: of which line, which figure, how many decimals."""


def main() -> None:
    """Prints a line per case, a table, and RESULT."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[c.name for c in CASES], help="some lines alone")
    parser.add_argument(
        "--seconds", type=float, default=60.0, help="measured of each call, once it has settled"
    )
    arguments = parser.parse_args()
    rows: list[tuple[str, Figures]] = []
    settled: dict[str, Figures] = {}
    chosen = [case for case in CASES if not arguments.only or case.name in arguments.only]
    with ExitStack() as stack:
        bench = Bench(stack)
        for number, case in enumerate(chosen, 1):
            print(
                f"[{number}/{len(chosen)}] {case.words}: {case.settling + arguments.seconds:.0f} s",
                flush=True,
            )
            first, settled[case.name] = bench.measure(case, arguments.seconds)
            rows += [(f"{case.words}, at first", first), (f"{case.words}, then", settled[case.name])]
    print(table(rows))
    publish("bench-network", _result(settled))


def _result(settled: dict[str, Figures]) -> Figures:
    return {
        key: round(settled[case][figure], decimals) if decimals else round(settled[case][figure])
        for key, (case, figure, decimals) in KEYS.items()
        if case in settled
    }


if __name__ == "__main__":
    main()
