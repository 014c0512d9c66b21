"""The commands of the development platform: `python -m deploy.dev up|down|clean|env|smoke`."""

import argparse
import shlex
import shutil
import signal
import sys
from pathlib import Path
from types import FrameType

from deploy.dev import state
from deploy.dev.environment import variables_of
from deploy.dev.platform import AlreadyRunning, Platform
from deploy.dev.processes import PROCESSES
from deploy.dev.report import Terminal
from deploy.dev.site import DEFAULT_FOLDER, Site
from deploy.dev.smoke import smoke as walk_once
from deploy.dev.summary import summary
from deploy.dev.supervisor import PartFailed

USUAL_PORTS = {"public": 8080, "mailbox": 8025}


def main() -> int:
    """Parse the command line and run one command; returns the exit code."""
    options = _parser().parse_args()
    result: int = options.run(options)
    return result


def up(options: argparse.Namespace) -> int:
    """Start everything (or the parts of --only) and stay until Ctrl-C, `down`, or the death of a server."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    report = Terminal()
    only = options.only.split(",") if options.only else None
    try:
        with Platform(options.data, only, report=report, usual_ports=USUAL_PORTS) as platform:
            report.say(summary(platform, platform.supervisor.parts))
            platform.supervisor.watch()
    except KeyboardInterrupt:
        report.say("Everything is stopped.")
        return 0
    except (AlreadyRunning, PartFailed) as failure:
        print(failure, file=sys.stderr)
        return 1


def down(options: argparse.Namespace) -> int:
    """Stop what `up` started on this data folder, and nothing else."""
    stopped = options.data.exists() and state.stop(Site(options.data))
    print("Everything is stopped." if stopped else "Nothing was running.")
    return 0


def clean(options: argparse.Namespace) -> int:
    """Stop, then remove the data folder."""
    down(options)
    shutil.rmtree(options.data, ignore_errors=True)
    return 0


def env(options: argparse.Namespace) -> int:
    """Print the variables of one process as lines for a shell."""
    for name, value in variables_of(Site(options.data), options.process).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def smoke(options: argparse.Namespace) -> int:
    """Walk the main path once, on the running platform or on one started for it."""
    return walk_once(options.data, USUAL_PORTS)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End the run; from now on nothing interrupts the stopping."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.dev")
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (up, down, clean, env, smoke):
        sub = commands.add_parser(command.__name__, help=command.__doc__)
        sub.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="the data folder (default: .data)")
        sub.set_defaults(run=command)
        if command is up:
            sub.add_argument("--only", help="parts to start, separated by commas")
        if command is env:
            sub.add_argument("process", choices=[process.name for process in PROCESSES])
    return parser


if __name__ == "__main__":
    sys.exit(main())
